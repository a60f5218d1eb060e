import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import {
  checkAnswer,
  installation as installationAnswer,
  keyAnswer,
  optionsAnswer,
  presetAnswer,
  pageAnswer,
  propertiesAnswer,
  runAnswer,
  savedAnswer,
  staleAnswer,
  testPushAnswer,
  versionAnswer,
  versionsAnswer,
} from "../../../hubspot-project/src/app/settings/page-answer.ts";
import type { Page } from "../../../hubspot-project/src/app/settings/page-answer.ts";
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
    ]);
    expect((await world.api(at.apiKey, "GET", "/settings")).body).toEqual({
      version: page.version,
      settings: page.settings,
    });
    expect((await world.api(at.apiKey, "GET", "/installation")).body).toEqual(
      (body as { installation: unknown }).installation,
    );
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
      "pull",
      "push",
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

  test("HubSpot's properties by their groups, without options, and the options of one", async () => {
    const list = propertiesAnswer.parse(
      (await ask(ada(), "GET", "/settings/properties?objectType=contact")).body,
    );
    expect(list.readAt).not.toBeNull();
    const groups = list.results.map(({ group }) => group);
    expect(groups).toEqual(groups.toSorted());
    const found = (name: string) =>
      list.results.find((property) => property.name === name);
    expect(found("email")).toMatchObject({ type: "string", readOnly: false });
    expect(found("hubspot_owner_id")).toMatchObject({ owner: true });
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
    ["POST", "/settings/roll-back", { version: 1, to: 1 }],
    ["POST", "/settings/test-push", { objectType: "contact" }],
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
    ])
      expect((await ask(ben(), "GET", path)).status, path).toBe(200);
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
