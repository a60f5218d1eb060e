import { Select, useDebounce } from "@hubspot/ui-extensions";
import type { Answer } from "counterpart-kit/ask.ts";
import { useState } from "react";
import type { Choices } from "./people-answer.ts";
import { useAnswer } from "./use-answer.ts";

/** How long a search waits for more letters, in milliseconds. */
const TYPING_MS = 300;

type Option = { value: string; label: string };

type Props = {
  label: string;
  name: string;
  description?: string;
  /** The value of what is chosen; "" if nothing is. */
  value: string;
  /** What is offered besides those that the search finds, above them. */
  always?: readonly Option[];
  readOnly: boolean;
  search: (text: string) => Promise<Answer<Choices>>;
  /** What of a choice is its value. */
  by: "id" | "email";
  onChange: (value: string) => void;
  testId: string;
  error?: true;
  validationMessage?: string;
};

/** One person of those whom a search on the server finds: a list can have more people than a response. */
export function PersonSelect({
  value,
  always = [],
  search,
  by,
  onChange,
  description,
  ...field
}: Props) {
  const [typed, setTyped] = useState("");
  const searched = useDebounce(typed, TYPING_MS);
  const { answer } = useAnswer(searched, () => search(searched));
  const found = answer?.kind === "answered" ? answer.value : null;
  const options: Option[] = [
    ...always,
    ...(found?.results ?? [])
      .filter((one) => always.every((option) => option.value !== one[by]))
      .map((one) => ({ value: one[by], label: labelOf(one) })),
  ];
  const isThere = options.some((option) => option.value === value);
  const hint =
    answer?.kind === "failed"
      ? "The list couldn't be loaded. Type to try again."
      : found?.more === true
        ? "Type a name or an email to find others."
        : undefined;
  const shown = hint ?? description;
  return (
    <Select
      {...field}
      {...(shown === undefined ? {} : { description: shown })}
      value={value}
      placeholder="Choose a person"
      options={
        isThere || value === ""
          ? options
          : [...options, { value, label: value }]
      }
      onInput={setTyped}
      onChange={(chosen) => onChange(String(chosen))}
    />
  );
}

const labelOf = ({ name, email }: Choices["results"][number]): string =>
  name === "" || name === email ? email : `${name} (${email})`;
