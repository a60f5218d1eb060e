import { isBeforeFirstPull } from "./page-answer.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt } from "./use-settings.ts";

/**
 * What the first pull will do, in a sentence of the server, which asks HubSpot for the numbers. Null until it has come, if
 * it can't be had, and once the first pull has started.
 */
export function useForecast(wanted: boolean): string | null {
  const { ready, server } = useAt();
  const isAsked = wanted && isBeforeFirstPull(ready.page);
  const { value } = useLoaded(isAsked ? "forecast" : null, () =>
    server.forecast(),
  );
  return value?.sentence ?? null;
}
