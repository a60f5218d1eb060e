import { useEffect, useState } from "react";
import { isBeforeFirstPull } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/**
 * What the first pull will do, in a sentence of the server, which asks HubSpot for the numbers. Null until it has come, if
 * it can't be had, and once the first pull has started.
 */
export function useForecast(wanted: boolean): string | null {
  const { ready, server } = useAt();
  const isAsked = wanted && isBeforeFirstPull(ready.page);
  const [sentence, setSentence] = useState<string | null>(null);
  useEffect(() => {
    if (!isAsked) return;
    let isCurrent = true;
    void server.forecast().then((answer) => {
      if (isCurrent && answer.kind === "answered")
        setSentence(answer.value.sentence);
    });
    return () => {
      isCurrent = false;
    };
  }, [server, isAsked]);
  return isAsked ? sentence : null;
}
