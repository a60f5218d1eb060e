import { beforeEach, describe, expect, test } from "vitest";
import {
  ownersAnswer,
  pageAnswer,
  type Page,
} from "../../../hubspot-project/src/app/settings/page-answer.ts";
import {
  choicesAnswer,
  formFaultsAnswer,
  linkAnswer,
  peopleAnswer,
  syncUserAnswer,
} from "../../../hubspot-project/src/app/settings/people-answer.ts";
import type {
  People,
  Person,
  SyncUser,
} from "../../../hubspot-project/src/app/settings/people-answer.ts";
import { peopleSchema } from "../../../server/http/settings-page/people.ts";
import {
  syncUserChoicesSchema,
  syncUserSchema,
} from "../../../server/http/settings-page/sync-user.ts";
import { refreshDefinitions } from "../../../server/sync/installation/refresh-definitions.ts";
import { signatureOf } from "./sign.ts";
import { appId, install, useWorld } from "./world.ts";
import type { Connected } from "./world.ts";

// The page's own schemas read every answer here: what the server sends is what the page understands.

const world = useWorld();
let at: Connected;
beforeEach(async () => {
  at = await world.connect({
    users: [user(1, "Ada"), user(2, "Ben"), user(3, "Cleo", false)],
  });
});

type HubSpotUser = { id: number; email: string };
const user = (id: number, firstName: string, superAdmin = true) => ({
  id,
  email: `${firstName.toLowerCase()}@people.example`,
  firstName,
  lastName: "Person",
  superAdmin,
});
const [ada, ben, cleo] = [user(1, "Ada"), user(2, "Ben"), user(3, "Cleo")];

/** A request of the settings page, which HubSpot signed for a user of the account. */
async function ask(
  person: HubSpotUser,
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

async function peopleOf(search = ""): Promise<People> {
  const { body } = await ask(ada, "GET", `/settings/people${search}`);
  peopleSchema.parse(body);
  return peopleAnswer.parse(body);
}

async function syncUserOf(): Promise<SyncUser> {
  const { body } = await ask(ada, "GET", "/settings/sync-user");
  syncUserSchema.parse(body);
  return syncUserAnswer.parse(body);
}

const pageOf = async (person: HubSpotUser): Promise<Page> =>
  pageAnswer.parse((await ask(person, "GET", "/settings/page")).body);

/** Adds a person on the page. */
async function add(input: Record<string, unknown>): Promise<string> {
  const { status, body } = await ask(ada, "POST", "/users", input);
  expect(status, JSON.stringify(body)).toBe(201);
  return (body as { id: string }).id;
}

const one = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined || list.length !== 1)
    throw new Error(`expected one, not ${list.length}`);
  return first;
};

const inactive = (id: number) =>
  fetch(
    `${world.sandbox.url}/sandbox/portals/${at.portalId}/users/${id}/deactivate`,
    { method: "POST" },
  );

const readHubSpotAgain = () =>
  refreshDefinitions(
    world.database,
    world.parts.hubspot.portal(at.portalId),
    at.portalId,
    { priority: "interactive" },
  );

