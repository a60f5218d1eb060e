import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useState,
} from "react";
import { classes } from "./props.ts";
import type { Common } from "./props.ts";

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
