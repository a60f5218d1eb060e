import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";

/** What a sweep found, by type and in sum: installation.sweep_result. */
export interface SweepResult extends Found {
  /** Our clock, ISO. */
  readonly at: string;
  /** "Verified at …; 3 differences found and repaired." */
  readonly sentence: string;
  readonly types: Partial<Record<ObjectType, Found & { readonly at: string }>>;
}

export interface Found {
  readonly checked: number;
  readonly differences: number;
  readonly repaired: number;
  /** Deletions that wait for a person. */
  readonly held: number;
}

/** Stores what a sweep of one type found, beside the last result of the other. Answers the type's own sentence. */
export async function storeSweepResult(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  found: Found,
  now: Date,
): Promise<string> {
  const { rows } = await sql<{ sweep_result: SweepResult | null }>`
    select sweep_result from installation where portal_id = ${portalId} for update`.execute(
    db,
  );
  await storeTypes(db, portalId, now, {
    ...rows[0]?.sweep_result?.types,
    [type]: { ...found, at: now.toISOString() },
  });
  return sentenceOf(found, now);
}

async function storeTypes(
  db: Db,
  portalId: PortalId,
  now: Date,
  types: SweepResult["types"],
): Promise<void> {
  const at = now.toISOString();
  const all: Found[] = Object.values(types);
  const sum = (name: keyof Found): number =>
    all.reduce((total, each) => total + each[name], 0);
  const total: Found = {
    checked: sum("checked"),
    differences: sum("differences"),
    repaired: sum("repaired"),
    held: sum("held"),
  };
  const result: SweepResult = {
    at,
    ...total,
    sentence: sentenceOf(total, now),
    types,
  };
  await db
    .updateTable("installation")
    .set({
      swept_at: now,
      sweep_result: toJson(result),
      updated_at: sql<Date>`now()`,
    })
    .where("portal_id", "=", portalId)
    .execute();
}

/** The deletions that the last sweep of a type held have been decided on; `repaired` of them were carried out. */
export async function closeHeldDeletions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  repaired = 0,
): Promise<void> {
  const { rows } = await sql<{ sweep_result: SweepResult | null }>`
    select sweep_result from installation where portal_id = ${portalId} for update`.execute(
    db,
  );
  const result = rows[0]?.sweep_result ?? null;
  const before = result?.types[type];
  if (result === null || before === undefined) return;
  const most = before.differences - before.repaired;
  await storeTypes(db, portalId, new Date(result.at), {
    ...result.types,
    [type]: {
      ...before,
      held: 0,
      repaired: before.repaired + Math.min(repaired, most),
    },
  });
}

/** "Verified at 2026-05-04 10:42 UTC; 3 differences found and repaired." */
export function sentenceOf(
  { differences, repaired, held }: Found,
  now: Date,
): string {
  const at = now.toISOString().slice(0, 16).replace("T", " ");
  const count = `${differences} ${differences === 1 ? "difference" : "differences"} found`;
  const rest =
    repaired === differences ? " and repaired" : `, ${repaired} repaired`;
  const waiting =
    held === 0
      ? ""
      : ` ${held} ${held === 1 ? "deletion needs" : "deletions need"} approval.`;
  return `Verified at ${at} UTC; ${count}${rest}.${waiting}`;
}
