import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { InstallationState } from "./installation-state.ts";
import {
  changeState,
  hasPulledAll,
  stateToResume,
} from "./installation-state.ts";
import { loadSyncedTypes, loadTypes } from "./portal-types.ts";
import { startRun } from "../runs/runs.ts";
import { wantUpkeep } from "./want-upkeep.ts";

/**
 * Begins the first pull once the setup window is over (AP-004); upkeep calls it. Compare-and-set: of all processes and restarts
 * exactly one moves the state, and the pulls are queued in its transaction. Owners and properties are read first, since
 * a pull without them would leave fields behind; where HubSpot does not give them, the pull begins half a minute late.
 */
export async function endSetupWindow(
  db: Db,
  portalId: PortalId,
): Promise<boolean> {
  const { rows } = await sql<{ over: boolean }>`
    select window_ends_at <= clock_timestamp() - case
      when definitions_read_at is null then interval '30 seconds' else interval '0' end as over
    from installation where portal_id = ${portalId} and state = 'setting-up' for update`.execute(
    db,
  );
  if (rows[0]?.over !== true) return false;
  return beginFirstPull(
    db,
    portalId,
    ["setting-up"],
    "the setup window ended",
    { source: "setup", requestedBy: "" },
  );
}

/** When to ask endSetupWindow (again); null for an installation that is not setting up. */
export async function setupWindowEnd(
  db: Db,
  portalId: PortalId,
): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select greatest(window_ends_at, clock_timestamp() + interval '1 second') as at
    from installation where portal_id = ${portalId} and state = 'setting-up'`.execute(
    db,
  );
  return rows[0]?.at ?? null;
}

export type TransitionResult =
  | { ok: true; state: InstallationState }
  | {
      ok: false;
      state: InstallationState | null;
      code: string;
      reason: string;
    };

/** Start or resume sync now, and queues what that sets in motion. Already started is fine. */
export async function startSync(
  db: Db,
  portalId: PortalId,
  by: string,
): Promise<TransitionResult> {
  const row = await db
    .selectFrom("installation")
    .select(["state", "first_pull_ended"])
    .where("portal_id", "=", portalId)
    .forUpdate()
    .executeTakeFirst();
  if (!row || row.state === "disconnected" || row.state === "uninstalled")
    return notConnected(row?.state ?? null);
  if (row.state === "first-pull")
    await queueFirstPulls(db, portalId, "start", by);
  if (row.state === "first-pull" || row.state === "active")
    return { ok: true, state: row.state };
  // Whatever disconnects or holds later, the window is behind us; and a copy that is started may use its tokens.
  await sql`
    update installation set window_ends_at = least(window_ends_at, now()), copied_from = null where portal_id = ${portalId}`.execute(
    db,
  );
  const pulled = {
    firstPullEnded: row.first_pull_ended,
    types: await loadTypes(db, portalId),
  };
  if (!hasPulledAll(pulled)) {
    await beginFirstPull(db, portalId, [row.state], `started by ${by}`, {
      source: "start",
      requestedBy: by,
    });
    return { ok: true, state: "first-pull" };
  }
  await changeState(db, portalId, [row.state], "active", `started by ${by}`);
  await queueReconnection(db, portalId);
  return { ok: true, state: "active" };
}

/** Holds an installation until somebody starts it. Held already is fine. */
export async function pauseSync(
  db: Db,
  portalId: PortalId,
  by: string,
): Promise<TransitionResult> {
  const moved = await changeState(
    db,
    portalId,
    ["setting-up", "first-pull", "active"],
    "held",
    `paused by ${by}`,
  );
  if (moved) return { ok: true, state: "held" };
  const row = await db
    .selectFrom("installation")
    .select("state")
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  const state = row?.state ?? null;
  return state === "held" ? { ok: true, state } : notConnected(state);
}

/**
 * Lets a portal that was paused as a restored copy go on as it stood; one that an admin had paused before stays paused.
 * Does nothing for any other portal.
 */
export async function resumeCopied(db: Db, portalId: PortalId): Promise<void> {
  const row = await db
    .selectFrom("installation")
    .select(["copied_from", "window_ends_at", "first_pull_ended"])
    .where("portal_id", "=", portalId)
    .where("copied_from", "is not", null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return;
  await db
    .updateTable("installation")
    .set({ copied_from: null })
    .where("portal_id", "=", portalId)
    .execute();
  if (row.copied_from === "held") return;
  const to = stateToResume(
    {
      windowEndsAt: row.window_ends_at,
      firstPullEnded: row.first_pull_ended,
      types: await loadTypes(db, portalId),
    },
    new Date(),
  );
  const reason = "resumed by the operator";
  if (!(await changeState(db, portalId, ["held"], to, reason))) return;
  if (to === "first-pull") await queueFirstPulls(db, portalId, "start");
  if (to === "active") await queueReconnection(db, portalId);
}

/**
 * A type's first full pull has ended: what the product has changed meanwhile is due. With that of the last type that is
 * synced, the installation is active.
 */
export async function endFirstPull(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  await sql`
    update installation set
      first_pull_ended = jsonb_build_object(${type}::text, now()) || first_pull_ended, updated_at = now()
    where portal_id = ${portalId}`.execute(db);
  await sql`
    update dirty set due_at = now()
    where portal_id = ${portalId} and object_type = ${type} and due_at > now() and due_at < 'infinity'`.execute(
    db,
  );
  await makeLaneDue(db, "dirty", portalId);
  await activateIfPulled(db, portalId);
}

/** Ends the first pull of an installation that waits for no type any more: all have ended, or are no longer synced. */
export async function activateIfPulled(
  db: Db,
  portalId: PortalId,
): Promise<void> {
  const row = await db
    .selectFrom("installation")
    .select("first_pull_ended")
    .where("portal_id", "=", portalId)
    .where("state", "=", "first-pull")
    .executeTakeFirst();
  if (row === undefined) return;
  const pulled = {
    firstPullEnded: row.first_pull_ended,
    types: await loadTypes(db, portalId),
  };
  if (!hasPulledAll(pulled)) return;
  await changeState(
    db,
    portalId,
    ["first-pull"],
    "active",
    "the first pull ended",
  );
}

/**
 * Forgets the tokens of a portal whose app was uninstalled. Records, links and settings stay until retention ends, and
 * the product's key still reads them; an old key's hour ends now.
 */
export async function forgetInstallation(
  db: Db,
  portalId: PortalId,
  by: string,
): Promise<void> {
  await changeState(
    db,
    portalId,
    ["setting-up", "first-pull", "active", "held", "disconnected"],
    "uninstalled",
    `uninstalled by ${by}`,
  );
  await sql`
    update installation set access_token = null, access_expires_at = null, refresh_token = null,
      token_generation = token_generation + 1, old_api_key_hash = null, old_api_key_ends_at = null,
      uninstalled_at = coalesce(uninstalled_at, now()), copied_from = null
    where portal_id = ${portalId}`.execute(db);
}

/**
 * Queues a full pull of each type that is synced, whose first one has not ended, and that may be read; one that is
 * under way already goes on. An active installation has such a type if it was added or switched on later. Such a type
 * is prepared first: by housekeeping, which queues its pull then, and decides itself when it tries again. Does nothing
 * where nothing is pulled yet, or no longer.
 */
export async function queueFirstPulls(
  db: Db,
  portalId: PortalId,
  source: string,
  requestedBy = "",
): Promise<void> {
  const { enabled, preparing } = await loadTypes(db, portalId);
  if (preparing.length > 0 && source !== "upkeep")
    await wantUpkeep(db, portalId);
  const mayBePulled = enabled.filter(
    (type) => descriptorOf(type).flows.pull && !preparing.includes(type),
  );
  const { rows } = await sql<{ waiting: ObjectType[] }>`
    select array(
      select t.name from unnest(${mayBePulled}::text[]) as t(name)
      where not i.first_pull_ended ? t.name and not i.missing_capabilities ? ('read:' || t.name)) as waiting
    from installation i where i.portal_id = ${portalId} and i.state in ('first-pull', 'active')`.execute(
    db,
  );
  if (rows[0] === undefined) return;
  for (const objectType of rows[0].waiting) {
    await startRun(db, portalId, {
      kind: "pull",
      objectType,
      mode: "full",
      manual: false,
      source,
      requestedBy,
    });
  }
}

/**
 * After a time in which events may have been missed: a changed pull from the old cursor, and a sweep, of each type that
 * is synced. A type whose first pull has not ended has no cursor, and gets that pull.
 */
export async function queueReconnection(
  db: Db,
  portalId: PortalId,
): Promise<void> {
  const row = await db
    .selectFrom("installation")
    .select("first_pull_ended")
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  const pulled = row?.first_pull_ended ?? {};
  await queueFirstPulls(db, portalId, "reconnect");
  for (const objectType of await loadSyncedTypes(db, portalId))
    for (const kind of ["pull", "sweep"] as const) {
      if (
        pulled[objectType] === undefined ||
        !descriptorOf(objectType).flows[kind]
      )
        continue;
      await startRun(db, portalId, {
        kind,
        objectType,
        mode: kind === "pull" ? "changed" : "full",
        manual: false,
        source: "reconnect",
        requestedBy: "",
      });
    }
}

/**
 * After a time in which types weren't synced: everything of HubSpot's is pulled (AP-037), deletions are found by a sweep,
 * and what the product has changed is due. A type whose first pull hasn't ended gets that pull, and nothing moves of a
 * portal that is paused: once it's resumed, all types catch up.
 */
export async function queueReturn(
  db: Db,
  portalId: PortalId,
  types: readonly ObjectType[],
): Promise<void> {
  if (types.length === 0) return;
  const row = await db
    .selectFrom("installation")
    .select("first_pull_ended")
    .where("portal_id", "=", portalId)
    .where("state", "in", ["first-pull", "active"])
    .executeTakeFirst();
  const synced = await loadSyncedTypes(db, portalId);
  const returned = types.filter(
    (type) =>
      synced.includes(type) && row?.first_pull_ended[type] !== undefined,
  );
  if (returned.length === 0) return;
  for (const objectType of returned)
    for (const kind of ["pull", "sweep"] as const) {
      if (!descriptorOf(objectType).flows[kind]) continue;
      await startRun(db, portalId, {
        kind,
        objectType,
        mode: "full",
        manual: false,
        source: "settings",
        requestedBy: "",
      });
    }
  await sql`
    update dirty set due_at = now()
    where portal_id = ${portalId} and object_type = any (${returned}::text[]) and due_at > now() and due_at < 'infinity'`.execute(
    db,
  );
  await makeLaneDue(db, "dirty", portalId);
}

async function beginFirstPull(
  db: Db,
  portalId: PortalId,
  from: readonly InstallationState[],
  reason: string,
  run: { source: string; requestedBy: string },
): Promise<boolean> {
  const moved = await changeState(db, portalId, from, "first-pull", reason);
  if (moved) await queueFirstPulls(db, portalId, run.source, run.requestedBy);
  return moved;
}

function notConnected(state: InstallationState | null): TransitionResult {
  return {
    ok: false,
    state,
    code: "disconnected",
    reason: "HubSpot isn't connected. Reconnect HubSpot first.",
  };
}
