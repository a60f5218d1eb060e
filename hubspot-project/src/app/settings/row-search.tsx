import { SearchInput } from "@hubspot/ui-extensions";

/** Searches the rows of a table that are all here. */
export function RowSearch({
  name,
  text,
  onSearch,
}: {
  name: string;
  text: string;
  onSearch: (text: string) => void;
}) {
  return (
    <SearchInput
      label="Search"
      name={name}
      placeholder="Search fields"
      value={text}
      onInput={onSearch}
      testId={name}
    />
  );
}

/** Whether a search finds a row by one of its texts, in any case. */
export const isFound = (search: string, texts: readonly string[]): boolean =>
  texts.some((text) =>
    text.toLowerCase().includes(search.trim().toLowerCase()),
  );
