import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Ground } from "../parts/ground.ts";
import { callJson } from "../parts/json.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { until } from "../until.ts";

const CONTACTS = 14_000;
const COMPANIES = 10_000;
const LATENCY_MS = 150;
const PAGE = 100;
/** HubSpot lets an app make 110 calls in ten seconds; bulk work may use 80 % of them, so that people need not wait. */
const BULK_CALLS_PER_SECOND = 11 * 0.8;

/**
 * The first pull with HubSpot's limits on and 150 ms for each answer. Limit: the smaller of the calls that bulk work may
 * make, and the pages of both types asked for one after the other in each, both types at once.
 */
export async function pullLimited(ground: Ground): Promise<Result> {
  return inScene(ground, { limited: true }, async (scene) => {
    const { portalId } = scene;
    await scene.inHubSpot("POST", "/seed", {
      contacts: CONTACTS,
      companies: COMPANIES,
      deals: 0,
      seed: 4,
    });
    await scene.install();
    await scene.control("PUT", "/faults", { portalId, latencyMs: LATENCY_MS });
    await until(
      "the first pull has ended",
      async () =>
        (await scene.one<string>("select state from installation")) ===
        "active",
      { everyMs: 100 },
    );
    const seconds = await scene.one<number>(`
      select extract(epoch from max(ended_at) - min(started_at))::float8
      from run where kind = 'pull' and mode = 'full'`);
    const paging = 2 * (await pagesPerSecond(scene)) * PAGE;
    const budget = BULK_CALLS_PER_SECOND * PAGE;
    return {
      figures: [
        figure(
          "pull_limited",
          (CONTACTS + COMPANIES) / seconds,
          "records/s",
          Math.min(paging, budget),
        ),
      ],
      notes: [
        `${CONTACTS} contacts and ${COMPANIES} companies, ${LATENCY_MS} ms an answer; budget of bulk work ${budget.toFixed(0)} records/s, sequential paging of both types at once ${paging.toFixed(0)}`,
      ],
    };
  });
}

/** Page after page of one type, by fetch. */
async function pagesPerSecond(scene: Scene): Promise<number> {
  const headers = {
    authorization: `Bearer ${await scene.sandbox.token(scene.portalId)}`,
  };
  await scene.setOptions({ limits: "unlimited" });
  const pages = 20;
  let after = "";
  const started = performance.now();
  for (let page = 0; page < pages; page += 1) {
    const answer = await callJson<{ paging: { next: { after: string } } }>(
      "GET",
      `${scene.sandbox.url}/crm/objects/2026-09/contacts?limit=${PAGE}&properties=email${after}`,
      undefined,
      headers,
    );
    after = `&after=${answer.paging.next.after}`;
  }
  return (pages * 1000) / (performance.now() - started);
}
