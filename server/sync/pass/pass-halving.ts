import type { ObjectType } from "../../settings/object-type.ts";
import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { openAttention } from "../attention/attention.ts";
import type { Notice } from "../attention/attention.ts";
import type { Engine } from "../engine.ts";
import { RECORD_TOO_LARGE } from "../decide/fit-record.ts";
import { loadObjectAliases } from "../merges/load-merges.ts";
import { wasLinkedMeanwhile } from "../pairs/linked-meanwhile.ts";
import { runPass } from "./pass.ts";
import { closeObjectEntries } from "../pairs/object-entries.ts";
import { loadRecordAliases } from "../pairs/stored-state.ts";
import { PassTooLarge } from "../pairs/pass-bytes.ts";
import type { PassInput, PassResult } from "./pass-input.ts";
import type { PassItem } from "../decide/plan.ts";

const mostTries = 5;

/** The code of a pair that a rule of the product's own database has refused. */
export const WORKSPACE_REFUSED = "workspace_refused";

/**
 * A pass whose statements a rule of the product's own database refuses (a check, a trigger, a unique index) is halved
 * down to the one row that is refused. That row becomes a problem, the others go through, and the page moves on. A pass
 * with more values than one works on is halved, too.
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
    const isMeanwhile = wasLinkedMeanwhile(error);
    const refusal = rejectionOf(input, error);
    if (!isMeanwhile && refusal === null) throw error;
    if (await failsBefore(input, error)) throw error;
    // Another lane linked or merged one of them in the same moment: what it did is there to be read now.
    if (isMeanwhile || refusal === null) {
      if (tries >= mostTries) throw error;
      return runPassHalving(engine, portalId, input, tries + 1);
    }
    return runHalves(engine, portalId, input, (part) =>
      sizeOf(input) === 1
        ? refuse(engine, portalId, part, refusal)
        : runPassHalving(engine, portalId, part),
    );
  }
}

/** The halves of a batch, one after the other, and then its end. */
async function runHalves(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  run: (part: PassInput) => Promise<PassResult>,
): Promise<PassResult> {
  const items: PassItem[] = [];
  const claimed: string[] = [];
  for (const part of halves(input)) {
    const result = await run({ ...part, finish: () => Promise.resolve() });
    // Kept until the end of the batch, the values would be as many as its halves were to avoid.
    items.push(...result.items.map((item) => ({ ...item, changes: [] })));
    claimed.push(...result.claimed);
  }
  await engine.database.inPortal(portalId, async (db) => {
    await input.finish?.(db, items);
    await input.fence(db);
  });
  return { items, claimed };
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

/** Why a batch cannot go through, and what is said of the one pair that is left of it. */
type Refusal = Pick<Notice, "code" | "cause" | "fix" | "details">;

/** Null for an error that does not concern what the batch has. */
const rejectionOf = (
  { objectType }: PassInput,
  error: unknown,
): Refusal | null =>
  error instanceof PassTooLarge
    ? {
        code: RECORD_TOO_LARGE,
        cause: `This ${objectType} isn't synced: its data in the workspace and in HubSpot is too large to compare.`,
        fix: "Shorten the longest values, then retry.",
        details: {},
      }
    : dataRefusal(objectType, error);

/** SQLSTATE classes that speak of the data and not of the moment: 22 data, 23 constraints, P0001 a raised exception. */
function dataRefusal(objectType: ObjectType, error: unknown): Refusal | null {
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
  const rule =
    constraint === null ? `error ${error.code}` : `rule "${constraint}"`;
  return {
    code: WORKSPACE_REFUSED,
    cause: `The workspace's database rejected this ${objectType}: ${rule}.`,
    fix: "Correct the value in HubSpot, or change the rule, then retry.",
    details: { sqlstate: error.code, constraint },
  };
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
  const { recordId, objectId } = await engine.database.inPortal(
    portalId,
    async (db) => {
      await input.fence(db);
      const ids = await idsOf(db, portalId, input);
      if (ids.recordId !== null && ids.objectId !== null)
        await closeObjectEntries(db, portalId, input.objectType, [
          ids.objectId,
        ]);
      await openAttention(db, portalId, input.objectType, {
        initiator: input.trigger.initiator,
        runId: input.account.runId,
        notices: [
          {
            ...refusal,
            ...ids,
            kind: "problem",
            field: "",
          },
        ],
      });
      // Trying again changes nothing until the record or the rule is another one: its own change makes it dirty again.
      if (ids.recordId !== null)
        await db
          .deleteFrom("dirty")
          .where("portal_id", "=", portalId)
          .where("record_id", "=", ids.recordId)
          .execute();
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
        code: refusal.code,
        reason: refusal.cause,
        changes: [],
      },
    ],
    claimed: [],
  };
}

/**
 * Both ids of the one pair that is left, so that its problem is one entry from whichever side it is looked at; of a record
 * or an object that was merged, the survivor's id, which is the one that is worked on.
 */
async function idsOf(
  db: Db,
  portalId: PortalId,
  input: PassInput,
): Promise<{ recordId: RecordId | null; objectId: ObjectId | null }> {
  const askedRecord = input.recordIds?.[0] ?? null;
  const recordAliases = await loadRecordAliases(
    db,
    portalId,
    askedRecord === null ? [] : [askedRecord],
  );
  const recordId =
    askedRecord === null
      ? null
      : (recordAliases.get(askedRecord) ?? askedRecord);
  const askedId = input.objectIds?.[0] ?? input.objects?.[0]?.id ?? null;
  const aliases = await loadObjectAliases(
    db,
    portalId,
    input.objectType,
    askedId === null ? [] : [askedId],
  );
  const objectId = askedId === null ? null : (aliases.get(askedId) ?? askedId);
  const link = await db
    .selectFrom("link")
    .select(["record_id", "object_id"])
    .where("portal_id", "=", portalId)
    .where("object_type", "=", input.objectType)
    .where("state", "=", sql.lit("live"))
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
