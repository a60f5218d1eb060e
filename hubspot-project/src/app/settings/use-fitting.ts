import { useEffect, useState } from "react";
import type { Fittings } from "./page-answer.ts";
import { useLoaded } from "./use-loaded.ts";
import type { Loaded } from "./use-loaded.ts";
import { useAt } from "./use-settings.ts";

/** A name is looked up when nobody has typed for so long, in milliseconds. */
const PAUSE = 300;

/** How a field can be mapped with a property, as the server says; nothing until both are chosen. */
export function useFitting(
  type: string,
  property: string | null,
  field: string,
): Loaded<Fittings> {
  const { server } = useAt();
  const wanted =
    property === null || field === ""
      ? null
      : JSON.stringify([property, field]);
  const [key, setKey] = useState(wanted);
  useEffect(() => {
    const pause = setTimeout(() => setKey(wanted), PAUSE);
    return () => clearTimeout(pause);
  }, [wanted]);
  const loaded = useLoaded(key, () =>
    server.fitting(type, property ?? "", field),
  );
  // Between two keys nothing is known.
  return key === wanted
    ? loaded
    : { ...loaded, value: null, failure: null, isLoading: wanted !== null };
}
