import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import { toJson } from "../../database/json.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import type { InstallationState } from "../../database/tables.ts";
import type { Capability } from "../../hubspot/errors.ts";
import { CapabilityMissingError } from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import { queueFirstPulls, queueReconnection } from "./installation-moves.ts";
import { isSyncCapability, describeMissing } from "./pure/missing-scope.ts";

/** What is switched off in a portal, by capability. */
export type MissingCapabilities = Readonly<
  Partial<
    Record<
      Capability,
      { reason: string; scopes: readonly string[]; since: string }
    >
  >
>;

/** What HubSpot does not allow to this installation, as far as we know. */
export async function loadMissing(
  db: Db,
  portalId: PortalId,
): Promise<MissingCapabilities> {
  const row = await db
    .selectFrom("installation")
    .select("missing_capabilities")
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  return row?.missing_capabilities ?? {};
}

/** Remembers, in a transaction of its own, what a call of background work or of a press was refused for. */
export async function noteMissing(
  engine: Engine,
  portalId: PortalId,
  fence: Fence,
  error: CapabilityMissingError,
): Promise<void> {
  const { capability, scopes, body } = error;
  const { correlationId } = body;
  engine.log.warn(
    { portalId, capability, scopes, correlationId },
    "HubSpot refused a permission; the work that needs it is paused",
  );
  await engine.database.inPortal(portalId, async (db) => {
    await addMissingCapability(db, portalId, error);
    await fence(db);
  });
}

/**
 * Remembers that HubSpot does not allow something to this installation, since when and why. Where sync needs it, a
 * person is told once, in one entry for all that doesn't sync.
 */
export async function addMissingCapability(
  db: Db,
  portalId: PortalId,
  error: CapabilityMissingError,
): Promise<void> {
  const { capability, scopes, body } = error;
  const entry = {
    reason: body.message,
    scopes,
    since: new Date().toISOString(),
  };
  const { rows } = await sql`
    update installation set
      missing_capabilities = jsonb_build_object(${capability}::text, ${toJson(entry)}::jsonb) || missing_capabilities,
      updated_at = now()
    where portal_id = ${portalId} and not missing_capabilities ? ${capability}
    returning portal_id`.execute(db);
  if (rows.length === 0 || !isSyncCapability(capability)) return;
  const { type, cause, fix } = describeMissing(capability, scopes);
  const details = { capability, scopes, correlationId: body.correlationId };
  await db
    .insertInto("attention")
    .values({
      portal_id: portalId,
      kind: "problem",
      code: "missing_scope",
      object_type: type,
      cause,
      fix,
      details: toJson(details),
      initiator: capability.startsWith("write") ? "workspace" : "hubspot",
    })
    .execute();
}

/**
 * Forgets what was missing, since it is granted again, and resumes what waited for it: records that were put off are
 * due, and what HubSpot has done in the meantime is pulled and swept, or pulled for the first time.
 */
export async function restoreCapabilities(
  db: Db,
  portalId: PortalId,
  which: readonly string[] | "all",
): Promise<void> {
  const row = await db
    .selectFrom("installation")
    .select(["state", "missing_capabilities"])
    .where("portal_id", "=", portalId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return;
  const regained = Object.keys(row.missing_capabilities).filter(
    (name) => which === "all" || which.includes(name),
  );
  if (regained.length === 0) return;
  await sql`
    update installation set missing_capabilities = missing_capabilities - ${regained}::text[], updated_at = now()
    where portal_id = ${portalId}`.execute(db);
  if (regained.some(isSyncCapability))
    await resume(db, portalId, row.state, regained);
}

async function resume(
  db: Db,
  portalId: PortalId,
  state: InstallationState,
  regained: readonly string[],
): Promise<void> {
  await sql`
    update attention set state = 'resolved', resolved_at = now(), resolved_by = 'sync', updated_at = now()
    where portal_id = ${portalId} and state = 'open' and code = 'missing_scope' and record_id is null
      and details ->> 'capability' = any (${regained}::text[])`.execute(db);
  await sql`update dirty set due_at = now() where portal_id = ${portalId} and due_at > now() and due_at < 'infinity'`.execute(
    db,
  );
  await makeLaneDue(db, "dirty", portalId);
  if (state === "first-pull")
    await queueFirstPulls(db, portalId, "scope-regained");
  if (state === "active" && regained.some((name) => name.startsWith("read")))
    await queueReconnection(db, portalId);
}

/**
 * Does work that can begin again from what is stored. What HubSpot turns out not to allow is noted, and the work is
 * done once more, which then passes over it. What it cannot do without, `needs`, ends it with the error.
 */
export async function skipForbidden<T>(
  engine: Engine,
  portalId: PortalId,
  fence: Fence,
  needs: readonly Capability[],
  work: () => Promise<T>,
): Promise<T> {
  const met = new Set<Capability>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CapabilityMissingError)) throw error;
      await noteMissing(engine, portalId, fence, error);
      const { capability } = error;
      if (met.has(capability) || needs.includes(capability)) throw error;
      met.add(capability);
    }
  }
}
