import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import { optionalTypes } from "../../../server/settings/enabled-types.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";
import { descriptorOf } from "../../../server/settings/types/index.ts";
import { endSetupWindow } from "../../../server/sync/installation/installation-moves.ts";
import { preparePortal } from "../../../server/sync/installation/prepare-portal.ts";
import { refreshDefinitions } from "../../../server/sync/installation/refresh-definitions.ts";
import { profiles } from "../../acceptance/steps/path.ts";
import { install, useWorld } from "./world.ts";

const world = useWorld();

const admin = (id: number, email: string) => ({
  id,
  email,
  firstName: "Some",
  lastName: "Admin",
  superAdmin: true,
});

type Stored = {
  state: string;
  scopes: string[];
  sync_user_id: number;
  access_token: string | null;
  refresh_token: string | null;
  token_generation: number;
  api_key_hash: Buffer;
};

async function stored(portalId: number): Promise<Stored | undefined> {
  const { rows } = await world.database.inPortal(portalId, (db) =>
    sql<Stored>`select * from installation`.execute(db),
  );
  return rows[0];
}

/** A browser's first step: where /oauth/install sends it, and the cookie it is given. */
async function begin(
  cookie = "",
): Promise<{ authorize: URL; cookie: string; setCookie: string }> {
  const response = await fetch(`${world.url}/oauth/install`, {
    redirect: "manual",
    headers: { cookie },
  });
  expect(response.status).toBe(302);
  const setCookie = response.headers.get("set-cookie") ?? "";
  return {
    authorize: new URL(response.headers.get("location") ?? ""),
    cookie: setCookie.split(";")[0] ?? "",
    setCookie,
  };
}

/** HubSpot's consent, given by a user of the portal: the address that the browser is sent back to. */
function consent(
  portalId: number,
  authorize: URL,
  withheld: readonly string[] = [],
): URL {
  const user = world.sandbox.platform.registry.entry(portalId)?.user(undefined);
  const callback = new URL(authorize.searchParams.get("redirect_uri") ?? "");
  callback.searchParams.set(
    "code",
    world.sandbox.platform.grants.issueCode({
      portalId,
      userId: user?.id ?? 0,
      scopes: new Set(
        manifest.config.auth.requiredScopes.filter(
          (scope) => !withheld.includes(scope),
        ),
      ),
      redirectUri: callback.toString(),
      challenge: {
        value: authorize.searchParams.get("code_challenge") ?? "",
        method: "S256",
      },
    }),
  );
  callback.searchParams.set("state", authorize.searchParams.get("state") ?? "");
  return callback;
}

function finish(
  callback: URL,
  cookie: string,
  accept = "application/json",
): Promise<Response> {
  return fetch(callback, { headers: { cookie, accept }, redirect: "manual" });
}

/** The scopes of types that a portal can switch on, which each connection asks for. */
const ofOptionalTypes = optionalTypes.flatMap((type) =>
  Object.values(descriptorOf(type).hubspot.scopes),
);

