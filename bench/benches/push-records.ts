import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Ground } from "../parts/ground.ts";
import { callJson } from "../parts/json.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { timed } from "../parts/shares.ts";
import { until } from "../until.ts";

const CONTACTS = 20_000;
const LIMIT_RECORDS = 10_000;
const BATCH = 100;

/** Changes made in the workspace until all of them stand in HubSpot, against bare batch reads and updates by fetch. */
export async function pushRecords(ground: Ground): Promise<Result> {
  return inScene(ground, {}, async (scene) => {
    await scene.control("PUT", "/faults", { webhooks: { lose: true } });
    await scene.inHubSpot("POST", "/seed", {
      contacts: CONTACTS,
      companies: 200,
      deals: 0,
      seed: 3,
    });
    await scene.pulled();
    await scene.sql.query("vacuum analyze");
    await scene.asProduct(
      "update workspace.contacts set job_title = 'Pusher ' || hubspot_id",
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
    await checkHubSpot(scene);
    const limit = await bareRate(scene);
    return {
      figures: [figure("push_records", CONTACTS / seconds, "records/s", limit)],
      notes: [
        `${CONTACTS} changed contacts; limit: bare batch read and batch update of ${BATCH} by fetch, one after the other`,
        note,
      ],
    };
  });
}

async function checkHubSpot(scene: Scene): Promise<void> {
  const { results } = await scene.inHubSpot<{
    results: { id: string; properties: Record<string, string> }[];
  }>("GET", "/objects/contacts?archived=false");
  const arrived = results.filter(
    ({ id, properties }) => properties["jobtitle"] === `Pusher ${id}`,
  ).length;
  if (arrived !== CONTACTS) throw new Error(`${arrived} contacts arrived.`);
}

async function bareRate(scene: Scene): Promise<number> {
  const headers = {
    authorization: `Bearer ${await scene.sandbox.token(scene.portalId)}`,
  };
  const { rows } = await scene.sql.query<{ id: string }>(
    "select object_id as id from link where object_type = 'contact' order by object_id limit $1",
    [LIMIT_RECORDS],
  );
  const path = `${scene.sandbox.url}/crm/objects/2026-09/contacts/batch`;
  const started = performance.now();
  for (let at = 0; at < rows.length; at += BATCH) {
    const ids = rows.slice(at, at + BATCH).map(({ id }) => id);
    await callJson(
      "POST",
      `${path}/read`,
      { properties: ["jobtitle"], inputs: ids.map((id) => ({ id })) },
      headers,
    );
    await callJson(
      "POST",
      `${path}/update`,
      {
        inputs: ids.map((id) => ({
          id,
          properties: { jobtitle: `Bare ${id}` },
        })),
      },
      headers,
    );
  }
  return (rows.length * 1000) / (performance.now() - started);
}
