import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  IdempotentRequests,
  stillWorking,
} from "../../../server/http/idempotent-requests.ts";
import type { ActionAnswer, SyncView } from "../../../server/http/sync-view.ts";
import type {
  CardInput,
  WholeAnswer,
} from "../../../server/http/dependencies.ts";
import type { Actor } from "../../../server/sync/people/pure/actor.ts";
import { postSigned, signatureOf } from "./sign.ts";
import { appId, useWorld } from "./world.ts";

const idle = {
  allowed: true,
  creates: false,
  idle: true,
  summary: "",
  code: null,
  reason: null,
  remedy: null,
};
const view: SyncView = {
  status: "in_sync",
  code: "in_sync",
  reason: "Both sides are in sync.",
  lastKnown: null,
  help: null,
  checks: [],
  version: "v1",
  objectType: "contact",
  productName: "your product",
  record: null,
  object: { id: "12", url: null },
  lastPull: null,
  lastPush: null,
  fields: [],
  moreFields: 0,
  sync: idle,
  pull: { ...idle, undoes: [], moreUndoes: 0 },
  push: {
    ...idle,
    undoes: [],
    moreUndoes: 0,
    children: [],
    contacts: null,
    company: null,
  },
  problem: null,
  problems: [],
  moreProblems: 0,
  approvals: [],
  held: [],
  moreHeld: 0,
  unpermitted: { push: null, pull: null },
  duplicates: [],
  journal: [],
  setup: null,
  run: null,
};

function wholeOf(ofObject: boolean, field: string): WholeAnswer | null {
  if (!ofObject || field === "gone") return null;
  if (field === "unread")
    return { ok: false, code: "not_read", reason: "HubSpot wasn't read." };
  return field === "bio"
    ? {
        ok: true,
        value: { field, label: "Bio", workspace: "w", hubspot: null },
      }
    : {
        ok: false,
        code: "field_not_found",
        reason: "This field isn't synced.",
      };
}

const presses: { action: string; input: CardInput; actor: Actor }[] = [];
let act: () => Promise<ActionAnswer> = () => Promise.reject(new Error("unset"));
const world = useWorld({
  pressWithinMs: 1_000,
  engine: {
    card: {
      view: (_portalId, subject) =>
        Promise.resolve(
          "objectId" in subject && subject.objectId === "404" ? null : view,
        ),
      value: (_portalId, subject, field) =>
        Promise.resolve(wholeOf("objectId" in subject, field)),
      act: (_portalId, action, input, actor) => {
        presses.push({ action, input, actor });
        return act();
      },
      tryOut: () => Promise.reject(new Error("no card tries settings out")),
    },
  },
});

let portalId = 0;
beforeAll(async () => {
  ({ portalId } = await world.connect());
});
beforeEach(() => {
  presses.length = 0;
  act = () =>
    Promise.resolve({
      result: "done",
      message: `done ${presses.length}`,
      changes: [],
      objectUrl: null,
      view,
    });
});

const who = (portal = portalId): string =>
  `userId=7&portalId=${portal}&userEmail=ada%40example.com&appId=${appId}`;
const address = (path: string, query = who()): string =>
  `${world.url}/ui${path}${path.includes("?") ? "&" : "?"}${query}`;
const get = (url: string): Promise<Response> =>
  fetch(url, { headers: signatureOf("GET", url, "") });
const press = (
  action: string,
  more: Record<string, unknown> = {},
): Promise<Response> =>
  postSigned(
    address(`/card/${action}`),
    JSON.stringify({
      objectTypeId: "0-1",
      objectId: "12",
      version: "v1",
      requestId: randomUUID(),
      ...more,
    }),
  );

describe("GET /ui/card", () => {
  test("answers the view to a request that HubSpot signed, and no cache keeps it", async () => {
    const response = await get(address("/card?objectTypeId=0-1&objectId=12"));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual(view);
  });

  test("without a signature, or with one over another address, it is 401", async () => {
    const url = address("/card?objectTypeId=0-1&objectId=12");
    expect((await fetch(url)).status).toBe(401);
    const other = url.replace("objectId=12", "objectId=13");
    expect(
      (await fetch(other, { headers: signatureOf("GET", url, "") })).status,
    ).toBe(401);
  });

  test.each([
    ["a second portalId", () => `${who()}&portalId=1`, 400],
    ["a second userId", () => `userId=1&${who()}`, 400],
    ["no userEmail", () => who().replace(/&userEmail=[^&]*/, ""), 400],
    ["a NUL in userEmail", () => who().replace("ada%40", "ada%00%40"), 400],
    ["another app", () => who().replace(/appId=\d+/, "appId=1"), 403],
    ["a portal without the app", () => who(987_654_321), 404],
  ])("%s in the signed address is refused", async (_name, query, status) => {
    const response = await get(
      address("/card?objectTypeId=0-1&objectId=12", query()),
    );
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain(
      "application/problem+json",
    );
  });

  test.each([
    ["objectTypeId=0-1&objectId=404", 404],
    ["objectTypeId=0-5&objectId=12", 404],
    ["objectTypeId=0-1&objectId=abc", 400],
    ["objectTypeId=0-1", 400],
  ])("%s is answered %i", async (query, status) => {
    expect((await get(address(`/card?${query}`))).status).toBe(status);
  });
});