describe("the list of people", () => {
  test("has every permission with a sentence, and who each person is in HubSpot", async () => {
    const { permissions, results } = await peopleOf();
    expect(results).toEqual([]);
    expect(
      permissions.map(({ permission, usual }) => [permission, usual]),
    ).toEqual([
      ["push", true],
      ["pull", true],
      ["assign_contact_owner", true],
      ["assign_company_owner", true],
      ["assign_deal_owner", true],
      ["settings", false],
    ]);
    for (const { sentence } of permissions) {
      expect(sentence).toMatch(/\.$/);
      expect(sentence).not.toContain("workspace");
    }
    await add({ email: ada.email, name: "Ada" });
    await add({ email: "zed@elsewhere.example", permissions: [] });
    const people = (await peopleOf()).results;
    expect(people).toMatchObject([
      {
        email: ada.email,
        active: true,
        isSyncUser: true,
        hubspot: { isOwner: true, sentence: "Owner Ada Person in HubSpot." },
      },
      {
        email: "zed@elsewhere.example",
        permissions: [],
        isSyncUser: false,
        hubspot: {
          isOwner: false,
          sentence: "HubSpot has no active owner with this email.",
        },
      },
    ]);
  });

  test("comes 25 at a time, and is searched by name and email in any case", async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        add({
          email: `p${String(n).padStart(2, "0")}@many.example`,
          name: n === 7 ? "Zoë 100% Quint" : "",
        }),
      ),
    );
    const first = await peopleOf();
    expect(first.results).toHaveLength(25);
    const second = await peopleOf(`?cursor=${first.next}`);
    expect(second.results.map(({ email }) => email)).toEqual(
      [25, 26, 27, 28, 29].map((n) => `p${n}@many.example`),
    );
    expect(second.next).toBeNull();
    for (const search of ["zoË", "100%", "P07@"])
      expect(
        (await peopleOf(`?q=${encodeURIComponent(search)}`)).results.map(
          ({ email }) => email,
        ),
        search,
      ).toEqual(["p07@many.example"]);
    expect((await peopleOf("?q=_")).results).toEqual([]);
    const found = await world.api(at.apiKey, "GET", "/users?q=QUINT");
    expect(found.body).toMatchObject({
      results: [{ email: "p07@many.example" }],
      next: null,
    });
    expect((await ask(ada, "GET", "/settings/people?cursor=x")).status).toBe(
      400,
    );
  });

  test("a person is added, changed, and deactivated at once; what is wrong is named by its field", async () => {
    const id = await add({ email: " Ben@People.example ", name: "Ben" });
    const bad = await ask(ada, "POST", "/users", { email: "nobody" });
    expect(bad.status).toBe(400);
    expect(formFaultsAnswer.parse(bad.body).errors).toEqual([
      { path: "email", message: "must be an email address" },
    ]);
    const taken = await ask(ada, "POST", "/users", {
      email: "BEN@people.example",
    });
    expect(taken.status).toBe(409);
    expect(formFaultsAnswer.parse(taken.body).errors).toEqual([
      { path: "email", message: "is another user's" },
    ]);
    const changed = await ask(ada, "PATCH", `/users/${id}`, {
      permissions: ["pull"],
      active: false,
    });
    expect(changed.status).toBe(200);
    expect(one((await peopleOf()).results)).toMatchObject({
      email: ben.email,
      permissions: ["pull"],
      active: false,
    } satisfies Partial<Person>);
  });

  test("AP-117 who has no permission sees the list, and changes nothing", async () => {
    const id = await add({ email: ben.email, permissions: ["push"] });
    expect((await ask(ben, "GET", "/settings/people")).status).toBe(200);
    for (const [method, path, body] of [
      ["POST", "/users", { email: "new@people.example" }],
      ["PATCH", `/users/${id}`, { permissions: ["settings"] }],
      ["POST", `/users/${id}/link`, {}],
      ["PUT", "/installation/sync-user", { userId: id }],
    ] as const) {
      const refused = await ask(ben, method, path, body);
      expect(refused, path).toMatchObject({
        status: 403,
        body: {
          code: "no_permission",
          reason: `${ben.email} doesn't have permission to change the settings.`,
        },
      });
    }
    expect(one((await peopleOf()).results).permissions).toEqual(["push"]);
  });

  test("BN-017 the address at which a person says who they are in HubSpot", async () => {
    const id = await add({ email: "other@elsewhere.example" });
    const { status, body } = await ask(ada, "POST", `/users/${id}/link`, {});
    expect(status).toBe(200);
    const { url } = linkAnswer.parse(body);
    expect(url).toContain(`${world.url}/oauth/link?ticket=`);
    expect((await fetch(url)).status).toBe(200);
  });
});

