import { useCallback, useMemo, useState } from "react";

type Values = Record<string, string>;

/** What a user has typed over stored values. A reload of the stored values leaves the typed ones alone. */
export function useEdits(stored: Values) {
  const [typed, setTyped] = useState<Values>({});
  const changed = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(typed).filter(
          ([name, value]) => value !== (stored[name] ?? ""),
        ),
      ),
    [typed, stored],
  );
  const edit = useCallback((name: string, value: string) => {
    setTyped((all) => ({ ...all, [name]: value }));
  }, []);
  const reset = useCallback(() => {
    setTyped({});
  }, []);
  return {
    value: (name: string) => typed[name] ?? stored[name] ?? "",
    changed,
    count: Object.keys(changed).length,
    edit,
    reset,
  };
}