describe("GET /ui/card/value", () => {
  const value = (query: string) => get(address(`/card/value?${query}`));
  const contact = "objectTypeId=0-1&objectId=12";

  test("answers both values of a field in full, to a signed request only", async () => {
    const response = await value(`${contact}&field=bio`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      field: "bio",
      label: "Bio",
      workspace: "w",
      hubspot: null,
    });
    const url = address(`/card/value?${contact}&field=bio`);
    expect((await fetch(url)).status).toBe(401);
  });

  test.each([
    [`${contact}&field=gone`, 404, "object_not_found"],
    [`${contact}&field=hs_secret`, 404, "field_not_found"],
    [`${contact}&field=unread`, 409, "not_read"],
    ["objectTypeId=0-5&objectId=12&field=bio", 404, "unknown_object_type"],
    [contact, 400, "invalid_input"],
    [`${contact}&field=bio&field=gone`, 400, "invalid_input"],
  ])("%s is answered %i %s", async (query, status, code) => {
    const response = await value(query);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });
});

describe("POST /ui/card", () => {
  test("hands the press to the engine with its user, and answers what it says", async () => {
    const requestId = randomUUID();
    const response = await press("push", {
      requestId,
      company: "never",
      objectId: 12,
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ result: "done" });
    expect(presses).toEqual([
      {
        action: "push",
        input: {
          objectType: "contact",
          objectId: "12",
          version: "v1",
          requestId,
          company: "never",
        },
        actor: {
          kind: "person",
          email: "ada@example.com",
          hubspotUserId: 7,
          user: null,
        },
      },
    ]);
  });

  test("a repeated request id answers the first answer and acts once, also while the first is still at work", async () => {
    const requestId = randomUUID();
    let finish = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      const answer = act;
      act = async () => {
        resolve();
        await new Promise<void>((release) => {
          finish = release;
        });
        return answer();
      };
    });
    const first = press("pull", { requestId });
    await begun;
    const second = press("pull", { requestId });
    finish();
    const answers = await Promise.all(
      [await first, await second, await press("pull", { requestId })].map(
        (response) => response.json(),
      ),
    );
    expect(presses).toHaveLength(1);
    expect(answers[0]).toMatchObject({ message: "done 1" });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("a press that takes longer is answered in time, goes on, and its repetition gets the answer, done once", async () => {
    const requestId = randomUUID();
    const held = Promise.withResolvers<void>();
    const answer = act;
    act = async () => {
      await held.promise;
      return answer();
    };
    for (const _time of ["first", "repeated"]) {
      const response = await press("push", { requestId });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ result: "working" });
    }
    held.resolve();
    const response = await press("push", { requestId });
    expect(await response.json()).toMatchObject({
      result: "done",
      message: "done 1",
    });
    expect(presses).toHaveLength(1);
  });

  test("a press that fails after its time is done anew by its repetition", async () => {
    const requestId = randomUUID();
    const held = Promise.withResolvers<never>();
    const works = act;
    act = () => held.promise;
    expect(await (await press("pull", { requestId })).json()).toMatchObject({
      result: "working",
    });
    act = works;
    held.reject(new Error("the database went away"));
    const again = await press("pull", { requestId });
    expect(await again.json()).toMatchObject({ result: "done" });
    expect(presses).toHaveLength(2);
  });

  test("a request id that comes with another action, body, or user is a 409, and acts no second time", async () => {
    const requestId = randomUUID();
    const first = await press("push", { requestId, company: "never" });
    expect(await first.json()).toMatchObject({ result: "done" });
    const others = [
      await press("pull", { requestId }),
      await press("push", { requestId, company: "always" }),
      await press("push", { requestId, company: "never", objectId: "13" }),
      await press("push", { requestId, company: "never", version: "v2" }),
      await postSigned(
        address("/card/push", who().replace("userId=7", "userId=8")),
        JSON.stringify({
          objectTypeId: "0-1",
          objectId: "12",
          version: "v1",
          requestId,
          company: "never",
        }),
      ),
    ];
    for (const response of others) {
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({
        code: "request_id_reused",
      });
    }
    expect(presses).toHaveLength(1);
    // The same request in other words: what HubSpot's proxy sends again after a lost response.
    const again = await postSigned(
      address("/card/push"),
      JSON.stringify({
        company: "never",
        requestId,
        version: "v1",
        objectId: 12,
        objectTypeId: "0-1",
        newer: "key",
      }),
    );
    expect(await again.json()).toMatchObject({ message: "done 1" });
    expect(presses).toHaveLength(1);
  });

  test("a request id that comes with other content while the first is at work, or after its process died, is a 409", async () => {
    const requestId = randomUUID();
    const held = Promise.withResolvers<void>();
    const answer = act;
    act = async () => {
      await held.promise;
      return answer();
    };
    const first = press("pull", { requestId });
    await vi.waitFor(() => expect(presses).toHaveLength(1));
    expect((await press("push", { requestId })).status).toBe(409);
    await world.database.inPortal(portalId, (db) =>
      sql`
        update answered_request set created_at = now() - interval '31 seconds'
        where request_id = ${`card:${requestId}`}`.execute(db),
    );
    expect((await press("push", { requestId })).status).toBe(409);
    held.resolve();
    expect((await first).status).toBe(200);
    expect(presses).toHaveLength(1);
  });

  test("an action that failed has answered nothing: the same request may be sent again", async () => {
    const requestId = randomUUID();
    const works = act;
    act = () => Promise.reject(new Error("the database went away"));
    const failed = await press("pull", { requestId });
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("database");
    act = works;
    expect((await press("pull", { requestId })).status).toBe(200);
  });

  test("a request whose process died is taken over by its repetition", async () => {
    const requestId = randomUUID();
    await world.database.inPortal(portalId, (db) =>
      sql`
        insert into answered_request (portal_id, request_id, created_at)
        values (${portalId}, ${`card:${requestId}`}, now() - interval '31 seconds')`.execute(
        db,
      ),
    );
    const response = await press("pull", { requestId });
    expect(response.status).toBe(200);
    expect(presses).toHaveLength(1);
  });

  test("a process that works on a press for long says so, and is not taken for dead", async () => {
    const held = Promise.withResolvers<string>();
    const requests = new IdempotentRequests(
      world.database,
      world.parts.log,
      0,
      20,
    );
    const id = randomUUID();
    const since = async (): Promise<string | undefined> => {
      const { rows } = await world.database.inPortal(portalId, (db) =>
        sql<{ at: string }>`
          select created_at::text as at from answered_request where request_id = ${id}`.execute(
          db,
        ),
      );
      return rows[0]?.at;
    };
    const asked = (): Promise<unknown> =>
      requests.answer(portalId, id, "asked", () => held.promise);
    expect(await asked()).toBe(stillWorking);
    const first = await since();
    await vi.waitFor(async () => expect(await since()).not.toBe(first));
    held.resolve("done");
    await requests.drain(5_000);
    expect(await asked()).toBe("done");
  });

  test("a process that was taken for dead and wakes up leaves the answer of the one that took over", async () => {
    const requestId = randomUUID();
    const held = Promise.withResolvers<never>();
    const works = act;
    act = () => held.promise;
    const first = press("pull", { requestId });
    await vi.waitFor(() => expect(presses).toHaveLength(1));
    act = works;
    await world.database.inPortal(portalId, (db) =>
      sql`
        update answered_request set created_at = now() - interval '31 seconds'
        where request_id = ${`card:${requestId}`}`.execute(db),
    );
    const taken = await (await press("pull", { requestId })).json();
    held.reject(new Error("too late"));
    expect((await first).status).toBe(500);
    expect(await (await press("pull", { requestId })).json()).toEqual(taken);
    expect(presses).toHaveLength(2);
  });

  test.each([
    ["pull", { version: undefined }, 400],
    ["pull", { requestId: "" }, 400],
    ["pull", { requestId: "a\u0000b" }, 400],
    ["push", { company: "sometimes" }, 400],
    ["retry", {}, 400],
    ["resolve", { attentionId: randomUUID() }, 400],
    ["resolve", { attentionId: randomUUID(), choice: "hubspot" }, 200],
    ["retry", { attentionId: randomUUID(), version: undefined }, 200],
    ["delete", {}, 404],
    ["pull", { objectTypeId: "0-5" }, 404],
  ])("%s with %j is answered %i", async (action, more, status) => {
    expect((await press(action, more)).status).toBe(status);
    expect(presses).toHaveLength(status === 200 ? 1 : 0);
  });

  test("malformed JSON is 400, a body above 1 MB 413, a changed body 401", async () => {
    const url = address("/card/pull");
    expect((await postSigned(url, "{")).status).toBe(400);
    expect((await postSigned(url, `"${"x".repeat(1_100_000)}"`)).status).toBe(
      413,
    );
    const tampered = await fetch(url, {
      method: "POST",
      headers: signatureOf("POST", url, "{}"),
      body: "{ }",
    });
    expect(tampered.status).toBe(401);
    expect(presses).toEqual([]);
  });
});

test("GET /ui/card/run follows a run of its own portal only", async () => {
  const run = randomUUID();
  await world.database.inPortal(portalId, (db) =>
    sql`
      insert into run (portal_id, id, kind, object_type, mode, source, updated)
      values (${portalId}, ${run}::uuid, 'pull', 'contact', 'selection', 'card', 2)`.execute(
      db,
    ),
  );
  const response = await get(address(`/card/run?runId=${run}`));
  expect(await response.json()).toEqual({
    id: run,
    state: "queued",
    counts: {
      requested: 0,
      created: 0,
      updated: 2,
      unchanged: 0,
      skipped: 0,
      held: 0,
      failed: 0,
    },
    reason: null,
  });
  const other = await world.connect();
  expect(
    (await get(address(`/card/run?runId=${run}`, who(other.portalId)))).status,
  ).toBe(404);
});
