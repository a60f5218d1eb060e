import { useCallback, useEffect, useRef, useState } from "react";
import { Refused } from "./desk-client.ts";
import type { CrmObject, DeskClient, RecordAnswer } from "./desk-client.ts";

const LOOK_AGAIN_MS = 2000;

export type Pair = {
  object: CrmObject | null;
  missing: string | null;
  record: RecordAnswer | null;
  recordError: string | null;
  /** Reads both sides again. */
  reload: () => Promise<void>;
};

/**
 * An object and the record linked with it, kept fresh while the page is seen; an answer that was overtaken is dropped.
 * Which record is linked is only asked when something says that it may have changed: the app's server reads HubSpot for
 * that answer.
 */
export function usePair(
  client: DeskClient,
  typeId: string,
  objectId: string,
): Pair {
  const [object, setObject] = useState<CrmObject | null>(null);
  const [missing, setMissing] = useState<string | null>(null);
  const [record, setRecord] = useState<RecordAnswer | null>(null);
  const [recordError, setRecordError] = useState<string | null>(null);
  const linked = useRef<string | null>(null);
  const seen = useRef("");
  const turn = useRef({ begun: 0, object: 0, record: 0 });

  const readObject = useCallback(async () => {
    const mine = ++turn.current.begun;
    try {
      const read = await client.object(typeId, objectId);
      if (mine < turn.current.object) return false;
      turn.current.object = mine;
      const text = JSON.stringify(read);
      if (text === seen.current) return false;
      const first = seen.current === "";
      seen.current = text;
      setMissing(null);
      setObject(read);
      return !first;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) {
        setObject(null);
        setMissing(error.message);
      } else if (seen.current === "")
        setMissing(error instanceof Error ? error.message : String(error));
      return false;
    }
  }, [client, typeId, objectId]);

  const readRecord = useCallback(
    async (known: string | null) => {
      const mine = ++turn.current.begun;
      try {
        let answer = await client.record(typeId, objectId, known);
        // Its pair has ended, for example by a deletion: the page goes on showing what became of the record.
        if (answer.state === "none" && linked.current !== null)
          answer = await client.record(typeId, objectId, linked.current);
        if (mine < turn.current.record) return;
        turn.current.record = mine;
        linked.current = answer.state === "linked" ? answer.record.id : null;
        setRecord((before) =>
          JSON.stringify(before) === JSON.stringify(answer) ? before : answer,
        );
        setRecordError(null);
      } catch (error) {
        setRecordError(error instanceof Error ? error.message : String(error));
      }
    },
    [client, typeId, objectId],
  );

  const reload = useCallback(async () => {
    await Promise.all([readObject(), readRecord(null)]);
  }, [readObject, readRecord]);

  useEffect(() => {
    void reload();
    let running = true;
    const look = async () => {
      while (running) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
        if (!running || document.hidden) continue;
        const changed = await readObject();
        if (linked.current !== null || changed)
          await readRecord(linked.current);
      }
    };
    void look();
    const onFocus = () => void reload();
    addEventListener("focus", onFocus);
    return () => {
      running = false;
      removeEventListener("focus", onFocus);
    };
  }, [reload, readObject, readRecord]);

  return { object, missing, record, recordError, reload };
}