describe("the sync user", () => {
  test("AP-027 is who connected HubSpot, until an admin chooses another of those who own objects in HubSpot", async () => {
    expect(await syncUserOf()).toMatchObject({
      chosenId: null,
      email: ada.email,
      connectedBy: ada.email,
      active: true,
    });
    const id = await add({ email: ben.email, name: "Ben" });
    const stranger = await add({ email: "nobody@elsewhere.example" });
    const gone = await add({ email: cleo.email, active: false });
    const choices = async (query = "") => {
      const { body } = await ask(
        ada,
        "GET",
        `/settings/sync-user-choices${query}`,
      );
      syncUserChoicesSchema.parse(body);
      return choicesAnswer.parse(body).results;
    };
    expect(await choices()).toEqual([{ id, email: ben.email, name: "Ben" }]);
    expect(await choices("?q=cleo")).toEqual([]);

    const choose = (userId: string | null) =>
      ask(ada, "PUT", "/installation/sync-user", { userId });
    for (const unfit of [stranger, gone])
      expect(await choose(unfit)).toMatchObject({
        status: 409,
        body: { code: "not_eligible" },
      });
    expect(await choose("7d9f0c1e-0000-4000-8000-000000000000")).toMatchObject({
      status: 404,
      body: { code: "user_not_found" },
    });
    expect(await choose(id)).toMatchObject({
      status: 200,
      body: { chosenSyncUser: { id, email: ben.email }, syncUser: { id: 1 } },
    });
    const chosen = await syncUserOf();
    expect(chosen).toMatchObject({
      chosenId: id,
      email: ben.email,
      connectedBy: ada.email,
    });
    expect(chosen.lines[0]?.sentence).toBe(
      `${ben.email} is chosen as the sync user. Counterpart calls HubSpot with the connection of ${ada.email}.`,
    );
    expect((await choose(null)).status).toBe(200);
    expect((await syncUserOf()).email).toBe(ada.email);
  });

  test("AP-111 when another admin connects, a chosen sync user stays, and settings do too", async () => {
    const id = await add({ email: cleo.email });
    await ask(ada, "PUT", "/installation/sync-user", { userId: id });
    expect(
      (await install(world.sandbox, at.portalId, { userId: 2 })).status,
    ).toBe(200);
    expect(await syncUserOf()).toMatchObject({
      chosenId: id,
      connectedBy: ben.email,
    });
    await ask(ben, "PUT", "/installation/sync-user", { userId: null });
    expect(await syncUserOf()).toMatchObject({
      chosenId: null,
      email: ben.email,
    });
  });

  test("AP-110 a deactivated one keeps sync running, and the page says so", async () => {
    const id = await add({ email: ben.email, permissions: [] });
    await ask(ada, "PUT", "/installation/sync-user", { userId: id });
    const before = await syncUserOf();
    expect(before.lines.map(({ sentence }) => sentence)).toContain(
      "Owners of contacts that change in HubSpot aren't pulled, because the sync user doesn't have permission to assign contact owners.",
    );
    await ask(ada, "PATCH", `/users/${id}`, { active: false });
    expect(await syncUserOf()).toMatchObject({ active: false });
    const { installation } = await pageOf(ada);
    expect(installation.state).toBe("setting-up");
    expect(installation.warnings).toMatchObject([
      {
        code: "sync_user_deactivated",
        message: `${ben.email}, the sync user, is no longer active in your product. Sync still works, and this user's permissions still count.`,
      },
    ]);

    await ask(ada, "PATCH", `/users/${id}`, { active: true });
    await inactive(2);
    await readHubSpotAgain();
    const former = await syncUserOf();
    expect(former.active).toBe(false);
    expect(former.lines.map(({ sentence }) => sentence).join(" ")).toContain(
      `${ben.email} is no longer active in HubSpot.`,
    );
  });
});

describe("owners to choose from", () => {
  test("BN-018 HubSpot's active owners are found by name and email, as stored, and no more at once than were asked for", async () => {
    const found = async (q = "") => {
      const { results, next } = ownersAnswer.parse(
        (
          await ask(
            ada,
            "GET",
            `/owners?limit=25&state=active&records=none&q=${q}`,
          )
        ).body,
      );
      return { owners: results.flatMap(({ owner }) => owner ?? []), next };
    };
    expect(
      (await found()).owners.map(({ name, email }) => [name, email]),
    ).toEqual([
      ["Ada Person", ada.email],
      ["Ben Person", ben.email],
      ["Cleo Person", cleo.email],
    ]);
    expect((await found("BEN%20p")).owners.map(({ email }) => email)).toEqual([
      ben.email,
    ]);
    expect((await found("cleo@")).owners).toHaveLength(1);
    await inactive(3);
    for (let id = 10; id < 40; id++)
      at.entry.addUser(user(id, `Many${String(id)}`));
    await readHubSpotAgain();
    expect((await found("cleo@")).owners).toEqual([]);
    const many = await found("many");
    expect(many.owners).toHaveLength(25);
    expect(many.next).not.toBeNull();
    expect((await found("many12")).next).toBeNull();
  });
});