describe("the OAuth flow", () => {
  test("BN-108 asks HubSpot for the manifest's required and optional scopes, with state, PKCE and our callback", async () => {
    const { authorize, setCookie } = await begin();
    expect(authorize.href).toContain(world.sandbox.authorizeUrl);
    const query = authorize.searchParams;
    expect(query.get("scope")?.split(" ")).toEqual(
      manifest.config.auth.requiredScopes,
    );
    expect(query.get("optional_scope")?.split(" ")).toEqual(ofOptionalTypes);
    expect(query.get("redirect_uri")).toBe(`${world.url}/oauth/callback`);
    expect(query.get("code_challenge_method")).toBe("S256");
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Lax/);
  });

  test("BN-108 asks for an optional scope of no type only if the address names it, and for none that the manifest doesn't have", async () => {
    const asked = async (named: string) => {
      const start = await fetch(
        `${world.url}/oauth/install?optional_scope=${encodeURIComponent(named)}`,
        { redirect: "manual" },
      );
      const authorize = new URL(start.headers.get("location") ?? "");
      expect(authorize.searchParams.get("scope")?.split(" ")).toEqual(
        manifest.config.auth.requiredScopes,
      );
      return authorize.searchParams.get("optional_scope")?.split(" ");
    };
    expect(manifest.config.auth.optionalScopes).toContain(
      "settings.users.read",
    );
    expect(await asked("settings.users.read content")).toEqual([
      ...ofOptionalTypes,
      "settings.users.read",
    ]);
    expect(await asked("content")).toEqual(ofOptionalTypes);
  });

  test("ends with tokens sealed, settings at version 1, a unique property on each type, definitions read, and the key shown once", async () => {
    const { portalId, apiKey } = await world.connect();
    const row = await stored(portalId);
    expect(row).toMatchObject({ state: "setting-up", token_generation: 1 });
    expect(row?.access_token).toMatch(/^v1\.test\./);
    expect(row?.refresh_token).toMatch(/^v1\.test\./);
    expect(row?.api_key_hash.toString("utf8")).not.toContain(apiKey);

    const answer = await world.api(apiKey, "GET", "/installation");
    expect(answer.body).toMatchObject({
      portalId,
      state: "setting-up",
      uniqueProperty: { contact: { exists: true }, company: { exists: true } },
      missingCapabilities: {},
      warnings: [],
    });
    const settings = await world.api(apiKey, "GET", "/settings");
    expect(settings.body).toMatchObject({ version: 1 });
    const definitions = await world.database.inPortal(portalId, (db) =>
      sql<{ kind: string; object_type: string; rows: string }>`
        select kind, object_type, count(*) as rows from hubspot_definition group by 1, 2 order by 1, 2`.execute(
        db,
      ),
    );
    expect(
      definitions.rows.map(({ kind, object_type }) => [kind, object_type]),
    ).toEqual([
      ["group", "company"],
      ["group", "contact"],
      ["owner", ""],
      ["property", "company"],
      ["property", "contact"],
      ["schema", "company"],
      ["schema", "contact"],
    ]);
    const unique = await world.database.inPortal(portalId, (db) =>
      sql<{ unique: boolean }>`
        select (body ->> 'hasUniqueValue')::boolean as unique from hubspot_definition
        where name = 'counterpart_record_id'`.execute(db),
    );
    expect(unique.rows).toEqual([{ unique: true }, { unique: true }]);
  });

  test("BN-103 a person sees a page with the key, which no cache keeps, and the way on to the set-up", async () => {
    const { portalId } = world.sandbox.createPortal();
    const { authorize, cookie } = await begin();
    const response = await finish(
      consent(portalId, authorize),
      cookie,
      "text/html",
    );
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(page).toContain("add the Counterpart card");
    expect(page).toContain(`portal-${portalId}.example (ID ${portalId})`);
    expect(page).toContain("The first pull starts on ");
    expect(page).toContain("open its Settings tab");
    expect(page).not.toContain("/api/v1");
    expect(page).toContain(
      `href="https://app.hubspot.com/integrations-settings/${portalId}/installed"`,
    );
    expect(page).not.toContain("<form");
    const [key] = /cpk_[\w-]{43}/.exec(page) ?? [];
    expect((await world.api(key ?? "", "GET", "/installation")).status).toBe(
      200,
    );
  });

  /** The page that a person sees who connects a portal again, and the form on it. */
  async function connectAgain(portalId: number, cookie = "") {
    const begun = await begin(cookie);
    const page = await (
      await finish(
        consent(portalId, begun.authorize),
        begun.cookie,
        "text/html",
      )
    ).text();
    const [, ticket = ""] = /name="ticket" value="([^"]+)"/.exec(page) ?? [];
    return { page, ticket, cookie: begun.cookie };
  }

  const askForKey = (ticket: string, cookie: string): Promise<Response> =>
    fetch(`${world.url}/oauth/api-key`, {
      method: "POST",
      headers: { cookie, accept: "text/html" },
      body: new URLSearchParams({ ticket }),
    });

  test("7-B7 who connects again sees that the key is still valid, and can create a new one once", async () => {
    const { portalId, apiKey } = await world.connect();
    const { page, ticket, cookie } = await connectAgain(portalId);
    expect(page).not.toContain("cpk_");
    expect(page).toContain("API key is still valid");
    const shown = await askForKey(ticket, cookie);
    expect(shown.status).toBe(200);
    expect(shown.headers.get("cache-control")).toBe("no-store");
    const [key = ""] = /cpk_[\w-]{43}/.exec(await shown.text()) ?? [];
    for (const each of [apiKey, key])
      expect((await world.api(each, "GET", "/installation")).status).toBe(200);
    const again = await askForKey(ticket, cookie);
    expect(again.status).toBe(400);
    expect(await again.text()).not.toContain("cpk_");
  });

  test("who connects again reads the product's name, with the key and beside it", async () => {
    const { portalId, apiKey } = await world.connect();
    await world.api(apiKey, "PUT", "/settings", {
      version: 1,
      settings: { ...defaultSettings, productName: "Orbit & Co" },
    });
    const { page, ticket, cookie } = await connectAgain(portalId);
    expect(page).toContain("Orbit &amp; Co&#39;s API key is still valid.");
    expect(await (await askForKey(ticket, cookie)).text()).toContain(
      "give it to Orbit &amp; Co&#39;s developers",
    );
  });

  test("7-B7 a ticket of another browser, a changed one or none creates no key", async () => {
    const { portalId, apiKey } = await world.connect();
    const other = await world.connect();
    const { ticket, cookie } = await connectAgain(portalId);
    const stranger = await begin();
    for (const [given, jar] of [
      [ticket, stranger.cookie],
      [ticket, ""],
      [ticket.replace(String(portalId), String(other.portalId)), cookie],
      [`${ticket}x`, cookie],
      ["", cookie],
    ] as const) {
      const refused = await askForKey(given, jar);
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain("No new API key was created");
    }
    for (const each of [apiKey, other.apiKey])
      expect((await world.api(each, "GET", "/installation")).status).toBe(200);
    expect((await askForKey(ticket, cookie)).status).toBe(200);
  });

  test("7-B7 the pages allow no inline script; the copy button's is a file", async () => {
    const { portalId } = world.sandbox.createPortal();
    const { authorize, cookie } = await begin();
    const response = await finish(
      consent(portalId, authorize),
      cookie,
      "text/html",
    );
    expect(response.headers.get("content-security-policy")).toContain(
      "script-src 'self';",
    );
    const [, source = ""] =
      /<script src="([^"]+)" defer><\/script>/.exec(await response.text()) ??
      [];
    const script = await fetch(new URL(source, world.url));
    expect(script.status).toBe(200);
    expect(script.headers.get("content-type")).toContain("text/javascript");
  });

  test("a state is used once", async () => {
    const { portalId } = world.sandbox.createPortal();
    const { authorize, cookie } = await begin();
    const first = await finish(consent(portalId, authorize), cookie);
    const again = await finish(consent(portalId, authorize), cookie);
    expect([first.status, again.status]).toEqual([200, 400]);
    expect(await again.json()).toMatchObject({ code: "state_used" });
  });

  test("a state of another browser, a forged one or none installs nothing and offers to continue", async () => {
    const { portalId } = world.sandbox.createPortal();
    const { authorize, cookie } = await begin();
    const stranger = await begin();
    expect(stranger.cookie).not.toBe(cookie);
    const callback = consent(portalId, authorize);
    const forged = new URL(callback);
    forged.searchParams.set(
      "state",
      `${callback.searchParams.get("state") ?? ""}x`,
    );
    const none = new URL(callback);
    none.searchParams.delete("state");
    for (const [url, jar] of [
      [callback, stranger.cookie],
      [callback, ""],
      [forged, cookie],
      [none, cookie],
    ] as const) {
      const response = await finish(url, jar, "text/html");
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('href="/oauth/install"');
    }
    expect(await stored(portalId)).toBeUndefined();
    // None of those attempts used it up.
    expect((await finish(callback, cookie)).status).toBe(200);
  });

  test("two tabs of one browser may both finish", async () => {
    const [one, two] = [
      world.sandbox.createPortal(),
      world.sandbox.createPortal(),
    ];
    const first = await begin();
    const second = await begin(first.cookie);
    expect(second.cookie).toBe(first.cookie);
    const answers = [
      await finish(consent(one.portalId, first.authorize), first.cookie),
      await finish(consent(two.portalId, second.authorize), first.cookie),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("a consent that is refused, and a code that HubSpot does not take, are said plainly", async () => {
    const { portalId } = world.sandbox.createPortal();
    const first = await begin();
    const refused = consent(portalId, first.authorize);
    refused.searchParams.delete("code");
    refused.searchParams.set("error", "access_denied");
    expect(await (await finish(refused, first.cookie)).json()).toMatchObject({
      status: 400,
      code: "consent_refused",
    });
    const second = await begin();
    const wrong = consent(portalId, second.authorize);
    wrong.searchParams.set("code", "na1-guess");
    expect(await (await finish(wrong, second.cookie)).json()).toMatchObject({
      status: 400,
      code: "code_refused",
    });
    expect(await stored(portalId)).toBeUndefined();
  });

  test("while HubSpot cannot be reached a person sees a page with a way on, a program the problem", async () => {
    for (const [accept, type] of [
      ["text/html", "text/html"],
      ["application/json", "application/problem+json"],
    ] as const) {
      const { portalId } = world.sandbox.createPortal();
      const { authorize, cookie } = await begin();
      const callback = consent(portalId, authorize);
      world.sandbox.setFaults([{ path: "/oauth", status: 503, html: true }]);
      const response = await finish(callback, cookie, accept);
      world.sandbox.setFaults([]);
      expect(response.status).toBe(503);
      expect(response.headers.get("content-type")).toContain(type);
      const text = (await response.text()).replaceAll("&#39;", "'");
      expect(text).toContain("HubSpot isn't responding.");
      expect(text.includes('href="/oauth/install"')).toBe(
        accept === "text/html",
      );
      expect(await stored(portalId)).toBeUndefined();
    }
  });

  test("a code exchanged with another browser's PKCE challenge is refused", async () => {
    const { portalId } = world.sandbox.createPortal();
    const { authorize, cookie } = await begin();
    const other = await begin(cookie);
    const callback = consent(portalId, authorize);
    callback.searchParams.set(
      "state",
      other.authorize.searchParams.get("state") ?? "",
    );
    expect(await (await finish(callback, cookie)).json()).toMatchObject({
      code: "code_refused",
    });
  });

  test("BN-101 a user who may not connect is told by HubSpot who can, and a declined connection by us", async () => {
    const { portalId } = world.sandbox.createPortal({
      users: [
        {
          id: 81,
          email: "sales@example.com",
          firstName: "Sal",
          lastName: "Es",
          superAdmin: false,
        },
      ],
    });
    const { authorize, cookie } = await begin();
    const decide = (decision: string) =>
      fetch(authorize, {
        method: "POST",
        body: new URLSearchParams([
          ...authorize.searchParams,
          ["user", `${portalId}:81`],
          ["decision", decision],
        ]),
        redirect: "manual",
      });
    const refused = await decide("connect");
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("super admin");
    const declined = await decide("cancel");
    const callback = new URL(declined.headers.get("location") ?? "");
    const page = await finish(callback, cookie, "text/html");
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(
      "A super admin of the HubSpot account, or a user who may connect marketplace apps, can connect it.",
    );
    expect(await stored(portalId)).toBeUndefined();
  });

  test("BN-102 an account that can't grant a required scope is refused, and the page says in words what it lacks", async () => {
    const { portalId } = world.sandbox.createPortal();
    const { authorize, cookie } = await begin();
    const callback = consent(portalId, authorize, [
      "crm.objects.companies.write",
      "crm.schemas.contacts.read",
    ]);
    const page = await finish(callback, cookie, "text/html");
    expect(page.status).toBe(403);
    const text = (await page.text()).replaceAll("&#39;", "'");
    for (const said of [
      "Some permissions are missing",
      "HubSpot wasn't connected",
      "Your HubSpot plan may not include them",
      "<li>Create and change companies (crm.objects.companies.write)</li>",
      "<li>Read which properties contacts have (crm.schemas.contacts.read)</li>",
    ])
      expect(text).toContain(said);
    expect(text.match(/<li>/g)).toHaveLength(2);
    expect(await stored(portalId)).toBeUndefined();
  });

  test("BN-102 missing scopes are named, and nothing is installed", async () => {
    const { portalId } = world.sandbox.createPortal();
    const withheld = "crm.objects.companies.write";
    const { status, body } = await install(world.sandbox, portalId, {
      withholdScopes: [withheld],
    });
    expect({ status, body }).toMatchObject({
      status: 403,
      body: { code: "missing_scopes", missing: [withheld] },
    });
    expect(await stored(portalId)).toBeUndefined();
  });

  describe.each(profiles)("as HubSpot is %s", (profile) => {
    test("AP-111 a second install by another admin changes the sync user, and keeps settings, links and records", async () => {
      const { portalId, apiKey } = await world.connect({
        options: { profile },
        users: [admin(71, "one@example.com"), admin(72, "two@example.com")],
      });
      const before = await world.api(apiKey, "GET", "/installation");
      expect(before.body).toMatchObject({ syncUser: { id: 71 } });
      await world.api(apiKey, "PUT", "/settings", {
        version: 1,
        settings: {
          ...defaultSettings,
          automatic: { pull: false, push: true },
        },
      });
      await world.api(apiKey, "POST", "/contacts", {
        properties: { email: "kept@example.com" },
      });
      await world.database.inPortal(portalId, (db) =>
        sql`
        insert into link (portal_id, object_type, record_id, object_id)
        select portal_id, object_type, id, 4711 from record`.execute(db),
      );

      const second = await install(world.sandbox, portalId, { userId: 72 });
      expect(second.status).toBe(200);
      expect(second.body).toEqual({ portalId, apiKey: null });
      const after = await world.api(apiKey, "GET", "/installation");
      expect(after.body).toMatchObject({
        state: "setting-up",
        syncUser: { id: 72, email: "two@example.com" },
      });
      expect((await world.api(apiKey, "GET", "/settings")).body).toMatchObject({
        version: 2,
        settings: { automatic: { pull: false, push: true } },
      });
      expect((await world.api(apiKey, "GET", "/contacts")).body).toMatchObject({
        results: [
          {
            properties: { email: "kept@example.com" },
            hubspotId: "4711",
          },
        ],
      });
      expect((await stored(portalId))?.token_generation).toBe(2);
    });

    test("AP-110 the sync user's deactivation leaves the connection running and raises a warning", async () => {
      const { portalId, apiKey } = await world.connect({
        options: { profile },
        users: [
          admin(81, "leaves@example.com"),
          admin(82, "stays@example.com"),
        ],
      });
      const gone = await fetch(
        `${world.sandbox.url}/sandbox/portals/${portalId}/users/81/deactivate`,
        { method: "POST" },
      );
      expect(gone.status).toBeLessThan(300);
      await refreshDefinitions(
        world.database,
        world.parts.hubspot.portal(portalId),
        portalId,
        { priority: "bulk" },
      );
      const { body } = await world.api(apiKey, "GET", "/installation");
      expect(body).toMatchObject({
        state: "setting-up",
        syncUser: { id: 81 },
        warnings: [{ code: "sync_user_deactivated" }],
      });
    });
  });
});

test("a unique property that was removed in HubSpot is made again when the portal is prepared anew", async () => {
  const { portalId } = await world.connect();
  const gateway = world.parts.hubspot.portal(portalId);
  const removed = await fetch(
    `${world.sandbox.url}/sandbox/portals/${portalId}/properties/contacts/counterpart_record_id`,
    { method: "DELETE" },
  );
  expect(removed.status).toBeLessThan(300);
  await preparePortal(world.database, gateway, portalId, { priority: "bulk" });
  const properties = await gateway.properties("contact", { priority: "bulk" });
  expect(properties.map(({ name }) => name)).toContain("counterpart_record_id");
});

test("an admin is connected although HubSpot gives no definitions just then; the first pull waits for them, half a minute at most", async () => {
  const { portalId } = world.sandbox.createPortal();
  world.sandbox.setFaults([
    { portalId, path: "/crm/properties", status: 503, times: 1_000 },
  ]);
  expect((await install(world.sandbox, portalId)).status).toBe(200);
  world.sandbox.setFaults([]);
  const ends = (at: string): Promise<boolean> =>
    world.database.inPortal(portalId, async (db) => {
      await sql`
        update installation set window_ends_at = now() - ${at}::interval`.execute(
        db,
      );
      return endSetupWindow(db, portalId);
    });
  expect(await ends("29 seconds")).toBe(false);
  expect(await ends("31 seconds")).toBe(true);
});
