import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type { ArchiveOutcome, CallOptions } from "../gateway.ts";
import { asList, asRecord, asTexts } from "../json.ts";
import { timingOf } from "../timing.ts";
import { sendInHalves } from "./halve.ts";

/** The ids that a success says were not archived. */
function refusedIds(body: unknown): Set<string> {
  return new Set(
    asList(asRecord(body)?.["errors"]).flatMap((entry) =>
      asTexts(asRecord(asRecord(entry)?.["context"])?.["ids"]),
    ),
  );
}

/** Archives at most 100 objects; see Gateway.archive. */
export function archiveObjects(
  call: Caller,
  type: ObjectType,
  ids: readonly ObjectId[],
  options: CallOptions,
): Promise<ArchiveOutcome[]> {
  const timing = timingOf(options);
  return sendInHalves([...new Set(ids)], {
    send: async (batch): Promise<ArchiveOutcome[]> => {
      const { body } = await call(
        {
          method: "POST",
          path: paths.batch(type, "archive"),
          body: { inputs: batch.map((id) => ({ id })) },
          write: true,
          limit: "general",
          capability: `write:${type}`,
          kind: "archive",
        },
        timing,
      );
      const refused = refusedIds(body);
      return batch.map((id) => ({
        id,
        kind: refused.has(id) ? "error" : "result",
      }));
    },
    blamed: (body, batch) => {
      const named = new Set(body.context["ids"]);
      return batch.filter((id) => named.has(id));
    },
    fallback: (fallback): ArchiveOutcome => {
      const id = fallback.input;
      if (fallback.kind === "unknown") return { id, kind: "unknown" };
      // what is not there need not be archived
      const gone = fallback.body.status === 404;
      return { id, kind: gone ? "result" : "error" };
    },
  });
}