describe("BN-108 super admins", () => {
  /** The account's connection is made again at an address of ours. */
  async function connectAt(address: string): Promise<void> {
    const start = await fetch(address, { redirect: "manual" });
    const [cookie = ""] = (start.headers.getSetCookie()[0] ?? "").split(";");
    const authorize = new URL(start.headers.get("location") ?? "");
    const form = new URLSearchParams(authorize.search);
    for (const scope of [
      ...(form.get("scope") ?? "").split(" "),
      ...(form.get("optional_scope") ?? "").split(" "),
    ])
      form.append("grant", scope);
    form.set("user", `${at.portalId}:1`);
    form.set("decision", "connect");
    const agreed = await fetch(world.sandbox.url + authorize.pathname, {
      method: "POST",
      body: form,
      redirect: "manual",
    });
    const done = await fetch(agreed.headers.get("location") ?? "", {
      headers: { cookie, accept: "application/json" },
    });
    expect(done.status).toBe(200);
  }

  test("can change settings once the account has granted the permission to ask, which a later connection keeps", async () => {
    const before = await pageOf(ben);
    expect(before).toMatchObject({
      canChange: false,
      superAdmins: {
        known: false,
        askUrl: `${world.url}/oauth/install?optional_scope=settings.users.read`,
      },
      connectUrl: `${world.url}/oauth/install`,
    });
    const write = (person: HubSpotUser) =>
      ask(person, "POST", "/users", {
        email: `${crypto.randomUUID()}@people.example`,
      });
    expect((await write(ben)).status).toBe(403);
    const addField = () =>
      ask(ben, "POST", "/fields/contacts", {
        name: "of_super_admin",
        label: "Of a super admin",
        type: "text",
      });
    expect((await addField()).status).toBe(403);

    await connectAt(before.superAdmins.askUrl);
    const after = await pageOf(ben);
    expect(after).toMatchObject({
      canChange: true,
      whyNot: null,
      superAdmins: { known: true },
      connectUrl: before.superAdmins.askUrl,
    });
    expect((await write(ben)).status).toBe(201);
    expect((await addField()).status).toBe(201);
    // Cleo is a user of the account, and no super admin.
    expect((await pageOf(cleo)).canChange).toBe(false);
    expect((await write(cleo)).status).toBe(403);

    await connectAt(after.connectUrl);
    expect((await pageOf(ben)).superAdmins.known).toBe(true);
  });

  test("who are deactivated on the page can change nothing, and HubSpot isn't asked about people who may anyway", async () => {
    await connectAt(
      `${world.url}/oauth/install?optional_scope=settings.users.read%20no.such.scope`,
    );
    const asked = () =>
      world.sandbox.platform.requests
        .rows()
        .filter(({ path }) => path.startsWith("/settings/users"))
        .reduce((sum, { count }) => sum + count, 0);
    const id = await add({ email: ben.email, active: false });
    const none = asked();
    expect((await pageOf(ada)).canChange).toBe(true);
    expect(asked()).toBe(none);
    expect(await pageOf(ben)).toMatchObject({
      canChange: false,
      whyNot: expect.stringContaining("is deactivated") as string,
    });
    await ask(ada, "PATCH", `/users/${id}`, { active: true });
    expect((await pageOf(ben)).canChange).toBe(true);
  });

  test("while HubSpot doesn't say who is one, the page is read-only, and says that it isn't known", async () => {
    await connectAt(
      `${world.url}/oauth/install?optional_scope=settings.users.read`,
    );
    world.sandbox.platform.faults.replace([
      { path: "/settings/users", status: 500 },
    ]);
    try {
      const page = await pageOf(ben);
      expect(page.canChange).toBe(false);
      expect(page.whyNot).toContain(
        "HubSpot didn't say whether this user is a super admin.",
      );
    } finally {
      world.sandbox.platform.faults.replace([]);
    }
    expect((await pageOf(ben)).canChange).toBe(true);
  });
});
