import { Button, Flex } from "@hubspot/ui-extensions";
import { useState } from "react";

/** Where a reader is in a list that the server sends a page at a time. */
export type ListPages = {
  /** Where the page begins; null: it's the first one. */
  cursor: string | null;
  forward: (next: string) => void;
  back: () => void;
  toFirst: () => void;
};

/** Begins at the first page. Each page names the next one, so the way back is remembered. */
export function useListPages(): ListPages {
  // The cursors of this page and those before it; the first page has none.
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return {
    cursor: cursors.at(-1) ?? null,
    forward: (next) => setCursors([...cursors, next]),
    back: () => setCursors(cursors.slice(0, -1)),
    toFirst: () => setCursors([]),
  };
}

/** The ways to the page before and the page after; nothing for a list of one page. */
export function PageButtons({
  pages,
  next,
  labels: [before, after] = ["Previous", "Next"],
}: {
  pages: ListPages;
  /** Where the page after begins; null: there is none. */
  next: string | null;
  labels?: readonly [before: string, after: string];
}) {
  const isFirst = pages.cursor === null;
  return isFirst && next === null ? null : (
    <Flex direction="row" gap="sm">
      <Button
        size="xs"
        disabled={isFirst}
        onClick={pages.back}
        testId="page-before"
      >
        {before}
      </Button>
      <Button
        size="xs"
        disabled={next === null}
        onClick={() => {
          if (next !== null) pages.forward(next);
        }}
        testId="page-after"
      >
        {after}
      </Button>
    </Flex>
  );
}
