import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import { dealsPulled, seedDeals, switchDealsOn } from "../parts/deals.ts";
import type { Ground } from "../parts/ground.ts";
import { callJson } from "../parts/json.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { timed } from "../parts/shares.ts";
import { until } from "../until.ts";

const RECORDS = 20_000;
const LIMIT_RECORDS = 10_000;
const BATCH = 100;

/** What is changed: a type's table in HubSpot and in the workspace, and the field and property of the change. */
type Pushed = {
  readonly name: string;
  readonly type: "contact" | "deal";
  readonly path: "contacts" | "deals";
  readonly field: string;
  readonly property: string;
};

/** Changes made in the workspace until all of them stand in HubSpot, against bare batch reads and updates by fetch. */
export const pushRecords = (ground: Ground): Promise<Result> =>
  pushing(
    ground,
    {
      name: "push_records",
      type: "contact",
      path: "contacts",
      field: "job_title",
      property: "jobtitle",
    },
    async (scene) => {
      await scene.inHubSpot("POST", "/seed", {
        contacts: RECORDS,
        companies: 200,
        deals: 0,
        seed: 3,
      });
      await scene.pulled();
    },
  );

/** The same of deals, each of which has a company and a contact. */
export const pushDeals = (ground: Ground): Promise<Result> =>
  pushing(
    ground,
    {
      name: "push_deals",
      type: "deal",
      path: "deals",
      field: "name",
      property: "dealname",
    },
    async (scene) => {
      await seedDeals(scene, 6);
      await scene.pulled();
      await switchDealsOn(scene);
      await dealsPulled(scene);
      await scene.quiet();
    },
  );

function pushing(
  ground: Ground,
  pushed: Pushed,
  fill: (scene: Scene) => Promise<void>,
): Promise<Result> {
  const { name, path, field } = pushed;
  return inScene(ground, {}, async (scene) => {
    await scene.control("PUT", "/faults", { webhooks: { lose: true } });
    await fill(scene);
    await scene.sql.query("vacuum analyze");
    await scene.asProduct(
      `update workspace.${path} set ${field} = 'Pusher ' || hubspot_id`,
    );
    const { seconds, note } = await timed(scene, () =>
      until(
        "all is pushed",
        () =>
          scene.one<boolean>(
            "select not exists (select from dirty) and not exists (select from attempt where settled_at is null)",
          ),
        { everyMs: 10 },
      ),
    );
    await checkHubSpot(scene, pushed);
    const limit = await bareRate(scene, pushed);
    return {
      figures: [figure(name, RECORDS / seconds, "records/s", limit)],
      notes: [
        `${RECORDS} changed ${path}; limit: bare batch read and batch update of ${BATCH} by fetch, one after the other`,
        note,
      ],
    };
  });
}

async function checkHubSpot(
  scene: Scene,
  { path, property }: Pushed,
): Promise<void> {
  const { results } = await scene.inHubSpot<{
    results: { id: string; properties: Record<string, string> }[];
  }>("GET", `/objects/${path}?archived=false`);
  const arrived = results.filter(
    ({ id, properties }) => properties[property] === `Pusher ${id}`,
  ).length;
  if (arrived !== RECORDS) throw new Error(`${arrived} ${path} arrived.`);
}

async function bareRate(
  scene: Scene,
  { type, path, property }: Pushed,
): Promise<number> {
  const headers = {
    authorization: `Bearer ${await scene.sandbox.token(scene.portalId)}`,
  };
  const { rows } = await scene.sql.query<{ id: string }>(
    "select object_id as id from link where object_type = $2 order by object_id limit $1",
    [LIMIT_RECORDS, type],
  );
  const url = `${scene.sandbox.url}/crm/objects/2026-09/${path}/batch`;
  const started = performance.now();
  for (let at = 0; at < rows.length; at += BATCH) {
    const ids = rows.slice(at, at + BATCH).map(({ id }) => id);
    await callJson(
      "POST",
      `${url}/read`,
      { properties: [property], inputs: ids.map((id) => ({ id })) },
      headers,
    );
    await callJson(
      "POST",
      `${url}/update`,
      {
        inputs: ids.map((id) => ({
          id,
          properties: { [property]: `Bare ${id}` },
        })),
      },
      headers,
    );
  }
  return (rows.length * 1000) / (performance.now() - started);
}
