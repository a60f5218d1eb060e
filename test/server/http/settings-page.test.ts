import { readFile } from "node:fs/promises";
import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import {
  checkAnswer,
  forecastAnswer,
  faultsAnswer,
  fieldAnswer,
  fieldsAnswer,
  fittingAnswer,
  installation as installationAnswer,
  keyAnswer,
  madeFieldAnswer,
  optionsAnswer,
  presetAnswer,
  pageAnswer,
  propertiesAnswer,
  runAnswer,
  savedAnswer,
  staleAnswer,
  suggestionAnswer,
  testPushAnswer,
  versionAnswer,
  versionsAnswer,
} from "../../../hubspot-project/src/app/settings/page-answer.ts";
import type { Page } from "../../../hubspot-project/src/app/settings/page-answer.ts";
import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import { pageSchema } from "../../../server/http/settings-page/page-document.ts";
import { signatureOf } from "./sign.ts";
import { appId, install, useWorld } from "./world.ts";
import type { Connected } from "./world.ts";

// The page's own schemas read every answer here: what the server sends is what the page understands.

const world = useWorld();
let at: Connected;
beforeEach(async () => {
  at = await world.connect();
});

type Person = { id: number; email: string };
const ada = (): Person => personOf(0);
const ben = (): Person => personOf(1);
function personOf(place: number): Person {
  const user = at.entry.users[place];
  if (user === undefined) throw new Error("A portal has two users.");
  return user;
}

