import { useState } from "react";
import { classes } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

type TableProps = Common & {
  bordered?: boolean;
  flush?: boolean;
  density?: string;
  paginated?: boolean;
  pageCount?: number;
  page?: number;
  onPageChange?: (page: number) => unknown;
};

export function Table({
  bordered = true,
  flush,
  density = "default",
  paginated,
  ...rest
}: TableProps) {
  const { pageCount = 1, page, onPageChange, children, testId } = rest;
  const [own, setOwn] = useState(1);
  const current = page ?? own;
  const go = (target: number) => {
    setOwn(target);
    void onPageChange?.(target);
  };
  return (
    <div
      className={classes(
        "k-table",
        `k-density-${density}`,
        bordered && "k-bordered",
        flush && "k-flush",
      )}
    >
      <table data-testid={testId}>{children}</table>
      {paginated && (
        <nav aria-label="Pages">
          <button
            type="button"
            disabled={current <= 1}
            onClick={() => {
              go(current - 1);
            }}
          >
            <Icon name="left" /> Prev
          </button>
          {Array.from({ length: pageCount }, (_, index) => index + 1)
            .filter(
              (number) =>
                number === 1 ||
                number === pageCount ||
                Math.abs(number - current) < 3,
            )
            .map((number) => (
              <button
                key={number}
                type="button"
                aria-current={number === current ? "page" : undefined}
                onClick={() => {
                  go(number);
                }}
              >
                {number}
              </button>
            ))}
          <button
            type="button"
            disabled={current >= pageCount}
            onClick={() => {
              go(current + 1);
            }}
          >
            Next <Icon name="right" />
          </button>
        </nav>
      )}
    </div>
  );
}

export const TableBody = ({ children }: Common) => <tbody>{children}</tbody>;

export const TableHead = ({ children }: Common) => <thead>{children}</thead>;

export const TableRow = ({ children, testId }: Common) => (
  <tr data-testid={testId}>{children}</tr>
);

type CellProps = Common & {
  width?: string | number;
  align?: "left" | "center" | "right";
  colSpan?: number;
};

const cellStyle = ({ width, align }: CellProps) => ({
  width:
    width === "min"
      ? "1%"
      : width === "max"
        ? "100%"
        : width === "auto"
          ? undefined
          : width,
  textAlign: align,
});

export function TableCell(props: CellProps) {
  return (
    <td
      style={cellStyle(props)}
      colSpan={props.colSpan}
      data-testid={props.testId}
    >
      {props.children}
    </td>
  );
}

export function TableHeader(props: CellProps) {
  return (
    <th scope="col" style={cellStyle(props)} data-testid={props.testId}>
      {props.children}
    </th>
  );
}
