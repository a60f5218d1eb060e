import { beforeEach, describe, expect, test } from "vitest";
import type { SettingsChange } from "../../server/settings/differences/change.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { make, record } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

interface Version {
  readonly version: number;
  readonly savedAt: string;
  readonly savedBy: string;
  readonly changes: readonly SettingsChange[];
}

const at = useWorld();
beforeEach(() => choose(at.world));

const newest = async () =>
  (
    await at.world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    )
  ).body;

const versions = async (query = ""): Promise<Version[]> => {
  const reply = await at.world.api<{ results: Version[] }>(
    "GET",
    `/settings/versions${query}`,
  );
  expect(reply.status).toBe(200);
  return reply.body.results;
};

describe("saved versions", () => {
  test("AP-005 AP-007 X-15 every save is a version with its author, time, and differences in words", async () => {
    const { world } = at;
    const { version } = await newest();
    await choose(world, {
      automatic: { push: false },
      contact: { deletionSync: true },
    });
    const [saved] = await versions("?limit=1");
    expect(saved).toMatchObject({
      version: version + 1,
      savedBy: "API",
      changes: [
        {
          path: "automatic.push",
          before: true,
          after: false,
          sentence: "Automatic push is off.",
        },
        {
          path: "contact.deletionSync",
          before: false,
          after: true,
          sentence: "Contacts: deletion sync is on.",
        },
      ],
    });
    expect(
      Math.abs(Date.parse(saved?.savedAt ?? "") - Date.now()),
    ).toBeLessThan(60_000);
  });

  test("AP-005 what is saved while sync is active is used by the next run", async () => {
    const { world } = at;
    await choose(world, { contact: { push: { enabled: false } } });
    const contact = await make(world, "contacts", { first_name: "Ada" });
    await calm(world);
    expect((await record(world, "contacts", contact.id)).hubspotId).toBeNull();
  });

  test("AP-007 X-15 pages lead through all versions to the first one, which changed nothing", async () => {
    const { world } = at;
    await choose(world, { contact: { mergeSync: true } });
    const { version } = await newest();
    const seen: Version[] = [];
    let next: string | null = "";
    while (next !== null) {
      const reply: {
        status: number;
        body: { results: Version[]; next: string | null };
      } = await world.api(
        "GET",
        `/settings/versions?limit=2${next === "" ? "" : `&cursor=${next}`}`,
      );
      expect(reply.status).toBe(200);
      seen.push(...reply.body.results);
      ({ next } = reply.body);
    }
    expect(seen.map((one) => one.version)).toEqual(
      Array.from({ length: version }, (_, index) => version - index),
    );
    expect(seen.at(-1)).toMatchObject({ version: 1, changes: [] });
    // Nobody but the person who installed has saved the first one.
    expect(seen.at(-1)?.savedBy).toContain("@");
  });

  test("X-15 a version is read whole; one that doesn't exist is a 404, and a cursor of another list a 400", async () => {
    const { world } = at;
    const before = await newest();
    await choose(world, { company: { policy: "hold" } });
    const old = await world.api("GET", `/settings/versions/${before.version}`);
    expect(old).toMatchObject({ status: 200, body: before });
    expect(
      (await world.api("GET", `/settings/versions/${before.version + 1}`)).body,
    ).toMatchObject({
      changes: [{ path: "company.policy", before: "initiator", after: "hold" }],
    });
    for (const missing of [0, before.version + 9, 9_007_199_254_740_991])
      expect(
        await world.api("GET", `/settings/versions/${missing}`),
      ).toMatchObject({ status: 404, body: { code: "no_such_version" } });
    for (const wrong of [
      "/settings/versions/first",
      "/settings/versions?cursor=e30",
    ])
      expect(await world.api("GET", wrong)).toMatchObject({ status: 400 });
  });

  test("X-15 versions outlive what the journal's days remove", async () => {
    const { world } = at;
    await choose(world, { retention: { journalDays: 1 } });
    await asOwner(world, (owner) =>
      owner.query(
        "update settings set changed_at = now() - interval '9 years'",
      ),
    );
    const before = await versions("?limit=200");
    await upkeepTurn(world);
    expect(await versions("?limit=200")).toEqual(before);
  });
});

