import { describe, expect, test } from "vitest";
import { expectAgreement, expectNothingLeft } from "./kill-agreement.ts";
import { ServerProcess } from "./kill-process.ts";
import { letClaimsEnd, restart, useKillWorld } from "./kill-world.ts";
import type { KillWorld } from "./kill-world.ts";
import { choose } from "./steps/settings.ts";

/** HubSpot's limits would only make these tests wait; calls take a while, so that a kill may fall into any of them. */
const unlimited = {
  portal: { limits: "unlimited" },
  environment: { CALL_LIMIT: "unlimited" },
};
const latency = { latencyMs: [2, 20] };
/** What HubSpot tells of our own writes races with the recovery from a kill; where it is lost, the record must do. */
const halfTold = { ...latency, webhooks: { lose: 0.5 } };

/** Some moments of a long work, in their order: after how many rows, and how many milliseconds later. */
function randomMoments(
  kills: number,
  total: number,
): { rows: number; later: number }[] {
  return Array.from({ length: kills }, (_, index) => ({
    rows: Math.floor(((index + Math.random()) / kills) * total * 0.9),
    later: Math.random() * 60,
  }));
}

/** Kills and starts again at each moment; the last to take over runs in the test's own process. */
async function killAt(
  at: KillWorld,
  first: ServerProcess,
  moments: readonly { rows: number; later: number }[],
  progress: () => Promise<number>,
): Promise<void> {
  let server = first;
  for (const [index, { rows, later }] of moments.entries()) {
    await at.world.until(
      async () => (await progress()) > rows,
      `${rows} rows before kill ${index + 1}`,
      30_000,
    );
    await new Promise((resolve) => setTimeout(resolve, later));
    await server.kill();
    await letClaimsEnd(at);
    if (index + 1 < moments.length)
      server = (await ServerProcess.start(at.world)).serve(at.world);
    else await restart(at);
  }
}

describe("a full pull", () => {
  const at = useKillWorld({ ...unlimited, install: false });

  test("killed at random moments, it ends as if nothing had been", async () => {
    const { world, owner } = at;
    await world.server.stop();
    await world.inHubSpot("POST", "/seed", { contacts: 2_500, companies: 250 });
    const moments = randomMoments(2, 2_750);
    await world.control("PUT", "/sandbox/faults", latency);
    const server = (await ServerProcess.start(world)).serve(world);
    const installed = await world.install();
    expect(installed.status).toBe(200);
    await killAt(at, server, moments, () => count(owner, "record"));
    await world.settled(30_000);
    await world.control("DELETE", "/sandbox/faults");

    const context = JSON.stringify(moments);
    const installation = await world.api("GET", "/installation");
    expect(installation.body["state"], context).toBe("active");
    const runs = await fullRuns(at);
    expect(runs, context).toMatchObject([
      { object_type: "company", requested: 250, created: 250, failed: 0 },
      { object_type: "contact", requested: 2_500, created: 2_500, failed: 0 },
    ]);
    await expectAgreement(at, { contacts: 2_500, companies: 250 });
    await expectNothingLeft(at);
  }, 120_000);
});

describe("a push of 2,000 records", () => {
  const at = useKillWorld(unlimited);

  test("killed at random moments, it ends as if nothing had been", async () => {
    const { world, owner, product } = at;
    // More than a brake lets through by itself: an admin has allowed it.
    await choose(world, {
      contact: { brakes: { creations: { toHubSpot: 10_000 } } },
    });
    await world.server.stop();
    await product.query(`
      insert into workspace.companies (name, domain, city)
      select 'Company ' || n, 'company-' || n || '.example', 'Lyon' from generate_series(1, 100) n`);
    await product.query(`
      insert into workspace.contacts (email, first_name, last_name, company_id)
      select 'person-' || n || '@company-' || n % 100 + 1 || '.example', 'Person', 'Number ' || n, c.id
      from generate_series(1, 2000) n join workspace.companies c on c.domain = 'company-' || n % 100 + 1 || '.example'`);
    const moments = randomMoments(2, 2_100);
    await world.control("PUT", "/sandbox/faults", halfTold);
    const server = (await ServerProcess.start(world)).serve(world);
    await killAt(at, server, moments, () => count(owner, "link"));
    await world.settled(30_000);
    await world.control("DELETE", "/sandbox/faults");

    await expectAgreement(at, { contacts: 2_000, companies: 100 });
    await expectNothingLeft(at);
  }, 120_000);
});

async function count(
  owner: KillWorld["owner"],
  table: "record" | "link",
): Promise<number> {
  const { rows } = await owner.query<{ n: string }>(
    `select count(*) as n from ${table}`,
  );
  return Number(rows[0]?.n);
}

async function fullRuns({ owner }: KillWorld): Promise<unknown[]> {
  const { rows } = await owner.query(`
    select object_type, state, requested, created, failed from run
    where kind = 'pull' and mode = 'full' order by object_type`);
  return rows;
}
