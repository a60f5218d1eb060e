import { useState } from "react";

/** Rows that a table shows at once. */
const ROWS = 25;

/** The rows of one page of a table, and what the table needs to know of its pages. */
type Paged<T> = {
  shown: readonly T[];
  /** The place of the first one in the whole list. */
  start: number;
  table:
    | {
        paginated: true;
        pageCount: number;
        page: number;
        onPageChange: (page: number) => void;
      }
    | { paginated: false };
};

/** The pages of a table whose rows are all here. A list that has become shorter shows its last page. */
export function useTablePaging(): {
  paged: <T>(rows: readonly T[]) => Paged<T>;
  toFirst: () => void;
  /** To the page that has the row at this place. */
  toRow: (place: number) => void;
} {
  const [page, setPage] = useState(1);
  return {
    paged: (rows) => {
      const pageCount = Math.max(1, Math.ceil(rows.length / ROWS));
      const current = Math.min(page, pageCount);
      const start = (current - 1) * ROWS;
      return {
        shown: rows.slice(start, start + ROWS),
        start,
        table:
          pageCount > 1
            ? {
                paginated: true,
                pageCount,
                page: current,
                onPageChange: setPage,
              }
            : { paginated: false },
      };
    },
    toFirst: () => setPage(1),
    toRow: (place) => setPage(Math.floor(place / ROWS) + 1),
  };
}
