import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import { noFence } from "../../../server/database/fence.ts";
import { toJson } from "../../../server/database/json.ts";
import type { HubSpot } from "../../../server/hubspot/hubspot.ts";
import { createLog } from "../../../server/log.ts";
import type { ObjectType } from "../../../server/settings/object-type.ts";
import { objectTypes } from "../../../server/settings/object-type.ts";
import { descriptorOf } from "../../../server/settings/types/index.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";
import type { Settings } from "../../../server/settings/schema.ts";
import type { Engine } from "../../../server/sync/engine.ts";
import { startRun } from "../../../server/sync/runs/runs.ts";
import { processRuns } from "../../../server/sync/sources/work-runs.ts";
import { useWorld } from "../hubspot/world.ts";
import type { World } from "../hubspot/world.ts";

/** The types that every portal syncs, parents first. */
const required = objectTypes.filter(
  (type) => descriptorOf(type).hubspot.required,
);

export interface SyncWorld {
  readonly world: World;
  readonly engine: Engine;
  /** Works off every run that is queued. */
  readonly workOff: (portalId: number) => Promise<void>;
  readonly pullAll: (portalId: number) => Promise<void>;
  /** A sweep of both types, companies first; answers the installation's result. */
  readonly sweep: (
    portalId: number,
    types?: readonly ObjectType[],
  ) => Promise<Record<string, unknown>>;
  readonly choose: (
    portalId: number,
    change: (settings: Settings) => Settings,
  ) => Promise<void>;
  readonly query: <Row>(
    portalId: number,
    statement: RawBuilder<Row>,
  ) => Promise<readonly Row[]>;
}

/** The engine over a real database and a real sandbox, without lanes: runs are worked off when a test says so. */
export function useSyncWorld(): () => SyncWorld {
  const current = useWorld({ limits: "unlimited" });
  const rooms = new WeakMap<World, HubSpot>();
  return () => {
    const world = current();
    const hubspot = rooms.get(world) ?? world.room("unlimited");
    rooms.set(world, hubspot);
    const { database } = world;
    const engine: Engine = {
      database,
      hubspot,
      log: createLog("silent"),
      now: () => new Date(),
      checkpoint: () => Promise.resolve(),
    };
    const turn = { fence: noFence, signal: new AbortController().signal };
    const workOff = async (portalId: number): Promise<void> => {
      while ((await processRuns(engine, portalId, turn)) !== null);
    };
    const startAll = (
      portalId: number,
      kind: "pull" | "sweep",
      types: readonly ObjectType[] = required,
    ): Promise<void> =>
      database.inPortal(portalId, async (db) => {
        for (const objectType of types)
          await startRun(db, portalId, {
            kind,
            objectType,
            mode: "full",
            manual: false,
            source: "test",
            requestedBy: "",
          });
      });
    const query: SyncWorld["query"] = async (portalId, statement) =>
      (await database.inPortal(portalId, (db) => statement.execute(db))).rows;
    return {
      world,
      engine,
      workOff,
      query,
      pullAll: async (portalId) => {
        await startAll(portalId, "pull");
        await workOff(portalId);
      },
      sweep: async (portalId, types) => {
        await startAll(portalId, "sweep", types);
        await workOff(portalId);
        const [row] = await query(
          portalId,
          sql<{
            result: Record<string, unknown>;
          }>`select sweep_result as result from installation`,
        );
        return row?.result ?? {};
      },
      choose: async (portalId, change) => {
        await query(
          portalId,
          sql`insert into settings (portal_id, version, document, changed_by)
            select ${portalId}, coalesce(max(version), 0) + 1, ${toJson(change(defaultSettings))}::jsonb, 'test'
            from settings where portal_id = ${portalId}`,
        );
      },
    };
  };
}
