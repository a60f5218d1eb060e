import { cp, glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { http } from "@hubspot/local-dev-lib/http";
import {
  getProjectMetadata,
  isKnownPlatformVersion,
  parseProjectConfig,
  validateProjectConfig,
} from "@hubspot/project-parsing-lib/projects";
import {
  collectFileDependencies,
  findAndParsePackageJsonFiles,
  getPackableFiles,
} from "@hubspot/project-parsing-lib/workspaces";
import { translate } from "@hubspot/project-parsing-lib/translate";
import {
  afterEach,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import * as z from "zod";
import { settingsServerFor } from "../../hubspot-project/src/app/settings/settings-server.ts";
import { serverFor } from "../../hubspot-project/src/app/cards/ask-server.ts";
import type { ObjectType } from "../../server/settings/types/index.ts";
import {
  associationKinds,
  descriptorOf,
  objectTypes,
  typesWith,
} from "../../server/settings/types/index.ts";
import { defaultMappingsOf } from "../../server/settings/default-mappings.ts";
import { platformSchemas } from "./platform-schemas.ts";

const root = join(import.meta.dirname, "../..");
const source = join(root, "hubspot-project/src");

// HubSpot's parser asks HubSpot for the schemas through this one object; here it gets ours.
const asksHubSpot = http.get;
beforeEach(() => {
  Object.assign(http, {
    get: () => Promise.resolve({ data: platformSchemas }),
  });
});
afterEach(() => {
  Object.assign(http, { get: asksHubSpot });
});

const profile = z.object({
  accountId: z.number(),
  variables: z.object({ API_ORIGIN: z.string() }),
});
const app = z.object({
  auth: z.object({
    redirectUrls: z.array(z.string()),
    requiredScopes: z.array(z.string()),
    optionalScopes: z.array(z.string()),
  }),
  permittedUrls: z.object({ fetch: z.array(z.string()) }),
});
const card = z.object({
  entrypoint: z.string(),
  objectTypes: z.array(z.string()),
});
const settings = z.object({ entrypoint: z.string() });
const subscription = z.object({
  subscriptionType: z.string(),
  objectType: z.string().optional(),
  propertyName: z.string().optional(),
  active: z.boolean(),
});
const webhooks = z.object({
  settings: z.object({ targetUrl: z.string() }),
  subscriptions: z.object({
    crmObjects: z.array(subscription),
    hubEvents: z.array(subscription),
  }),
});

async function readProfile() {
  return profile.parse(
    JSON.parse(await readFile(join(source, "hsprofile.dev.json"), "utf8")),
  );
}

async function parseProject(projectSourceDir = source) {
  const { platformVersion } = readConfig();
  const { accountId } = await readProfile();
  return translate(
    { projectSourceDir, platformVersion, accountId },
    { profile: "dev" },
  );
}

const readConfig = () => parseProjectConfig(root);

async function parts() {
  const { intermediateRepresentation } = await parseProject();
  const nodes = Object.values(
    intermediateRepresentation.intermediateNodesIndexedByUid,
  );
  const configs = (type: string) =>
    nodes
      .filter(({ componentType }) => componentType === type)
      .map(({ config }) => config);
  return {
    app: app.parse(configs("APPLICATION")[0]),
    cards: configs("CARD").map((config) => card.parse(config)),
    settings: configs("SETTINGS").map((config) => settings.parse(config)),
    webhooks: webhooks.parse(configs("WEBHOOKS")[0]),
    uids: nodes.map(({ uid }) => uid),
  };
}

describe("the project, read by HubSpot's own parser", () => {
  test("is valid, with every file in its place", async () => {
    const { intermediateRepresentation, skippedHsMetaFiles } =
      await parseProject();
    expect(skippedHsMetaFiles).toEqual([]);
    expect(
      Object.keys(
        intermediateRepresentation.intermediateNodesIndexedByUid,
      ).sort(),
    ).toEqual([
      "company_card",
      "contact_card",
      "counterpart_app",
      "counterpart_settings",
      "counterpart_webhooks",
      "deal_card",
    ]);
    const metadata = await getProjectMetadata(source);
    expect(metadata.hsMetaFiles).toHaveLength(6);
  });

  test("names a platform version that HubSpot supports", async () => {
    const config = readConfig();
    expect(() => validateProjectConfig(config, root)).not.toThrow();
    expect(isKnownPlatformVersion(config.platformVersion)).toBe(true);
    expect(config.platformVersion).toBe("2026.03");
  });

  test.each([
    [
      "a permitted address that is not HTTPS",
      "app/app-hsmeta.json",
      /"fetch": \["\$\{API_ORIGIN\}"\]/,
      `"fetch": ["http://x.test"]`,
      "config.permittedUrls.fetch.0: must match pattern",
    ],
    [
      "a card at a place that HubSpot does not have",
      "app/cards/contact-card-hsmeta.json",
      /crm\.record\.sidebar/,
      "crm.sidebar",
      "config.location: must be equal to one of the allowed values",
    ],
    [
      "a property subscription without its property",
      "app/webhooks/webhooks-hsmeta.json",
      /"propertyName": "email",/,
      "",
      "Missing required field: 'config.subscriptions.crmObjects.5.propertyName'",
    ],
    [
      "a key that HubSpot does not know",
      "app/cards/contact-card-hsmeta.json",
      /"type": "card",/,
      `"type": "card", "extra": 1,`,
      "Unexpected top-level properties found: extra",
    ],
    [
      "two components with one uid",
      "app/cards/contact-card-hsmeta.json",
      /contact_card/,
      "company_card",
      "Duplicate uid 'company_card'",
    ],
  ])("would be refused with %s", async (_what, file, from, to, complaint) => {
    const folder = await mkdtemp(join(tmpdir(), "counterpart-project-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await cp(source, folder, { recursive: true });
    const before = await readFile(join(folder, file), "utf8");
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    await writeFile(join(folder, file), after);
    const refusal: unknown = await parseProject(folder).catch(
      (error: unknown) => error,
    );
    expect(String(refusal)).toContain(complaint);
  });
});

/** What HubSpot reports of a type's objects, by the flows that the type has and the associations that it is an end of. */
function eventsOf(type: ObjectType): string[] {
  const { flows } = descriptorOf(type);
  const isEnd = associationKinds.some(
    ({ from, to }) => from === type || to === type,
  );
  return [
    ...(flows.pull ? ["creation"] : []),
    ...(flows.delete ? ["deletion"] : []),
    ...(flows.merge ? ["merge"] : []),
    ...(flows.restore ? ["restore"] : []),
    ...(isEnd ? ["associationChange"] : []),
  ];
}

describe("what HubSpot's parser does not look at", () => {
  test("every extension's entry exists, each kind of object has one card, and there is one settings page", async () => {
    const { cards, settings } = await parts();
    expect(settings).toHaveLength(1);
    for (const { entrypoint } of [...cards, ...settings])
      expect(existsSync(join(source, entrypoint)), entrypoint).toBe(true);
    expect(cards.flatMap(({ objectTypes }) => objectTypes).sort()).toEqual(
      objectTypes.map((type) => descriptorOf(type).hubspot.path).sort(),
    );
  });

  test("the package that the extensions share is uploaded with each of them, and none reaches into another's folder", async () => {
    const manifests = await findAndParsePackageJsonFiles(source);
    const shared = await collectFileDependencies(manifests);
    expect(
      shared.map(({ packageName, localPath }) => [packageName, localPath]),
    ).toEqual([
      ["counterpart-kit", join(root, "hubspot-project/packages/kit")],
    ]);
    expect(
      manifests.map(({ dir, content }) => [
        relative(source, dir),
        content?.dependencies?.["counterpart-kit"],
      ]),
    ).toEqual(
      ["app/cards", "app/settings"].map((folder) => [
        folder,
        "file:../../../packages/kit",
      ]),
    );
    const packed = await getPackableFiles(
      join(root, "hubspot-project/packages/kit"),
    );
    expect([...packed]).toEqual(
      expect.arrayContaining(["package.json", "ask.ts", "confirm-modal.tsx"]),
    );
    for await (const path of glob("**/*.{ts,tsx}", {
      cwd: join(source, "app"),
    }))
      expect(
        await readFile(join(source, "app", path), "utf8"),
        path,
      ).not.toMatch(/from "\.\.\//);
  });

  test("every address that the card and the settings page ask is permitted, and redirects and webhooks go to the same server", async () => {
    const { app, webhooks } = await parts();
    const { API_ORIGIN } = (await readProfile()).variables;
    const asked: string[] = [];
    vi.stubGlobal("self", globalThis);
    vi.stubGlobal("hsFetch", (url: string) => {
      asked.push(url);
      return Promise.resolve(new Response("{}"));
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const server = serverFor(API_ORIGIN, "0-1", "501");
    await server.view();
    await server.run("run-1");
    for (const press of [
      { action: "pull" },
      { action: "push" },
      { action: "retry", attentionId: "a" },
      { action: "resolve", attentionId: "a", choice: "hubspot" },
    ] as const)
      await server.act({ press, version: "v1", requestId: "r1" });
    const page = settingsServerFor(API_ORIGIN);
    await page.page();
    await page.newKey(true);
    await page.uninstall();
    await page.people.list("", null);
    await page.people.change("id", {});
    await page.people.chooseSyncUser(null);
    expect(asked).toHaveLength(12);
    for (const url of asked)
      expect(app.permittedUrls.fetch).toContain(new URL(url).origin);
    for (const url of [...app.auth.redirectUrls, webhooks.settings.targetUrl])
      expect(new URL(url).origin).toBe(API_ORIGIN);
  });

  test("no scope is asked for twice, and the app asks for those of each type: at install, or as an option", async () => {
    const { app } = await parts();
    const { requiredScopes, optionalScopes } = app.auth;
    expect(new Set([...requiredScopes, ...optionalScopes]).size).toBe(
      requiredScopes.length + optionalScopes.length,
    );
    for (const type of objectTypes) {
      const { required, scopes } = descriptorOf(type).hubspot;
      expect(required ? requiredScopes : optionalScopes).toEqual(
        expect.arrayContaining(Object.values(scopes)),
      );
    }
  });

  test("everything that happens to an object is subscribed to, once, and is active", async () => {
    const { subscriptions } = (await parts()).webhooks;
    const names = subscriptions.crmObjects.map((one) =>
      [one.objectType, one.subscriptionType, one.propertyName].join(" "),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(
      names.filter((name) => !name.includes(" object.propertyChange ")).sort(),
    ).toEqual(
      objectTypes
        .flatMap((type) =>
          eventsOf(type).map((event) => `${type} object.${event} `),
        )
        .sort(),
    );
    expect(
      subscriptions.hubEvents.map(({ subscriptionType }) => subscriptionType),
    ).toEqual(typesWith("erase").map((type) => `${type}.privacyDeletion`));
    expect(
      [...subscriptions.crmObjects, ...subscriptions.hubEvents].every(
        ({ active }) => active,
      ),
    ).toBe(true);
  });

  test.each(objectTypes)(
    "the properties of a %s that come by webhook are the mapped ones, and its additional identities if only a search finds them",
    async (objectType) => {
      const { crmObjects } = (await parts()).webhooks.subscriptions;
      const { identity } = descriptorOf(objectType);
      const heard = crmObjects.filter(
        (one) =>
          one.objectType === objectType && one.propertyName !== undefined,
      );
      expect(new Set(heard.map(({ propertyName }) => propertyName))).toEqual(
        new Set([
          ...defaultMappingsOf(objectType).map(({ property }) => property),
          ...(identity === null || identity.unique
            ? []
            : [identity.additional]),
        ]),
      );
    },
  );
});
