import type { Answer, Failure } from "counterpart-kit/ask.ts";
import { useEffect, useState } from "react";

/** Something that is read from the server: what was read last, why the last reading failed, and a way to read again. */
export type Loaded<T> = {
  value: T | null;
  failure: Failure | null;
  /** Whether a reading is in progress. */
  isLoading: boolean;
  again: () => void;
};

/**
 * Reads something when it is looked at, and again when `key` changes; with null, nothing is read. What was read for the
 * same key stays until the next response. A late response is ignored.
 */
export function useLoaded<T>(
  key: string | null,
  load: () => Promise<Answer<T>>,
): Loaded<T> {
  const [state, setState] = useState<{
    key: string | null;
    value: T | null;
    failure: Failure | null;
    isLoading: boolean;
  }>({ key: null, value: null, failure: null, isLoading: false });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (key === null) return;
    let isCurrent = true;
    setState((before) => ({
      key,
      value: before.key === key ? before.value : null,
      failure: null,
      isLoading: true,
    }));
    void load().then((answer) => {
      if (!isCurrent) return;
      setState((before) =>
        answer.kind === "failed"
          ? { ...before, failure: answer, isLoading: false }
          : { key, value: answer.value, failure: null, isLoading: false },
      );
    });
    return () => {
      isCurrent = false;
    };
    // The key says what is loaded.
  }, [key, turn]);
  const isOfKey = key !== null && state.key === key;
  return {
    value: isOfKey ? state.value : null,
    failure: isOfKey ? state.failure : null,
    isLoading: key !== null && (!isOfKey || state.isLoading),
    again: () => setTurn((before) => before + 1),
  };
}