/** A request that HubSpot signed for a person of the portal. */
async function ask(
  person: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const who = new URLSearchParams({
    userId: String(person.id),
    portalId: String(at.portalId),
    userEmail: person.email,
    appId: String(appId),
  });
  const url = `${world.url}/ui${path}${path.includes("?") ? "&" : "?"}${who.toString()}`;
  const sent = body === undefined ? "" : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...signatureOf(method, url, sent),
    },
    ...(body === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

/** HubSpot was last checked so long ago that a person may have it checked again. */
const restDefinitions = () =>
  world.database.inPortal(at.portalId, (db) =>
    sql`update installation set definitions_read_at = now() - interval '1 minute'`.execute(
      db,
    ),
  );

const pageOf = async (person = ada()): Promise<Page> =>
  pageAnswer.parse((await ask(person, "GET", "/settings/page")).body);

/** The document with another name of the product. */
const named = ({ version, settings }: Page, productName: string) => ({
  version,
  settings: { ...settings, productName },
});

describe("what the settings page shows", () => {
  test("the document, its version and author, the installation, each type, and the checklist; the page understands all of it", async () => {
    const { status, body } = await ask(ada(), "GET", "/settings/page");
    expect(status).toBe(200);
    pageSchema.parse(body);
    const page = pageAnswer.parse(body);
    expect(page).toMatchObject({
      version: 1,
      canChange: true,
      whyNot: null,
      user: ada().email,
      connected: true,
      connectUrl: `${world.url}/oauth/install`,
      installation: {
        state: "setting-up",
        syncUser: { email: ada().email },
      },
    });
    expect(page.types.map(({ label }) => label.plural)).toEqual([
      "Contacts",
      "Companies",
      "Deals",
    ]);
    expect((await world.api(at.apiKey, "GET", "/settings")).body).toEqual({
      version: page.version,
      settings: page.settings,
    });
    expect((await world.api(at.apiKey, "GET", "/installation")).body).toEqual(
      (body as { installation: unknown }).installation,
    );
  });

  test("AP-035 BN-108 of an optional type: whether it syncs, which permissions it lacks, and how far its pull is", async () => {
    const dealsOf = async () => {
      const { types } = await pageOf(ada());
      return types.find(({ type }) => type === "deal");
    };
    expect(await dealsOf()).toMatchObject({
      optional: true,
      synced: false,
      missing: [],
      pulling: null,
      pipelines: true,
    });
    const scope = "crm.objects.deals.write";
    const inPortal = (change: ReturnType<typeof sql>) =>
      world.database.inPortal(at.portalId, (db) => change.execute(db));
    await inPortal(
      sql`update installation set scopes = array_remove(scopes, ${scope})`,
    );
    expect((await dealsOf())?.missing).toEqual([
      "Create and change deals (crm.objects.deals.write)",
    ]);
    await inPortal(
      sql`update installation set scopes = array_append(scopes, ${scope})`,
    );
    expect((await pageOf(ada())).types[0]).toMatchObject({
      optional: false,
      synced: true,
      missing: [],
      pipelines: false,
    });
  });

  test("AP-001 the steps of a set-up are in the recommended order, and done when the portal's state says so", async () => {
    const doneIn = async () =>
      (await pageOf()).checklist.flatMap(({ step, done }) =>
        done ? [step] : [],
      );
    expect((await pageOf()).checklist.map(({ step }) => step)).toEqual([
      "connect",
      "name",
      "map",
      "rules",
      "try",
      "pull",
      "test",
      "push",
      "key",
      "card",
    ]);
    expect(await doneIn()).toEqual(["connect"]);
    const page = await pageOf();
    const contact = page.settings["contact"] as {
      mappings: { direction: string }[];
    };
    const saved = await ask(ada(), "PUT", "/settings", {
      version: page.version,
      settings: {
        ...page.settings,
        productName: "Acme",
        contact: {
          ...contact,
          deletionSync: true,
          mappings: contact.mappings.map((mapping) => ({
            ...mapping,
            direction: "pull",
          })),
        },
      },
    });
    expect(saved.status).toBe(200);
    expect(await doneIn()).toEqual(["connect", "name", "map", "rules"]);
    await world.database.inPortal(at.portalId, (db) =>
      sql`update installation set first_pull_ended = '{"contact": "2026-01-01T00:00:00Z", "company": "2026-01-01T00:00:00Z"}', state = 'active'`.execute(
        db,
      ),
    );
    expect(await doneIn()).toEqual(["connect", "name", "map", "rules", "pull"]);
    await world.database.inPortal(at.portalId, (db) =>
      sql`update installation set state = 'disconnected'`.execute(db),
    );
    expect(await doneIn()).not.toContain("connect");
    expect((await pageOf()).connected).toBe(false);
  });

  test("BN-103 AP-120 what only people or requests show is remembered: the first use of the key, a card, and what an admin marks", async () => {
    const stepsOf = async () =>
      Object.fromEntries(
        (await pageOf()).checklist.map(({ step, done, can }) => [
          step,
          [done, can],
        ]),
      );
    const mark = (step: string, done: boolean, person = ada()) =>
      ask(person, "POST", "/settings/steps", { step, done });
    expect(await stepsOf()).toEqual({
      connect: [true, null],
      name: [false, null],
      map: [false, "mark"],
      rules: [false, "mark"],
      try: [false, "mark"],
      pull: [false, null],
      test: [false, null],
      push: [false, null],
      key: [false, "mark"],
      card: [false, "mark"],
    });

    expect((await mark("map", true)).status).toBe(200);
    expect(await stepsOf()).toMatchObject({ map: [true, "unmark"] });
    expect((await mark("map", false)).status).toBe(200);
    expect(await stepsOf()).toMatchObject({ map: [false, "mark"] });
    // What the portal's state says isn't for people to say.
    expect((await mark("pull", true)).status).toBe(400);
    expect((await mark("map", true, ben())).status).toBe(403);
    expect(await stepsOf()).toMatchObject({ map: [false, "mark"] });

    await world.api(at.apiKey, "GET", "/contacts");
    await ask(ada(), "GET", "/card?objectTypeId=0-1&objectId=1");
    await expect.poll(stepsOf, { timeout: 15_000 }).toMatchObject({
      key: [true, "unmark"],
      card: [true, "unmark"],
    });
    const { checklist } = await pageOf();
    expect(
      checklist.flatMap(({ step, at: time }) => (time === null ? [] : [step])),
    ).toEqual(["key", "card"]);
  });

  test("AP-122 each step names its place in the guide for admins, which is there", async () => {
    const guide = await readFile(
      new URL("../../../docs/admin-guide.md", import.meta.url),
      "utf8",
    );
    const places = [...guide.matchAll(/^#+ (.+)$/gm)].map(
      ([, heading = ""]) =>
        `/admin-guide#${heading
          .toLowerCase()
          .replaceAll(/[^a-z0-9 ]/g, "")
          .replaceAll(" ", "-")}`,
    );
    for (const { step, helpUrl } of (await pageOf()).checklist) {
      const { documentationUrl } = manifest.config.support;
      expect(helpUrl?.startsWith(documentationUrl), step).toBe(true);
      expect(places, step).toContain(helpUrl?.slice(documentationUrl.length));
    }
  });

  test("BN-025 what the first pull will read is counted in HubSpot; while HubSpot can't say, the sentence has no numbers", async () => {
    const forecast = async () =>
      forecastAnswer.parse(
        (await ask(ben(), "GET", "/settings/first-pull")).body,
      ).sentence;
    at.entry.portal.seed({
      contacts: 1_204,
      companies: 1,
      deals: 0,
      activities: 0,
      seed: 1,
      webhooks: false,
    });
    world.sandbox.setFaults([{ path: "/search", status: 503 }]);
    expect(await forecast()).toBe(
      "The first pull reads all contacts and all companies from HubSpot. It changes nothing in HubSpot.",
    );
    world.sandbox.setFaults([]);
    await expect
      .poll(forecast, { timeout: 15_000 })
      .toBe(
        "The first pull reads 1,204 contacts and 1 company from HubSpot, in less than a minute. It changes nothing in HubSpot.",
      );
  });

  test("AP-027 the sync user is shown; another admin who connects becomes it", async () => {
    const syncUser = async () => (await pageOf()).installation.syncUser.email;
    expect(await syncUser()).toBe(ada().email);
    await install(world.sandbox, at.portalId, { userId: ben().id });
    expect(await syncUser()).toBe(ben().email);
  });

  test("BN-104 HubSpot's properties in HubSpot's groups with its labels and in its order, without options, and the options of one", async () => {
    const list = propertiesAnswer.parse(
      (await ask(ada(), "GET", "/settings/properties?objectType=contact")).body,
    );
    expect(list.readAt).not.toBeNull();
    // As HubSpot orders them, and not by their names.
    const truth = at.entry.portal.crm.store("contacts").properties.listGroups();
    expect(list.groups.map(({ name }) => name)).toEqual(
      truth
        .map(({ name }) => name)
        .filter((name) => list.results.some(({ group }) => group === name)),
    );
    expect(list.groups[0]).toEqual({
      name: "contactinformation",
      label: "Contact information",
    });
    const inOrder = list.results.map(({ group }) =>
      list.groups.findIndex(({ name }) => name === group),
    );
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    const found = (name: string) =>
      list.results.find((property) => property.name === name);
    expect(found("email")).toMatchObject({ custom: false, readOnly: false });
    expect(found("counterpart_record_id")).toMatchObject({ custom: true });
    expect(found("lifecyclestage")?.options).toBeGreaterThan(3);
    expect(found("createdate")).toMatchObject({ readOnly: true });
    const { results } = optionsAnswer.parse(
      (
        await ask(
          ada(),
          "GET",
          "/settings/options?objectType=contact&property=lifecyclestage",
        )
      ).body,
    );
    expect(results).toContainEqual({ value: "customer", label: "Customer" });
    expect(
      (
        await ask(
          ada(),
          "GET",
          "/settings/options?objectType=contact&property=__proto__",
        )
      ).body,
    ).toEqual({ results: [] });
    expect(
      (await ask(ada(), "GET", "/settings/properties?objectType=rock")).status,
    ).toBe(400);
  });

  test("BN-105 BN-109 the fields that fit a property, without their options, and the ways to map one, the usual one first", async () => {
    const { portal: inHubSpot } = at.entry;
    inHubSpot.createProperty("contacts", {
      name: "tier",
      label: "Tier",
      type: "enumeration",
      fieldType: "select",
      groupName: "contactinformation",
      options: ["gold", "tin"].map((value, displayOrder) => ({
        value,
        label: value.toUpperCase(),
        displayOrder,
      })),
    });
    inHubSpot.setValidations("contacts", "fax", [
      {
        ruleType: "MAX_LENGTH",
        ruleArguments: ["5"],
        shouldApplyNormalization: false,
      },
    ]);
    await restDefinitions();
    expect(
      (await ask(ada(), "POST", "/installation/definitions", {})).status,
    ).toBe(200);
    const made = madeFieldAnswer.parse(
      (
        await ask(ada(), "POST", "/fields/contacts", {
          fromProperty: "tier",
          label: "Our tier",
        })
      ).body,
    );
    expect(made).toMatchObject({
      name: "tier",
      label: "Our tier",
      mapping: {
        field: "tier",
        property: "tier",
        conversion: { kind: "text" },
      },
    });
    const list = async (property: string) =>
      fieldsAnswer.parse(
        (
          await ask(
            ada(),
            "GET",
            `/settings/fields?objectType=contact${property}`,
          )
        ).body,
      ).results;
    const all = await list("");
    expect(all.at(-1)).toEqual({
      name: "tier",
      label: "Our tier",
      type: "option",
      standard: false,
      options: 2,
    });
    // Only text and numbers go with a number.
    await ask(ada(), "POST", "/fields/contacts", {
      name: "score",
      type: "number",
    });
    expect(
      (await list("&property=hs_analytics_num_visits")).map(({ name }) => name),
    ).toEqual([
      ...all.filter(({ standard }) => standard).map(({ name }) => name),
      "score",
    ]);
    const fittingOf = async (property: string, field: string) =>
      fittingAnswer.parse(
        (
          await ask(
            ada(),
            "GET",
            `/settings/fitting?objectType=contact&property=${property}&field=${field}`,
          )
        ).body,
      );
    expect(await fittingOf("tier", "tier")).toEqual({
      fault: null,
      type: "option",
      fittings: [
        { conversion: { kind: "text" }, direction: "both", note: null },
        {
          conversion: {
            kind: "options",
            pairs: [
              { workspace: "gold", hubspot: "gold" },
              { workspace: "tin", hubspot: "tin" },
            ],
          },
          direction: "both",
          note: null,
        },
      ],
      note: null,
    });
    expect((await fittingOf("tier", "city")).fittings[0]?.note).toContain(
      "accepts only its options",
    );
    expect((await fittingOf("fax", "tier")).fittings).toEqual([]);
    // A field that nobody has declared can have anything.
    expect(await fittingOf("fax", "select")).toMatchObject({
      fault: null,
      type: null,
      fittings: [
        { conversion: { kind: "text" } },
        { conversion: { kind: "email" } },
      ],
      note: "HubSpot's Fax Number must have at most 5 characters.",
    });
    for (const [name, fault] of [
      ["__proto__", "begins with a letter"],
      ["1st", "begins with a letter"],
      ["hubspot_id", "is set by"],
    ])
      expect((await fittingOf("fax", name ?? "")).fault, name).toContain(fault);
    expect(
      await ask(
        ada(),
        "GET",
        "/settings/fields?objectType=contact&property=constructor",
      ),
    ).toMatchObject({ status: 404, body: { code: "no_such_property" } });
    // Whatever a field is called, its own options are read.
    expect(
      fieldAnswer.parse(
        (
          await ask(
            ada(),
            "GET",
            "/settings/field?objectType=contact&field=tier",
          )
        ).body,
      ).options,
    ).toEqual([
      { value: "gold", label: "GOLD" },
      { value: "tin", label: "TIN" },
    ]);
    expect(
      (
        await ask(
          ada(),
          "GET",
          "/settings/field?objectType=contact&field=toString",
        )
      ).status,
    ).toBe(404);
    const { pairs, unmapped } = suggestionAnswer.parse(
      (
        await ask(ada(), "POST", "/settings/suggest-options", {
          objectType: "contact",
          field: "tier",
          property: "tier",
        })
      ).body,
    );
    expect(pairs).toHaveLength(2);
    expect(unmapped).toEqual({ workspace: [], hubspot: [] });
  });

  test.each([
    [
      "an SQL keyword is a name like others",
      { name: "select", type: "text" },
      null,
    ],
    ["__proto__ is none", { name: "__proto__", type: "text" }, "name"],
    [
      "a label of 200 characters is as long as one can be",
      { name: "long", label: "x".repeat(200), type: "text" },
      null,
    ],
    [
      "a longer one isn't saved",
      { name: "long", label: "x".repeat(201), type: "text" },
      "label",
    ],
    [
      "a semicolon separates several options",
      {
        name: "tags",
        type: "options",
        options: [{ value: "a;b", label: "A" }],
      },
      "options.0.value",
    ],
    [
      "one option can have a semicolon",
      { name: "tag", type: "option", options: [{ value: "a;b", label: "A" }] },
      null,
    ],
  ])("BN-010 %s", async (_what, field, place) => {
    const { status, body } = await ask(
      ada(),
      "POST",
      "/fields/contacts",
      field,
    );
    if (place === null) expect(status).toBe(201);
    else {
      expect(status).toBe(400);
      expect(faultsAnswer.parse(body).errors.map(({ path }) => path)).toEqual([
        place,
      ]);
    }
  });

  test("X-11 HubSpot is read again for a person one request at a time, and not again within seconds", async () => {
    expect(
      await ask(ada(), "POST", "/installation/definitions", {}),
    ).toMatchObject({
      status: 429,
      body: { code: "checked_just_now" },
    });
    await restDefinitions();
    const both = await Promise.all([
      ask(ada(), "POST", "/installation/definitions", {}),
      ask(ada(), "POST", "/installation/definitions", {}),
    ]);
    expect(new Set(both.map(({ status }) => status))).toEqual(
      new Set([200, 429]),
    );
  });

  test("X-11 what was found of saved mappings is on the page, which finds nothing again when it opens", async () => {
    const page = await pageOf();
    const contact = page.settings["contact"] as { mappings: unknown[] };
    const gone = {
      field: "nobody_has",
      property: "gone",
      direction: "both",
      clear: false,
      conversion: { kind: "text" },
    };
    const saved = await ask(ada(), "PUT", "/settings", {
      version: page.version,
      settings: {
        ...page.settings,
        contact: { ...contact, mappings: [...contact.mappings, gone] },
      },
    });
    expect(saved.status).toBe(200);
    expect((await pageOf()).drift).toMatchObject({
      count: 1,
      results: [
        {
          objectType: "contact",
          field: "nobody_has",
          code: "property_missing",
          records: 0,
          fix: "Create it in HubSpot, or map another one.",
        },
      ],
    });
    // Nothing is found again while the page opens: it shows what is stored.
    await world.database.inPortal(at.portalId, (db) =>
      sql`update attention set cause = 'As it was stored.' where kind = 'drift'`.execute(
        db,
      ),
    );
    expect((await pageOf()).drift.results[0]?.cause).toBe("As it was stored.");
  });

  test("sentences call the product by its name; the values of changes stay on the server", async () => {
    const page = await pageOf();
    await ask(ada(), "PUT", "/settings", named(page, "Bigfoot"));
    const sent = { ...page.settings, productName: "Bigfoot" };
    const contact = page.settings["contact"] as Record<string, unknown>;
    const { body } = await ask(ada(), "POST", "/settings/check", {
      settings: { ...sent, contact: { ...contact, policy: "workspace" } },
    });
    const { changes } = checkAnswer.parse(body);
    expect(changes).toHaveLength(1);
    expect(changes[0]?.sentence).toContain("Bigfoot");
    expect(changes[0]?.sentence).not.toMatch(/workspace/i);
    expect(JSON.stringify(body)).not.toMatch(/"(before|after)"/);
  });
});

describe("what a person saves", () => {
  test("AP-007 a save is a version with the person's email; versions, one version, and a roll-back", async () => {
    const page = await pageOf();
    const saved = savedAnswer.parse(
      (await ask(ada(), "PUT", "/settings", named(page, "Acme"))).body,
    );
    expect(saved.version).toBe(2);
    expect(await pageOf()).toMatchObject({
      version: 2,
      savedBy: ada().email,
      settings: { productName: "Acme" },
    });
    const { results } = versionsAnswer.parse(
      (await ask(ada(), "GET", "/settings/versions?limit=25")).body,
    );
    expect(results.map(({ version, savedBy }) => [version, savedBy])).toEqual([
      [2, ada().email],
      [1, ada().email],
    ]);
    const first = versionAnswer.parse(
      (await ask(ada(), "GET", "/settings/versions/1")).body,
    );
    expect(first.settings).toEqual(page.settings);
    savedAnswer.parse(
      (await ask(ada(), "POST", "/settings/roll-back", { version: 2, to: 1 }))
        .body,
    );
    expect((await pageOf()).settings).toEqual(page.settings);
  });

  test("a save under an old version overwrites nothing, and says what both changed", async () => {
    const page = await pageOf();
    await world.api(at.apiKey, "PUT", "/settings", {
      version: 1,
      settings: {
        ...page.settings,
        automatic: { pull: false, push: true },
        contact: {
          ...(page.settings["contact"] as object),
          policy: "workspace",
        },
      },
    });
    const refused = await ask(ada(), "PUT", "/settings", named(page, "Acme"));
    expect(refused.status).toBe(409);
    const stale = staleAnswer.parse(refused.body);
    expect(stale).toMatchObject({ version: 2, savedBy: "API" });
    expect(stale.theirs.map(({ path }) => path)).toEqual([
      "automatic.pull",
      "contact.policy",
    ]);
    expect(stale.theirs[1]?.sentence).toContain("your product");
    expect(JSON.stringify(refused.body)).not.toMatch(/workspace/);
    expect(stale.yours.map(({ path }) => path)).toEqual(["productName"]);
    expect((await pageOf()).version).toBe(2);
  });

  test("a document with faults is refused with every place, and nothing is saved", async () => {
    const page = await pageOf();
    const { status, body } = await ask(ada(), "PUT", "/settings", {
      version: 1,
      settings: { ...page.settings, productName: "", recordUrl: "nowhere" },
    });
    expect(status).toBe(400);
    expect(
      (body as { errors: { path: string }[] }).errors.map(({ path }) => path),
    ).toEqual(["settings.productName", "settings.recordUrl"]);
    expect((await pageOf()).version).toBe(1);
  });

  test("AP-005 settings can be saved in every state of the installation", async () => {
    for (const state of ["active", "held", "disconnected"]) {
      await world.database.inPortal(at.portalId, (db) =>
        sql`update installation set state = ${state}`.execute(db),
      );
      const page = await pageOf();
      expect(
        (await ask(ada(), "PUT", "/settings", named(page, `In ${state}`)))
          .status,
      ).toBe(200);
      expect((await pageOf()).settings.productName).toBe(`In ${state}`);
    }
  });
});

test("BN-001 the preset pull only is the saved document without a way to HubSpot, and is not saved", async () => {
  const { settings } = presetAnswer.parse(
    (await ask(ada(), "GET", "/settings/presets/pull-only")).body,
  );
  expect(settings.automatic).toEqual({ pull: true, push: false });
  for (const type of ["contact", "company"])
    expect(settings[type]).toMatchObject({ push: { enabled: false } });
  expect((await pageOf()).version).toBe(1);
});

describe("the connection", () => {
  const stateOf = (answer: { body: unknown }) =>
    installationAnswer.parse(answer.body).state;

  test("start, pause, and resume are the person's, and the state names who", async () => {
    expect(stateOf(await ask(ada(), "POST", "/installation/start", {}))).toBe(
      "first-pull",
    );
    const paused = await ask(ada(), "POST", "/installation/hold", {});
    expect(installationAnswer.parse(paused.body)).toMatchObject({
      state: "held",
      reason: `paused by ${ada().email}`,
    });
    expect(stateOf(await ask(ada(), "POST", "/installation/start", {}))).toBe(
      "first-pull",
    );
  });

  test("while the first pull runs, the page shows how far it is", async () => {
    expect((await pageOf()).progress).toBeNull();
    await ask(ada(), "POST", "/installation/start", {});
    await world.database.inPortal(at.portalId, (db) =>
      sql`update run set requested = 30, expected = 50`.execute(db),
    );
    expect((await pageOf()).progress).toEqual({ done: 60, total: 100 });
  });

  test("AP-120 a test push takes at most ten records that HubSpot lacks, as the person's run, and only once something may be pushed", async () => {
    const push = () =>
      ask(ada(), "POST", "/settings/test-push", { objectType: "contact" });
    expect(await push()).toMatchObject({
      status: 409,
      body: { code: "setup_window" },
    });
    await world.database.inPortal(at.portalId, (db) =>
      sql`update installation set first_pull_ended = '{"contact": "2026-01-01T00:00:00Z", "company": "2026-01-01T00:00:00Z"}', state = 'active'`.execute(
        db,
      ),
    );
    expect(testPushAnswer.parse((await push()).body)).toEqual({
      runId: null,
      count: 0,
    });
    for (let number = 0; number < 11; number++)
      await world.api(at.apiKey, "POST", "/contacts", {
        properties: { email: `person${number}@example.com` },
      });
    const { runId, count } = testPushAnswer.parse((await push()).body);
    expect(count).toBe(10);
    expect(
      (await world.api(at.apiKey, "GET", `/runs/${runId}`)).body,
    ).toMatchObject({
      kind: "push",
      mode: "selection",
      requestedBy: ada().email,
    });
    runAnswer.parse((await ask(ada(), "GET", `/card/run?runId=${runId}`)).body);
  });

  test("a permission that was granted is found by a check, through the page and the API", async () => {
    for (const check of [
      () => ask(ada(), "POST", "/installation/check-permissions", {}),
      () => world.api(at.apiKey, "POST", "/installation/check-permissions"),
    ]) {
      await world.database.inPortal(at.portalId, (db) =>
        sql`update installation set missing_capabilities = ${JSON.stringify({ "write:contact": { reason: "refused", since: "2026-11-01T00:00:00Z", scopes: [] } })}::jsonb`.execute(
          db,
        ),
      );
      expect((await pageOf()).installation.warnings).toHaveLength(1);
      expect(installationAnswer.parse((await check()).body).warnings).toEqual(
        [],
      );
    }
  });

  test("a new key replaces the product's, which works for another hour; the page shows how the key in use ends", async () => {
    const first = (await pageOf()).apiKey;
    expect(first?.hint).toBe(at.apiKey.slice(-4));
    expect(Date.now() - Date.parse(first?.madeAt ?? "")).toBeLessThan(60_000);
    const answer = await ask(ada(), "POST", "/installation/api-key", {
      keepOldForAnHour: true,
    });
    expect(answer.status).toBe(201);
    expect((await pageOf()).apiKey?.hint).not.toBe(at.apiKey.slice(-4));
    const { apiKey } = keyAnswer.parse(answer.body);
    expect((await pageOf()).apiKey?.hint).toBe(apiKey.slice(-4));
    for (const key of [apiKey, at.apiKey])
      expect((await world.api(key, "GET", "/installation")).status).toBe(200);
  });

  test("AP-078 uninstalled, every route of the page says that nothing is installed", async () => {
    expect((await ask(ada(), "DELETE", "/installation")).status).toBe(204);
    expect(world.sandbox.platform.grants.installOf(at.portalId)).toBeNull();
    expect(await ask(ada(), "GET", "/settings/page")).toMatchObject({
      status: 404,
      body: { code: "not_installed" },
    });
  });
});

describe("who may change something", () => {
  const changes: [string, string, unknown][] = [
    ["PUT", "/settings", { version: 1, settings: {} }],
    ["POST", "/settings/check", { settings: {} }],
    ["POST", "/settings/replay", { settings: {} }],
    [
      "POST",
      "/settings/count",
      { settings: {}, objectType: "contact", flow: "push" },
    ],
    [
      "POST",
      "/settings/try",
      { settings: {}, objectType: "contact", objectId: "1" },
    ],
    ["POST", "/settings/roll-back", { version: 1, to: 1 }],
    ["POST", "/settings/test-push", { objectType: "contact" }],
    [
      "POST",
      "/settings/suggest-options",
      { objectType: "contact", field: "stage", property: "lifecyclestage" },
    ],
    ["POST", "/fields/contacts", { name: "level", type: "text" }],
    ["PATCH", "/fields/companies/level", { label: "Level" }],
    ["POST", "/pipelines/deals/default/check", { selected: false }],
    ["PATCH", "/pipelines/deals/default", { selected: false }],
    ["POST", "/installation/definitions", {}],
    ["POST", "/installation/start", {}],
    ["POST", "/installation/hold", {}],
    ["POST", "/installation/check-permissions", {}],
    ["POST", "/installation/api-key", {}],
    ["DELETE", "/installation", undefined],
  ];

  test.each(changes)(
    "%s %s is refused to a person who didn't connect HubSpot, with the reason, and does nothing",
    async (method, path, body) => {
      const before = await pageOf(ben());
      expect(before).toMatchObject({ canChange: false });
      expect(before.whyNot).toContain(ada().email);
      const refused = await ask(ben(), method, path, body);
      expect(refused).toMatchObject({
        status: 403,
        body: { code: "unknown_user", detail: before.whyNot },
      });
      expect(await pageOf(ben())).toMatchObject({
        version: 1,
        installation: { state: "setting-up" },
      });
      expect((await world.api(at.apiKey, "GET", "/settings")).status).toBe(200);
    },
  );

  test("the list above has every route that is no GET", async () => {
    for (const [method, path, body] of changes)
      expect(
        (await ask(ben(), method, path, body)).status,
        `${method} ${path}`,
      ).toBe(403);
    for (const path of [
      "/settings",
      "/settings/page",
      "/settings/versions",
      "/settings/presets/pull-only",
      "/installation",
      "/settings/properties?objectType=company",
      "/settings/fields?objectType=company",
      "/fields/contacts",
      "/pipelines/deals",
      "/installation/first-pull/deals",
    ])
      expect((await ask(ben(), "GET", path)).status, path).toBe(200);
  });

  test("records are found only for a person who may change settings", async () => {
    const path = "/settings/find?objectType=contact&q=ada";
    expect((await ask(ben(), "GET", path)).status).toBe(403);
    expect((await ask(ada(), "GET", path)).body).toEqual({
      results: [],
      reason: null,
    });
    for (const odd of [
      "/settings/find?objectType=contact&q=",
      "/settings/find?objectType=rock&q=ada",
      "/settings/find?objectType=contact",
    ])
      expect((await ask(ada(), "GET", odd)).status, odd).toBe(400);
  });

  test("who connects HubSpot again may from then on, and the one before no longer", async () => {
    await install(world.sandbox, at.portalId, { userId: ben().id });
    expect((await pageOf(ben())).canChange).toBe(true);
    expect((await pageOf(ada())).canChange).toBe(false);
  });

  test("an email that HubSpot writes with capitals is the same person", async () => {
    const other = { id: 987_654, email: ada().email.toUpperCase() };
    expect((await pageOf(other)).canChange).toBe(true);
  });

  test("a request that HubSpot didn't sign reads nothing", async () => {
    for (const path of ["/settings/page", "/installation", "/settings"])
      expect((await fetch(`${world.url}/ui${path}`)).status).toBe(401);
  });
});
