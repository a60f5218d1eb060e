import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useState,
} from "react";
import { classes, sizeOf } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

type AccordionProps = Common & {
  title: string;
  defaultOpen?: boolean;
  open?: boolean;
  disabled?: boolean;
  size?: string;
  onClick?: () => unknown;
};

export function Accordion(props: AccordionProps) {
  const {
    title,
    defaultOpen = false,
    open,
    disabled,
    size,
    onClick,
    children,
    testId,
  } = props;
  const [own, setOwn] = useState(defaultOpen);
  const body = useId();
  const shown = open ?? own;
  return (
    <section
      className={classes("k-accordion", `k-size-${sizeOf(size, "md")}`)}
      data-testid={testId}
    >
      <button
        type="button"
        aria-expanded={shown}
        aria-controls={body}
        disabled={disabled}
        onClick={() => {
          setOwn(!shown);
          void onClick?.();
        }}
      >
        <Icon name={shown ? "downCarat" : "right"} />
        {title}
      </button>
      <div
        id={body}
        className={classes("k-accordion-body", !shown && "k-hidden")}
      >
        {children}
      </div>
    </section>
  );
}

type TabId = string | number;
type TabEntry = { id: TabId; title: string; disabled: boolean; order: number };
type TabsState = {
  selected: TabId | undefined;
  register: (entry: TabEntry) => () => void;
};
const TabsContext = createContext<TabsState>({
  selected: undefined,
  register: () => () => {},
});

type TabsProps = Common & {
  selected?: TabId;
  defaultSelected?: TabId;
  onSelectedChange?: (id: TabId) => unknown;
  variant?: string;
  fill?: boolean;
};

/** A parent cannot read the props of its remote children, so each tab makes itself known to its tabs. */
export function Tabs({
  selected,
  defaultSelected,
  onSelectedChange,
  variant = "default",
  ...rest
}: TabsProps) {
  const [entries, setEntries] = useState<TabEntry[]>([]);
  const [own, setOwn] = useState(defaultSelected);
  const current = selected ?? own ?? entries[0]?.id;
  const register = useCallback((entry: TabEntry) => {
    setEntries((all) =>
      [...all.filter(({ id }) => id !== entry.id), entry].toSorted(
        (a, b) => a.order - b.order,
      ),
    );
    return () => {
      setEntries((all) => all.filter(({ id }) => id !== entry.id));
    };
  }, []);
  const state = useMemo<TabsState>(
    () => ({ selected: current, register }),
    [current, register],
  );
  return (
    <div
      className={classes(`k-tabs k-tabs-${variant}`, rest.fill && "k-fill")}
      data-testid={rest.testId}
    >
      <div role="tablist">
        {entries.map(({ id, title, disabled }) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={id === current}
            disabled={disabled}
            onClick={() => {
              setOwn(id);
              void onSelectedChange?.(id);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <TabsContext.Provider value={state}>{rest.children}</TabsContext.Provider>
    </div>
  );
}

let tabsSeen = 0;

type TabProps = Common & { tabId?: TabId; title?: string; disabled?: boolean };

export function Tab({
  tabId,
  title = "",
  disabled = false,
  children,
  testId,
}: TabProps) {
  const { selected, register } = useContext(TabsContext);
  const fallback = useId();
  const [order] = useState(() => (tabsSeen += 1));
  const id = tabId ?? fallback;
  useEffect(
    () => register({ id, title, disabled, order }),
    [register, id, title, disabled, order],
  );
  return (
    <div
      role="tabpanel"
      className={classes("k-tab", id !== selected && "k-hidden")}
      data-testid={testId}
    >
      {children}
    </div>
  );
}

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

export const TableHead = ({ children }: Common) => <thead>{children}</thead>;
export const TableBody = ({ children }: Common) => <tbody>{children}</tbody>;
export const TableFooter = ({ children }: Common) => <tfoot>{children}</tfoot>;
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

type HeaderProps = CellProps & {
  sortDirection?: "ascending" | "descending" | "none" | "never";
  onSortChange?: (direction: "ascending" | "descending") => unknown;
};

export function TableHeader({
  sortDirection = "never",
  onSortChange,
  ...props
}: HeaderProps) {
  if (sortDirection === "never") {
    return (
      <th scope="col" style={cellStyle(props)} data-testid={props.testId}>
        {props.children}
      </th>
    );
  }
  const next = sortDirection === "ascending" ? "descending" : "ascending";
  return (
    <th
      scope="col"
      aria-sort={sortDirection}
      style={cellStyle(props)}
      data-testid={props.testId}
    >
      <button type="button" onClick={() => void onSortChange?.(next)}>
        {props.children}
        <Icon name={sortDirection === "descending" ? "downCarat" : "upCarat"} />
      </button>
    </th>
  );
}
