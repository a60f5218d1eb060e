import { sql } from "kysely";
import type { Database } from "../../../server/database/database.ts";
import type { InstallationState } from "../../../server/database/tables.ts";
import type {
  LaneKind,
  LaneWork,
  LaneWorks,
} from "../../../server/jobs/lane.ts";

/** An installation's row, as the lanes see it: its state. */
export async function addPortal(
  database: Database,
  portalId: number,
  state: InstallationState = "active",
): Promise<void> {
  await database.crossing((db) =>
    db
      .insertInto("installation")
      .values({
        portal_id: portalId,
        app_id: 1,
        state,
        window_ends_at: new Date(),
        scopes: [],
        sync_user_id: 1,
        api_key_hash: Buffer.from(`key of ${portalId}`),
      })
      .execute(),
  );
}

export async function setState(
  database: Database,
  portalId: number,
  state: InstallationState,
): Promise<void> {
  await database.crossing((db) =>
    db
      .updateTable("installation")
      .set({ state })
      .where("portal_id", "=", portalId)
      .execute(),
  );
}

/** Changed records in the queue. */
export async function addDirty(
  database: Database,
  portalId: number,
  count = 1,
): Promise<void> {
  await database.inPortal(portalId, (db) =>
    sql`insert into record (portal_id, object_type) select ${portalId}::bigint, 'contact' from generate_series(1, ${count}::int)`.execute(
      db,
    ),
  );
}

/** Takes up to `count` of them away; answers how many are left. */
export async function handleDirty(
  database: Database,
  portalId: number,
  count: number,
): Promise<number> {
  return database.inPortal(portalId, async (db) => {
    await sql`delete from dirty where record_id in (select record_id from dirty limit ${count})`.execute(
      db,
    );
    const left = await db
      .selectFrom("dirty")
      .select((eb) => eb.fn.countAll<string>().as("n"))
      .executeTakeFirstOrThrow();
    return Number(left.n);
  });
}

export async function addRun(
  database: Database,
  portalId: number,
): Promise<void> {
  await database.inPortal(portalId, (db) =>
    db
      .insertInto("run")
      .values({
        portal_id: portalId,
        kind: "pull",
        object_type: "contact",
        mode: "full",
        source: "test",
      })
      .execute(),
  );
}

export async function addEvent(
  database: Database,
  portalId: number,
): Promise<void> {
  await database.crossing((db) =>
    db
      .insertInto("inbox")
      .values({
        portal_id: portalId,
        kind: "propertyChange",
        object_type: "contact",
        object_id: "1",
        occurred_at: new Date(),
        event: "{}",
      })
      .execute(),
  );
}

/** Work that leaves nothing to do, but for the kinds given. */
export function works(given: Partial<LaneWorks>): LaneWorks {
  const nothing: LaneWork = () => Promise.resolve({ again: null });
  return {
    inbox: nothing,
    dirty: nothing,
    run: nothing,
    "changed-pull": nothing,
    sweep: nothing,
    upkeep: nothing,
    ...given,
  };
}

export async function laneOf(
  database: Database,
  portalId: number,
  kind: LaneKind,
) {
  return database.crossing(async (db) => {
    const { rows } = await sql<{
      leased: boolean;
      waits: boolean;
      failures: number;
      last_error: string | null;
      token: number;
      due_in: number;
    }>`
      select leased, waits, failures, last_error, token, extract(epoch from next_at - now())::float8 as due_in
      from lane where portal_id = ${portalId} and kind = ${kind}`.execute(db);
    return rows[0];
  });
}
