import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";

/** The steps of a set-up, in the order that is recommended (AP-001, AC-007). Any order works. */
export const setupSteps = [
  "connect",
  "name",
  "map",
  "rules",
  "try",
  "pull",
  "test",
  "push",
  "key",
  "card",
] as const;
export type SetupStep = (typeof setupSteps)[number];

/** Steps that a person may mark as done: for the others, the portal's own state says it. */
export const markedSteps = [
  "map",
  "rules",
  "try",
  "test",
  "push",
  "key",
  "card",
] as const satisfies readonly SetupStep[];
export type MarkedStep = (typeof markedSteps)[number];

/** When each step was done, by step: ISO 8601. */
export type StepTimes = Readonly<Partial<Record<SetupStep, string>>>;

/** Stores that a step is done. The first time stays. */
export async function recordStep(
  db: Db,
  portalId: PortalId,
  step: MarkedStep,
): Promise<void> {
  await sql`
    update installation set setup_steps = setup_steps || jsonb_build_object(${step}::text, now())
    where portal_id = ${portalId} and not setup_steps ? ${step}`.execute(db);
}

/** Stores that a step isn't done. */
export async function forgetStep(
  db: Db,
  portalId: PortalId,
  step: MarkedStep,
): Promise<void> {
  await sql`
    update installation set setup_steps = setup_steps - ${step}::text where portal_id = ${portalId}`.execute(
    db,
  );
}

/** Returns the steps that were stored as done, and when. */
export async function readSteps(
  db: Db,
  portalId: PortalId,
): Promise<StepTimes> {
  const row = await db
    .selectFrom("installation")
    .select("setup_steps")
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  return row?.setup_steps ?? {};
}