describe("rolling back", () => {
  const rollBack = (version: number, to: number) =>
    at.world.api<{
      version: number;
      settings: Settings;
      changes: readonly SettingsChange[];
    }>("POST", "/settings/roll-back", { version, to });

  test("X-15 saves the earlier document as a new version, says what that changes, and starts what the change entails", async () => {
    const { world } = at;
    const good = await newest();
    await choose(world, {
      automatic: { push: false },
      company: { mergeSync: true },
    });
    const contact = await make(world, "contacts", { first_name: "Waiting" });
    await calm(world);
    expect((await record(world, "contacts", contact.id)).hubspotId).toBeNull();

    const reply = await rollBack(good.version + 1, good.version);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        version: good.version + 2,
        settings: good.settings,
        changes: [
          { path: "automatic.push", before: false, after: true },
          { path: "company.mergeSync", before: true, after: false },
        ],
      },
    });
    expect(await newest()).toEqual({
      version: good.version + 2,
      settings: good.settings,
    });
    const [saved, undone] = await versions("?limit=2");
    expect(saved).toMatchObject({
      savedBy: "API",
      changes: reply.body.changes,
    });
    // What is taken back stays in the list.
    expect(undone?.version).toBe(good.version + 1);
    await calm(world);
    expect(
      (await record(world, "contacts", contact.id)).hubspotId,
    ).not.toBeNull();
  });

  test("X-15 over a save that the client hasn't seen is refused, and nothing is saved", async () => {
    const seen = await newest();
    await choose(at.world, { contact: { mergeSync: true } });
    const current = await newest();
    expect(await rollBack(seen.version, 1)).toMatchObject({
      status: 409,
      body: { code: "stale_version", version: current.version },
    });
    expect(await newest()).toEqual(current);
  });

  test("X-15 of several at once, exactly one is saved", async () => {
    const { version } = await newest();
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => rollBack(version, 1)),
    );
    expect(
      replies.map(({ status }) => status).toSorted((a, b) => a - b),
    ).toEqual([200, 409, 409, 409]);
  });

  test("X-15 to a version that doesn't exist, or without one, is refused", async () => {
    const { version } = await newest();
    expect(await rollBack(version, version + 1)).toMatchObject({
      status: 404,
      body: { code: "no_such_version" },
    });
    expect(
      await at.world.api("POST", "/settings/roll-back", { version }),
    ).toMatchObject({ status: 400, body: { errors: [{ path: "to" }] } });
    expect((await newest()).version).toBe(version);
  });

  test("X-15 to settings that no longer fit is refused with every place that doesn't, and nothing is saved", async () => {
    const { world } = at;
    const { version, settings } = await newest();
    const { mappings } = settings.company;
    // As it was accepted before mappings were checked against their fields.
    const misfit = {
      ...settings,
      company: {
        ...settings.company,
        mappings: mappings.map((mapping) =>
          ["employees", "annual_revenue"].includes(mapping.field)
            ? { ...mapping, conversion: { kind: "set" } }
            : mapping,
        ),
      },
    };
    await asOwner(world, (owner) =>
      owner.query(
        "insert into settings (portal_id, version, document, changed_by) values ($1, $2, $3, 'API'), ($1, $2 + 1, $4, 'API')",
        [
          world.portalId,
          version + 1,
          JSON.stringify(misfit),
          JSON.stringify(settings),
        ],
      ),
    );
    const places = mappings.flatMap(({ field }, index) =>
      ["employees", "annual_revenue"].includes(field)
        ? [{ path: `settings.company.mappings.${index}.conversion` }]
        : [],
    );
    expect(places).toHaveLength(2);
    expect(await rollBack(version + 2, version + 1)).toMatchObject({
      status: 422,
      body: { code: "version_not_valid", errors: places },
    });
    expect((await newest()).version).toBe(version + 2);
  });
});
