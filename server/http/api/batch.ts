import { z } from "zod";
import type { ObjectType, RecordId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { readRecords } from "../../workspace/read-records.ts";
import type { RecordInput } from "../../workspace/write-records.ts";
import { writeRecords } from "../../workspace/write-records.ts";
import { Problem } from "../problem.ts";
import { refusedOwnerChanges } from "./owner-change.ts";
import { faultsOf } from "./parse.ts";
import { recordDocument } from "./record-document.ts";
import { missing, writeProblem } from "./records.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import {
  idSchema,
  problemSchema,
  recordInputSchema,
  recordSchema,
} from "./schemas.ts";

const MAX_INPUTS = 1_000;

const result = z.union([
  z.object({ index: z.int(), status: z.int(), record: recordSchema }),
  z.object({ index: z.int(), status: z.int(), problem: problemSchema }),
]);

/** Up to 1,000 records in one request: those with an id are changed, the others created. Each has its own result. */
export function batchRoute(type: ObjectType): ApiRoute {
  const { route, plural } = descriptorOf(type).names;
  const inputSchema = recordInputSchema(type).extend({
    id: idSchema.nullable().optional(),
  });
  return apiRoute({
    tag: plural,
    method: "post",
    path: `/${route}/batch`,
    summary: `Create or change up to ${MAX_INPUTS} ${plural}; a refused one doesn't affect the others`,
    // Each input is checked by itself, so that a bad one is a result and not the end of the batch.
    body: z.strictObject({
      inputs: z.array(z.unknown()).max(MAX_INPUTS),
    }),
    answers: {
      200: {
        description: "One result per input, in order",
        schema: z.object({ results: z.array(result) }),
      },
    },
    handle: async ({ inPortal, portalId, actor, body }) => {
      const parsed = body.inputs.map((input) => inputSchema.safeParse(input));
      const valid = parsed.flatMap((each, index) =>
        each.success ? [{ index, input: inputOf(each.data) }] : [],
      );
      const outcomes = new Map(
        parsed.flatMap((each, index) =>
          each.success
            ? []
            : [
                [
                  index,
                  new Problem(
                    400,
                    "invalid_input",
                    "This record isn't valid.",
                    {
                      errors: faultsOf(each.error),
                    },
                  ),
                ] as const,
              ],
        ),
      );
      const records = await inPortal(async (db) => {
        const refused = await refusedOwnerChanges(
          db,
          portalId,
          type,
          actor,
          valid.map(({ input }) => input),
        );
        const good = valid.filter(({ index }, at) => {
          const problem = refused[at] ?? null;
          if (problem !== null) outcomes.set(index, problem);
          return problem === null;
        });
        const writes = await writeRecords(
          db,
          portalId,
          type,
          good.map(({ input }) => input),
        );
        const written = new Map<number, { id: RecordId; created: boolean }>();
        good.forEach(({ index }, at) => {
          const write = writes[at];
          if (write?.ok) written.set(index, write);
          else outcomes.set(index, writeProblem(type, write ?? missing));
        });
        const views = await readRecords(
          db,
          portalId,
          type,
          [...written.values()].map(({ id }) => id),
        );
        return new Map(
          [...written].flatMap(([index, { id, created }]) => {
            const view = views.get(id);
            return view
              ? [[index, { created, record: recordDocument(view) }] as const]
              : [];
          }),
        );
      });
      return {
        status: 200,
        body: {
          results: parsed.map((_each, index) => {
            const done = records.get(index);
            if (done)
              return {
                index,
                status: done.created ? 201 : 200,
                record: done.record,
              };
            const problem = outcomes.get(index) ?? writeProblem(type, missing);
            return { index, status: problem.status, problem: problem.body() };
          }),
        },
      };
    },
  });
}

function inputOf(data: {
  id?: string | null | undefined;
  properties: Record<string, unknown>;
  companyId?: string | null | undefined;
}): RecordInput {
  return {
    id: data.id ?? null,
    properties: data.properties,
    companyId: data.companyId,
  };
}
