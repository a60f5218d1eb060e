import { beforeAll, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { ServerProcess } from "./kill-process.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { makeObject } from "./steps/objects.ts";
import { findRecordOf, make, record, recordOf } from "./steps/records.ts";
import { ended, readRun, start } from "./steps/runs.ts";
import { installation } from "./steps/scopes.ts";
import { choose } from "./steps/settings.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** A world whose server, a process of its own, has companies as an optional type; not installed yet. */
function useOptionalCompanies(): { readonly world: World } {
  const at = useWorld({ install: false });
  beforeAll(async () => {
    await at.world.server.stop();
    const preload = new URL("./optional-companies.ts", import.meta.url);
    const server = await ServerProcess.start(at.world, {
      NODE_OPTIONS: `--import=${preload.href}`,
    });
    server.serve(at.world);
  });
  return at;
}

const on = { company: { enabled: true } };
const typeOff = { allowed: false, code: "type_off" };

const companyRuns = async (world: World): Promise<unknown[]> => {
  const { body } = await world.api<{ results: { objectType: string }[] }>(
    "GET",
    "/runs?limit=100",
  );
  return body.results.filter(({ objectType }) => objectType === "company");
};

/** The installation has these scopes and no others of companies. */
const grant = (world: World, ...scopes: readonly string[]): Promise<void> =>
  asOwner(world, async (owner) => {
    await owner.query(
      `update installation set scopes = array(
         select s from unnest(scopes) as s where s not like '%.companies.%' union select unnest($2::text[]))
       where portal_id = $1`,
      [world.portalId, scopes],
    );
  });

/** As it is before companies have been pulled. */
const forgetFirstPull = (world: World): Promise<void> =>
  asOwner(world, async (owner) => {
    await owner.query(
      "update installation set state = 'first-pull', first_pull_ended = first_pull_ended - 'company' where portal_id = $1",
      [world.portalId],
    );
  });

const companyScopes = [
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.schemas.companies.read",
];

const pulledCompanies = (world: World): Promise<void> =>
  world.until(
    async () =>
      ((await installation(world)) as unknown as Pulled).firstPullEndedAt
        .company !== null,
    "companies have been pulled",
  );

interface Pulled {
  readonly firstPullEndedAt: Record<"contact" | "company", string | null>;
}

describe("a type that a portal can switch off", () => {
  const at = useOptionalCompanies();

  test("is neither pulled nor waited for while it's off, is refused by the API and the card, and is pulled once it's on", async () => {
    const { world } = at;
    const firm = await makeObject(world, "companies", { name: "Off" });
    const person = await makeObject(
      world,
      "contacts",
      { email: "person@off.example" },
      firm,
    );
    await world.installed();
    await calm(world);
    expect(await companyRuns(world)).toEqual([]);
    expect(await findRecordOf(world, "companies", firm)).toBeUndefined();
    const { id: personId } = await recordOf(world, "contacts", person);

    const ours = await make(world, "companies", { name: "Ours" });
    await make(world, "contacts", { email: "ours@off.example" }, ours.id);
    await calm(world);
    expect(await record(world, "companies", ours.id)).toMatchObject({
      hubspotId: null,
    });
    expect(await world.truth("companies")).toHaveLength(1);
    expect(await world.truth("contacts")).toHaveLength(2);
    const view = await world.api("GET", `/companies/${ours.id}/sync`);
    expect(view.body).toMatchObject({
      status: "paused",
      code: "type_off",
      reason: "Companies aren't synced.",
      pull: typeOff,
      push: typeOff,
      sync: typeOff,
    });
    for (const kind of ["pull", "push", "both"])
      expect(
        await world.api("POST", `/sync/${kind}`, {
          objectType: "company",
          all: true,
        }),
      ).toMatchObject({ status: 409, body: { code: "type_off" } });

    await choose(world, on);
    await pulledCompanies(world);
    await calm(world);
    expect(await installation(world)).toMatchObject({ state: "active" });
    const { settings } = (
      await world.api<{ settings: Settings }>("GET", "/settings")
    ).body;
    const tried = await world.api("POST", "/settings/try", {
      settings: {
        ...settings,
        company: { ...settings.company, enabled: false },
      },
      objectType: "company",
      objectId: firm,
    });
    expect(tried).toMatchObject({
      status: 200,
      body: { linked: true, paused: { code: "type_off" } },
    });
    const { id: firmId } = await recordOf(world, "companies", firm);
    expect(await record(world, "contacts", personId)).toMatchObject({
      companyId: firmId,
    });
  });

  test("is not waited for by a first pull that began while it was on", async () => {
    const { world } = at;
    await choose(world);
    const before = await companyRuns(world);
    await forgetFirstPull(world);
    await upkeepTurn(world);
    expect(await installation(world)).toMatchObject({ state: "active" });
    expect(await companyRuns(world)).toEqual(before);
  });

  test("is not synced although it's on, until HubSpot has granted its scopes", async () => {
    const { world } = at;
    const before = await companyRuns(world);
    await grant(world, ...companyScopes.slice(1));
    await choose(world, on);
    await upkeepTurn(world);
    await calm(world);
    expect(await companyRuns(world)).toEqual(before);

    await grant(world, ...companyScopes);
    await upkeepTurn(world);
    await pulledCompanies(world);
  });

  test("ends a run that was asked for before it was switched off, with the reason", async () => {
    const { world } = at;
    await calm(world);
    const person = await makeObject(world, "contacts", {
      email: "slow@off.example",
    });
    await calm(world);
    await world.control("PUT", "/sandbox/faults", {
      path: "batch/read",
      latencyMs: 1_500,
      times: 1,
    });
    const busy = await start(world, "pull", "contacts", {
      hubspotIds: [person],
    });
    await world.until(
      async () => (await readRun(world, busy)).state === "running",
      "the lane is busy",
    );
    const waits = await start(world, "pull", "companies", { all: true });
    await choose(world);
    expect(await ended(world, waits)).toMatchObject({
      state: "failed",
      reason: "Companies aren't synced.",
    });
    expect(await ended(world, busy)).toMatchObject({ state: "done" });
  });
});
