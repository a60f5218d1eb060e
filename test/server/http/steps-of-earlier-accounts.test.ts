import { sql } from "kysely";
import { expect, test } from "vitest";
import { pageAnswer } from "../../../hubspot-project/src/app/settings/page-answer.ts";
import type { Database } from "../../../server/database/database.ts";
import { migrate } from "../../../server/database/migrate.ts";
import { signatureOf } from "./sign.ts";
import { appId, useWorld } from "./world.ts";

/** When every account of the earlier version was connected. */
const CONNECTED = "2026-01-15T08:30:00.000Z";
const ENDED = "2026-01-16T00:00:00Z";

type Account = {
  state: string;
  ended: readonly string[];
  pushed: boolean;
};

/** What accounts may have done before there were steps, by portal id. */
const accounts: Readonly<Record<number, Account>> = {
  101: { state: "setting-up", ended: [], pushed: false },
  102: { state: "first-pull", ended: [], pushed: false },
  // A record may be pushed from its card while the first pull of the other type runs.
  103: { state: "first-pull", ended: ["contact"], pushed: true },
  104: { state: "active", ended: ["contact", "company"], pushed: false },
  105: { state: "active", ended: ["contact", "company"], pushed: true },
  106: { state: "held", ended: ["contact", "company"], pushed: true },
  107: { state: "held", ended: [], pushed: false },
  108: { state: "disconnected", ended: ["contact", "company"], pushed: true },
};

const world = useWorld({ database: { migrated: throughEarlierVersion } });

/** Stores the accounts as the version before the steps did, and upgrades. */
async function throughEarlierVersion({ owner }: Database): Promise<void> {
  await migrate(owner, { until: "0042-definition-kinds" });
  for (const [portal, { state, ended, pushed }] of Object.entries(accounts)) {
    await sql`
      insert into installation (portal_id, app_id, state, window_ends_at, scopes, sync_user_id, sync_user_email,
        api_key_hash, first_pull_ended, created_at)
      values (${portal}, ${appId}, ${state}, ${CONNECTED}, '{}', 1, 'ada@example.com', ${Buffer.from(portal)},
        ${JSON.stringify(Object.fromEntries(ended.map((type) => [type, ENDED])))}::jsonb, ${CONNECTED})`.execute(
      owner,
    );
    if (pushed)
      await sql`
        insert into link (portal_id, object_type, record_id, object_id, pushed_at)
        values (${portal}, 'contact', gen_random_uuid(), 1, now())`.execute(
        owner,
      );
  }
  await migrate(owner);
}

async function ask(
  portalId: number,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<Response> {
  const who = new URLSearchParams({
    userId: "1",
    portalId: String(portalId),
    userEmail: "ada@example.com",
    appId: String(appId),
  });
  const url = `${world.url}/ui${path}?${who.toString()}`;
  const sent = body === undefined ? "" : JSON.stringify(body);
  return fetch(url, {
    method,
    headers: {
      "content-type": "application/json",
      ...signatureOf(method, url, sent),
    },
    ...(body === undefined ? {} : { body: sent }),
  });
}

/** The account's checklist, and the steps that are stored as done, as its settings page shows them. */
async function checklistOf(portalId: number) {
  const response = await ask(portalId, "GET", "/settings/page");
  const { checklist } = pageAnswer.parse(await response.json());
  return {
    checklist,
    open: checklist.flatMap(({ step, done }) => (done ? [] : [step])),
    stored: checklist.flatMap(({ step, at }) => (at === null ? [] : [step])),
  };
}

const ALL = ["map", "rules", "try", "test", "push", "key", "card"];

test.each([
  ["setting up", 101],
  ["in its first pull", 102],
  ["paused before its first pull", 107],
])(
  "an account that an earlier version left %s goes on with its setup: no step is stored as done",
  async (_what, portalId) => {
    const { open, stored } = await checklistOf(portalId);
    expect(stored).toEqual([]);
    expect(open).toEqual([
      "name",
      "map",
      "rules",
      "try",
      "pull",
      ...ALL.slice(3),
    ]);
  },
);

test.each([
  ["active, without a push", 104],
  ["active, with pushes", 105],
  ["paused", 106],
])(
  "an account that an earlier version left %s isn't asked for steps that it couldn't record: each is done since it was connected",
  async (_what, portalId) => {
    const { checklist, open, stored } = await checklistOf(portalId);
    expect(stored).toEqual(ALL);
    // The product's name is in the settings, whichever version stored them.
    expect(open).toEqual(["name"]);
    for (const { step, at } of checklist)
      expect(at, step).toBe(ALL.includes(step) ? CONNECTED : null);
  },
);

test("an account that an earlier version left disconnected has only its connection and its name to do", async () => {
  expect(await checklistOf(108)).toMatchObject({
    open: ["connect", "name"],
    stored: ALL,
  });
});

test("an account whose first pull had ended for one type only is asked for that pull and for no step that it couldn't record", async () => {
  expect(await checklistOf(103)).toMatchObject({
    open: ["name", "pull"],
    stored: ALL,
  });
});

test("what the upgrade stored counts as what an admin marked: a step can be opened again, and marked as done now", async () => {
  const mark = async (done: boolean) =>
    (await ask(104, "POST", "/settings/steps", { step: "test", done })).status;
  const entry = async () =>
    (await checklistOf(104)).checklist.find(({ step }) => step === "test");
  // Without a push, only what is stored says that the step is done.
  expect(await entry()).toMatchObject({ done: true, can: "unmark" });
  expect(
    (await checklistOf(105)).checklist.find(({ step }) => step === "test"),
  ).toMatchObject({ done: true, can: null });
  expect(await mark(false)).toBe(200);
  expect(await entry()).toMatchObject({ done: false, at: null, can: "mark" });
  expect(await mark(true)).toBe(200);
  expect(Date.parse((await entry())?.at ?? "")).toBeGreaterThan(
    Date.parse(CONNECTED),
  );
});

test("an account that is connected after the upgrade has no step stored as done", async () => {
  const { portalId } = await world.connect();
  expect((await checklistOf(portalId)).stored).toEqual([]);
});
