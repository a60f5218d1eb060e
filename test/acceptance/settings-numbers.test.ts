import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { askPage, counted, draftWith } from "./steps/ask-page.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { makeObject } from "./steps/objects.ts";
import { change, make, record, records } from "./steps/records.ts";
import { pullAll, sync } from "./steps/runs.ts";
import { byHandOnly, choose, setSettings } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

// What the settings page says in numbers before a save, through its own routes, and that it comes so.

const none = { stages: null, emailStatuses: null, customField: null };
const pushOf = (some: Partial<typeof none> | object, enabled = true) => ({
  push: { enabled, conditions: { ...none, ...some } },
});
const pullOf = (some: object) => ({
  pull: { visible: true, conditions: { ...none, ...some } },
});

/** Searches of HubSpot's since the last call of this. */
async function searches(world: ReturnType<typeof useWorld>["world"]) {
  const { body } = await world.control<{
    rows: { path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  await world.control("DELETE", "/sandbox/requests");
  return body.rows
    .filter(({ path }) => path.endsWith("/search"))
    .reduce((sum, { count }) => sum + count, 0);
}

describe("rules for pushing", () => {
  const at = useWorld();
  beforeEach(() => choose(at.world, { automatic: byHandOnly }));

  test("X-15 AP-014 AP-015 a draft's rules say how many contacts they include and exclude, by every condition that is set, and so it comes", async () => {
    const { world } = at;
    expect(await counted(world, "push", await draftWith(world, {}))).toBe(
      "Your product has no contacts that were never synced.",
    );
    for (const [stage, status] of [
      ["lead", "verified"],
      ["lead", "unverified"],
      ["customer", "verified"],
      ["customer", null],
    ] as const)
      await make(world, "contacts", {
        first_name: `${stage} ${status}`,
        email: `${stage}-${status}@count.example`,
        stage,
        email_status: status,
      });
    const count = async (
      rules: Parameters<typeof draftWith>[1],
    ): Promise<string> => counted(world, "push", await draftWith(world, rules));
    expect(await count({})).toBe(
      "Applies to 4 contacts that were never synced; all of them meet these rules.",
    );
    expect(await count(pushOf({ stages: ["lead"] }))).toBe(
      "Applies to 4 contacts that were never synced; 2 of them meet these rules. 2 that meet the saved rules would be excluded.",
    );
    const both = { stages: ["lead"], emailStatuses: ["verified"] };
    expect(await count(pushOf(both))).toContain("1 of them meets these rules.");
    expect(await count(pushOf({}, false))).toContain(
      "none of them meets these rules. 4 that meet",
    );
    expect(await count({ requireCompany: true })).toContain(
      "none of them meets",
    );

    await setSettings(world, "contact", pushOf(both));
    expect(await count(pushOf({ stages: ["lead"] }))).toBe(
      "Applies to 4 contacts that were never synced; 2 of them meet these rules. 1 of them is excluded by the saved rules.",
    );
    await setSettings(world, "contact", pushOf({ stages: ["lead"] }));
    const run = await sync(world, "push", "contacts", { all: true });
    expect(run.counts).toMatchObject({ created: 2, skipped: 2 });
  });

  test("X-15 a draft that can't be saved isn't counted, and names its faults", async () => {
    const { world } = at;
    const { status, body } = await askPage<{
      code: string;
      errors: { path: string }[];
    }>(world, "POST", "/settings/count", {
      settings: await draftWith(
        world,
        pushOf({ customField: { field: "no name", values: [] } }),
      ),
      objectType: "contact",
      flow: "push",
    });
    expect([status, body.code]).toEqual([400, "settings_not_valid"]);
    expect(body.errors.map(({ path }) => path)).toContain(
      "settings.contact.push.conditions.customField.values",
    );
  });
});

describe("rules for pulling", () => {
  const at = useWorld();

  test("X-15 AP-014 HubSpot's search counts what isn't synced, by the options that a rule allows, and so it comes; each count is three searches at most", async () => {
    const { world } = at;
    await choose(world, {
      contact: pullOf({ stages: ["customer"] }),
    });
    const company = await makeObject(world, "companies", {
      name: "Count",
      domain: "count-pull.example",
    });
    const kinds = [
      ["customer", ""],
      ["lead", ""],
      ["lead", company],
      ["opportunity", ""],
    ] as const;
    for (const [place, [stage, at]] of kinds.entries())
      await makeObject(
        world,
        "contacts",
        { email: `pull-${place}@count.example`, lifecyclestage: stage },
        at === "" ? [] : at,
      );
    await calm(world);
    expect(await records(world, "contacts")).toHaveLength(1);
    await searches(world);

    const count = async (
      rules: Parameters<typeof draftWith>[1],
    ): Promise<string> => counted(world, "pull", await draftWith(world, rules));
    expect(await count({})).toBe(
      "HubSpot has about 3 contacts that aren't synced; none of them meets these rules.",
    );
    expect(await searches(world)).toBe(2);
    expect(await count(pullOf({ stages: ["lead", "customer"] }))).toBe(
      "HubSpot has about 3 contacts that aren't synced; about 2 of them meet these rules. A pull of everything includes them. Until then, each is pulled when it changes in HubSpot. None of them meets the saved rules.",
    );
    expect(await searches(world)).toBe(3);
    expect(await count(pullOf({}))).toContain("all of them meet these rules.");
    expect(
      await count({ ...pullOf({ stages: ["lead"] }), requireCompany: true }),
    ).toContain("about 1 of them meets these rules.");
    const strict = await draftWith(world, {
      ...pullOf({ stages: ["lead"] }),
      requireCompany: true,
    });
    expect(
      await counted(world, "pull", {
        ...strict,
        company: {
          ...strict.company,
          pull: {
            ...strict.company.pull,
            conditions: {
              ...strict.company.pull.conditions,
              stages: ["customer"],
            },
          },
        },
      }),
    ).toContain(
      "; at most 1 of them meets these rules. A pull of everything includes those that do. Until then, each is pulled when it changes in HubSpot. HubSpot can't count by whether the company is synced, so there may be fewer.",
    );
    expect(await count(pullOf({ emailStatuses: ["verified"] }))).toContain(
      "none of them meets these rules. No property of HubSpot is pulled into email_status, so no new contacts meet these rules.",
    );
    const byCity = { customField: { field: "city", values: ["Rome"] } };
    expect(await count(pullOf(byCity))).toContain(
      "How many of them meet these rules can't be counted. HubSpot can't count by City as these rules compare it.",
    );

    await setSettings(
      world,
      "contact",
      pullOf({ stages: ["lead", "customer"] }),
    );
    await pullAll(world, "contacts");
    expect(await records(world, "contacts")).toHaveLength(3);
  });

  test("AP-014 if HubSpot can't be read, a count says why", async () => {
    const { world } = at;
    const settings = await draftWith(world, {});
    await world.control("PUT", "/sandbox/faults", {
      path: "/search",
      status: 503,
      times: 10,
    });
    try {
      const { status, body } = await askPage<{ detail: string }>(
        world,
        "POST",
        "/settings/count",
        { settings, objectType: "contact", flow: "pull" },
      );
      expect(status).toBe(409);
      expect(body.detail).toBe(
        "HubSpot isn't responding. Try again in a few minutes.",
      );
    } finally {
      await world.control("DELETE", "/sandbox/faults");
    }
  });
});

describe("a record to try", () => {
  const at = useWorld();

  type Found = {
    results: {
      recordId: string | null;
      hubspotId: string | null;
      name: string;
      identity: string | null;
    }[];
    reason: string | null;
  };
  const find = async (q: string): Promise<Found> => {
    const { status, body } = await askPage<Found>(
      at.world,
      "GET",
      "/settings/find",
      { objectType: "contact", q },
    );
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };

  test("X-15 X-03 it's found by words of its name or by its email, on either side, and tried under a draft, with what each side has; then that step of the set-up is done", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const objectId = await makeObject(world, "contacts", {
      email: "quint@find.example",
      firstname: "Marta",
      lastname: "Quint",
      city: "Rome",
    });
    const only = await make(world, "contacts", {
      email: "only@find.example",
      first_name: "Marta",
      last_name: "Only",
      stage: "lead",
    });
    await calm(world);
    const both = await find("marta");
    expect(both.reason).toBeNull();
    expect(both.results).toEqual([
      {
        recordId: only.id,
        hubspotId: null,
        name: "Marta Only",
        identity: "only@find.example",
      },
      {
        recordId: null,
        hubspotId: objectId,
        name: "Marta Quint",
        identity: "quint@find.example",
      },
    ]);
    expect((await find("QUINT@find.example")).results).toMatchObject([
      { hubspotId: objectId },
    ]);
    expect((await find("Only Marta")).results).toHaveLength(1);
    expect((await find("nobody % here")).results).toEqual([]);

    const step = async () => {
      const { body } = await askPage<{
        checklist: { step: string; done: boolean }[];
      }>(world, "GET", "/settings/page");
      return body.checklist.find((each) => each.step === "try")?.done;
    };
    expect(await step()).toBe(false);
    const { status, body } = await askPage<{
      automatic: { workspace: { reason: string } };
      checks: { check: string; passed: boolean; reason: string }[];
      push: { changes: { after: string }[] };
    }>(world, "POST", "/settings/try", {
      settings: await draftWith(world, pushOf({ stages: ["customer"] }), {
        automatic: { pull: true, push: true },
      }),
      objectType: "contact",
      recordId: only.id,
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.automatic.workspace.reason).toBe(
      "Excluded by stage. Stages that sync: customer.",
    );
    expect(body.checks.map(({ check, passed }) => [check, passed])).toEqual([
      ["criteria", false],
      ["exists", true],
      ["enabled", true],
      ["error", true],
    ]);
    expect(body.checks[0]?.reason).toBe(body.automatic.workspace.reason);
    expect(body.push.changes.map(({ after }) => after)).toContain("Marta");
    expect(await step()).toBe(true);

    await sync(world, "pull", "contacts", { all: true });
    const linked = await find("Quint");
    expect(linked.results).toMatchObject([{ hubspotId: objectId }]);
    expect(linked.results[0]?.recordId).not.toBeNull();
  });

  test("X-15 without HubSpot, the product's records are found, and it says that HubSpot wasn't searched", async () => {
    const { world } = at;
    await make(world, "contacts", { first_name: "Alone" });
    await world.control("PUT", "/sandbox/faults", {
      path: "/search",
      status: 503,
      times: 10,
    });
    try {
      expect(await find("alone")).toMatchObject({
        results: [{ name: "Alone", hubspotId: null }],
        reason: "HubSpot isn't responding.",
      });
    } finally {
      await world.control("DELETE", "/sandbox/faults");
    }
  });
});

describe("the last day under a draft", () => {
  const at = useWorld();

  test("X-15 the page gets what would have gone differently, in the product's name, with examples", async () => {
    const { world } = at;
    await choose(world, { productName: "Orbit" });
    await asOwner(world, (owner) => owner.query("delete from journal"));
    for (const stage of ["lead", "customer"])
      await makeObject(world, "contacts", {
        email: `${stage}@replay.example`,
        firstname: stage,
        lifecyclestage: stage,
      });
    await calm(world);
    const { status, body } = await askPage<{
      sentences: string[];
      examples: { name: string; was: string; wouldBe: string }[];
    }>(world, "POST", "/settings/replay", {
      settings: await draftWith(world, pullOf({ stages: ["customer"] })),
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.sentences[0]).toBe(
      "Of 2 changes of the last day, 1 would have gone differently.",
    );
    expect(body.examples).toMatchObject([
      {
        name: "lead",
        was: "Contact created in Orbit.",
        wouldBe: "Excluded by stage. Stages that sync: customer.",
      },
    ]);
  });
});

describe("the last day under a stored version", () => {
  const at = useWorld();

  type Stored = { version: number; settings: Settings };
  const newest = async () =>
    (await at.world.api<Stored>("GET", "/settings")).body;

  /** What the page asks in the question before a roll-back: that version, and the last day under it. */
  async function replayOf(version: number) {
    const { world } = at;
    const stored = await askPage<Stored>(
      world,
      "GET",
      `/settings/versions/${version}`,
    );
    expect(stored.status, JSON.stringify(stored.body)).toBe(200);
    const { status, body } = await askPage<{
      sentences: string[];
      examples: { name: string; was: string; wouldBe: string }[];
    }>(world, "POST", "/settings/replay", { settings: stored.body.settings });
    expect(status, JSON.stringify(body)).toBe(200);
    return {
      sentences: body.sentences,
      examples: body.examples.map(({ name, was, wouldBe }) => ({
        name,
        was,
        wouldBe,
      })),
    };
  }

  test("X-15 before a roll-back, the page gets how much of the last day that version would have decided differently; nothing changes by it, and rolled back it decides so", async () => {
    const { world } = at;
    /** Saves these rules for pushing, and returns the version that has them. */
    const version = async (rules: object): Promise<number> => {
      await choose(world, { productName: "Orbit", contact: pushOf(rules) });
      return (await newest()).version;
    };
    const everything = await version({});
    const leads = await version({ stages: ["lead"] });
    const customers = await version({ stages: ["customer"] });
    await calm(world);
    await asOwner(world, (owner) => owner.query("delete from journal"));
    const made: Record<string, string> = {};
    for (const stage of ["lead", "customer"]) {
      const { id } = await make(world, "contacts", {
        email: `${stage}@stored.example`,
        first_name: stage,
        stage,
      });
      made[stage] = id;
    }
    await calm(world);
    const told = await journal(world);

    const excluded = (stage: string) =>
      `Excluded by stage. Stages that sync: ${stage}.`;
    expect(await replayOf(customers)).toEqual({
      sentences: [
        "Of 1 change of the last day, 0 would have gone differently.",
        "Of 1 record that was left out, 0 would have been decided differently.",
      ],
      examples: [],
    });
    const leadCreated = {
      name: "lead",
      was: excluded("customer"),
      wouldBe: "Contact created in HubSpot.",
    };
    expect(await replayOf(everything)).toEqual({
      sentences: [
        "Of 1 change of the last day, 0 would have gone differently.",
        "Of 1 record that was left out, 1 would have been decided differently.",
      ],
      examples: [leadCreated],
    });
    const ofLeads = await replayOf(leads);
    expect(ofLeads.sentences).toEqual([
      "Of 1 change of the last day, 1 would have gone differently.",
      "Of 1 record that was left out, 1 would have been decided differently.",
    ]);
    expect(ofLeads.examples).toHaveLength(2);
    expect(ofLeads.examples).toEqual(
      expect.arrayContaining([
        leadCreated,
        {
          name: "customer",
          was: "Contact created in HubSpot.",
          wouldBe: excluded("lead"),
        },
      ]),
    );

    // The question alone has saved and synced nothing.
    expect((await newest()).version).toBe(customers);
    expect(await journal(world)).toEqual(told);
    const lead = async () =>
      (await record(world, "contacts", made["lead"] ?? "")).hubspotId;
    expect(await lead()).toBeNull();

    const rolledBack = await askPage<Stored>(
      world,
      "POST",
      "/settings/roll-back",
      { version: customers, to: everything },
    );
    expect(rolledBack.status, JSON.stringify(rolledBack.body)).toBe(200);
    await change(world, "contacts", made["lead"] ?? "", { job_title: "Buyer" });
    await calm(world);
    expect(await lead()).not.toBeNull();
  });

  test("X-15 a version that an earlier build stored, before the product had a name, is replayed like any other", async () => {
    const { world } = at;
    await choose(world, { contact: pushOf({ stages: ["customer"] }) });
    const { version } = await newest();
    await asOwner(world, (owner) =>
      owner.query(
        "update settings set document = document - 'productName' - 'recordUrl' where version = $1",
        [version],
      ),
    );
    await choose(world);
    await calm(world);
    await asOwner(world, (owner) => owner.query("delete from journal"));
    await make(world, "contacts", {
      email: "old@stored.example",
      first_name: "Old",
      stage: "lead",
    });
    await calm(world);
    expect((await replayOf(version)).sentences).toEqual([
      "Of 1 change of the last day, 1 would have gone differently.",
    ]);
  });
});
