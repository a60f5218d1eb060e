import { sql } from "kysely";
import type { HubSpotObject } from "../hubspot/gateway.ts";
import type { Db } from "../database/database.ts";
import type { ObjectId, PortalId, RecordId } from "../settings/object-type.ts";
import { openAttention } from "./apply/attention.ts";
import type { Engine } from "./engine.ts";
import { wasLinkedMeanwhile } from "./linked-meanwhile.ts";
import { runPass } from "./pass.ts";
import type { PassInput, PassResult } from "./pass-input.ts";
import type { PassItem } from "./plan.ts";

const mostTries = 5;

/** The code of a pair that a rule of the product's own database has refused. */
export const WORKSPACE_REFUSED = "workspace_refused";

/**
 * A pass whose statements a rule of the product's own database refuses (a check, a trigger, a unique index) is halved
 * down to the one row that is refused. That row becomes a problem, the others go through, and the page moves on.
 */
export async function runPassHalving(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  tries = 1,
): Promise<PassResult> {
  try {
    return await runPass(engine, portalId, input, runPassHalving);
  } catch (error) {
    const refusal = dataRefusal(error);
    if (refusal === null || (await failsBefore(input, error))) throw error;
    // Another lane linked one of them in the same moment: what it did is there to be read now.
    if (wasLinkedMeanwhile(error)) {
      if (tries >= mostTries) throw error;
      return runPassHalving(engine, portalId, input, tries + 1);
    }
    const items: PassItem[] = [];
    const claimed: string[] = [];
    const objects = new Map<ObjectId, HubSpotObject>();
    for (const part of halves(input)) {
      const alone = sizeOf(part) === 1 && sizeOf(input) === 1;
      const result = alone
        ? await refuse(engine, portalId, part, refusal)
        : await runPassHalving(engine, portalId, {
            ...part,
            finish: () => Promise.resolve(),
          });
      items.push(...result.items);
      claimed.push(...result.claimed);
      for (const [id, object] of result.objects) objects.set(id, object);
    }
    await engine.database.inPortal(portalId, async (db) => {
      await input.finish?.(db, items);
      await input.fence(db);
    });
    return { items, claimed, objects };
  }
}

/** What made the batch before this one fail says nothing of this one, which has written nothing yet. */
const failsBefore = async (
  { after }: PassInput,
  error: unknown,
): Promise<boolean> => {
  try {
    await after;
    return false;
  } catch (before) {
    return before === error;
  }
};

interface Refusal {
  readonly code: string;
  readonly constraint: string | null;
  readonly message: string;
}

/** SQLSTATE classes that speak of the data and not of the moment: 22 data, 23 constraints, P0001 a raised exception. */
function dataRefusal(error: unknown): Refusal | null {
  if (
    !(error instanceof Error) ||
    !("code" in error) ||
    typeof error.code !== "string"
  )
    return null;
  if (!/^(22|23)/.test(error.code) && error.code !== "P0001") return null;
  const constraint =
    "constraint" in error && typeof error.constraint === "string"
      ? error.constraint
      : null;
  return { code: error.code, constraint, message: error.message };
}

const sizeOf = (input: PassInput): number =>
  (input.recordIds?.length ?? 0) +
  (input.objectIds?.length ?? 0) +
  (input.objects?.length ?? 0);

function halves(input: PassInput): PassInput[] {
  if (sizeOf(input) <= 1) return [input];
  const cut = <T>(
    list: readonly T[] | undefined,
    part: 0 | 1,
  ): readonly T[] => {
    const all = list ?? [];
    const middle = Math.ceil(all.length / 2);
    return part === 0 ? all.slice(0, middle) : all.slice(middle);
  };
  const parts = ([0, 1] as const).map((part): PassInput => ({
    ...input,
    recordIds: cut(input.recordIds, part),
    objectIds: cut(input.objectIds, part),
    objects: cut(input.objects, part),
  }));
  // One of each kind would otherwise be cut into "both" and "none" for ever.
  const [first, second] = parts;
  if (first !== undefined && second !== undefined && sizeOf(second) === 0) {
    return [
      { ...first, objectIds: [], objects: [] },
      { ...first, recordIds: [] },
    ].filter((part) => sizeOf(part) > 0);
  }
  return parts.filter((part) => sizeOf(part) > 0);
}

async function refuse(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  refusal: Refusal,
): Promise<PassResult> {
  const rule =
    refusal.constraint === null
      ? `error ${refusal.code}`
      : `rule "${refusal.constraint}"`;
  const reason = `The workspace's own database refused it: ${rule}.`;
  const { recordId, objectId } = await engine.database.inPortal(
    portalId,
    async (db) => {
      await input.fence(db);
      const ids = await idsOf(db, portalId, input);
      await openAttention(
        db,
        portalId,
        input.objectType,
        input.trigger.initiator,
        input.account.runId,
        [
          {
            kind: "problem",
            code: WORKSPACE_REFUSED,
            ...ids,
            field: "",
            cause: reason,
            fix: "Correct the value in HubSpot, or change the rule, then retry.",
            details: { sqlstate: refusal.code, constraint: refusal.constraint },
          },
        ],
      );
      // Trying again changes nothing until the record or the rule is another one: its own change makes it dirty anew.
      if (ids.recordId !== null)
        await sql`delete from dirty where portal_id = ${portalId} and record_id = ${ids.recordId}`.execute(
          db,
        );
      return ids;
    },
  );
  return {
    items: [
      {
        objectType: input.objectType,
        recordId,
        objectId,
        outcome: "failed",
        code: WORKSPACE_REFUSED,
        reason,
        changes: [],
      },
    ],
    claimed: [],
    objects: new Map(),
  };
}

/** Both ids of the one pair that is left, so that its problem is one entry from whichever side it is looked at. */
async function idsOf(
  db: Db,
  portalId: PortalId,
  input: PassInput,
): Promise<{ recordId: RecordId | null; objectId: ObjectId | null }> {
  const recordId = input.recordIds?.[0] ?? null;
  const objectId = input.objectIds?.[0] ?? input.objects?.[0]?.id ?? null;
  const link = await db
    .selectFrom("link")
    .select(["record_id", "object_id"])
    .where("portal_id", "=", portalId)
    .where("object_type", "=", input.objectType)
    .where("state", "=", "live")
    .where((where) =>
      where.or([
        where("record_id", "=", recordId),
        where("object_id", "=", objectId),
      ]),
    )
    .executeTakeFirst();
  return {
    recordId: recordId ?? link?.record_id ?? null,
    objectId: objectId ?? link?.object_id ?? null,
  };
}
