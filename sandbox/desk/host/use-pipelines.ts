import { useEffect, useState } from "react";
import type { DeskClient, ObjectType, Pipeline } from "./desk-client.ts";

/** The pipelines of a type; empty while they aren't known, and for a type that has none. */
export function usePipelines(
  client: DeskClient,
  { id, pipelines }: ObjectType,
): readonly Pipeline[] {
  const [found, setFound] = useState<readonly Pipeline[]>([]);
  const hasPipelines = pipelines !== undefined;
  useEffect(() => {
    if (!hasPipelines) return;
    let wanted = true;
    client.pipelines(id).then(
      ({ results }) => {
        if (wanted) setFound(results);
      },
      () => {
        // The fields stay as texts, which can be edited all the same.
        if (wanted) setFound([]);
      },
    );
    return () => {
      wanted = false;
    };
  }, [client, id, hasPipelines]);
  return found;
}
