import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { replaceApiKey } from "../../../server/database/api-key.ts";
import type { SyncView } from "../../../server/http/sync-view.ts";
import { signatureOf } from "./sign.ts";
import type { Connected } from "./world.ts";
import { appId, useWorld } from "./world.ts";

const wrongKey = (): string => `cpk_${randomBytes(32).toString("base64url")}`;
const withKey = (key: string): RequestInit => ({
  headers: { authorization: `Bearer ${key}` },
});

describe("an address that sends wrong keys", () => {
  const perMinute = 5;
  const world = useWorld({ publicRequestsPerMinute: perMinute });
  let mine: Connected;
  /** A key of which this process doesn't know that another one has issued it. */
  let unseen = "";
  beforeAll(async () => {
    mine = await world.connect();
    const { portalId } = await world.connect();
    const replaced = await world.database.inPortal(portalId, (db) =>
      replaceApiKey(db, portalId, null, { keepOldForAnHour: false }),
    );
    unseen = replaced?.apiKey ?? "";
  });
  const ask = (key: string): Promise<Response> =>
    fetch(`${world.url}/api/v1/installation`, withKey(key));

  test("is told 429 beyond its limit, which costs the database nothing; keys that are valid work all the while, new ones too, and replaced ones stop at once", async () => {
    const crossing = vi.spyOn(world.database, "crossing");
    try {
      // What doesn't even look like a key costs nothing either.
      expect((await ask("guess")).status).toBe(401);
      expect(crossing).not.toHaveBeenCalled();
      for (let left = perMinute - 1; left > 0; left--)
        expect((await ask(wrongKey())).status).toBe(401);
      expect(crossing).toHaveBeenCalledTimes(perMinute - 1);

      const refused = await ask(wrongKey());
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      // One look at all valid keys, and none for any wrong key that follows.
      const asked = crossing.mock.calls.length;
      for (let more = 0; more < 50; more++)
        expect((await ask(wrongKey())).status).toBe(429);
      expect(crossing).toHaveBeenCalledTimes(asked);
    } finally {
      crossing.mockRestore();
    }

    expect((await ask(mine.apiKey)).status).toBe(200);
    const replaced = await fetch(`${world.url}/api/v1/installation/api-key`, {
      ...withKey(mine.apiKey),
      method: "POST",
    });
    expect(replaced.status).toBe(201);
    const { apiKey } = z
      .object({ apiKey: z.string() })
      .parse(await replaced.json());
    expect((await ask(mine.apiKey)).status).toBe(429);
    expect((await ask(apiKey)).status).toBe(200);
    expect((await ask(unseen)).status).toBe(200);
  });
});

describe("a portal with many requests at once", () => {
  let held = Promise.withResolvers<void>();
  let inProgress = 0;
  const world = useWorld({
    engine: {
      card: {
        view: async () => {
          inProgress++;
          await held.promise;
          return null as SyncView | null;
        },
        value: () => Promise.resolve(null),
        act: () => Promise.resolve(null),
        tryOut: () => Promise.resolve(null),
      },
    },
  });
  let noisy: Connected;
  let quiet: Connected;
  let record = "";
  beforeAll(async () => {
    noisy = await world.connect();
    quiet = await world.connect();
    const made = await world.api(noisy.apiKey, "POST", "/contacts", {
      properties: {},
    });
    record = z.looseObject({ id: z.string() }).parse(made.body).id;
  });
  const api = (portal: Connected, path: string): Promise<Response> =>
    fetch(`${world.url}/api/v1${path}`, withKey(portal.apiKey));
  const card = (portal: Connected, path: string): Promise<Response> => {
    const url = `${world.url}/ui${path}objectTypeId=0-1&objectId=12&userId=7&portalId=${portal.portalId}&userEmail=ada%40example.com&appId=${appId}`;
    return fetch(url, { headers: signatureOf("GET", url, "") });
  };
  const begin = (): void => {
    held = Promise.withResolvers<void>();
    inProgress = 0;
  };
  const statuses = async (
    requests: readonly Promise<Response>[],
  ): Promise<Record<number, number>> => {
    const counts: Record<number, number> = {};
    for (const { status } of await Promise.all(requests))
      counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };

  /** What it has in progress from here on is the share of a portal beside others. */
  const besideAnother = async (): Promise<void> => {
    begin();
    expect((await api(quiet, "/installation")).status).toBe(200);
  };

  /** The other portal has been silent for longer than it counts as active. */
  const aMinuteLater = async (work: () => Promise<void>): Promise<void> => {
    const now = performance.now.bind(performance);
    const spy = vi
      .spyOn(performance, "now")
      .mockImplementation(() => now() + 61_000);
    try {
      await work();
    } finally {
      spy.mockRestore();
    }
  };

  test("X-18 alone, has six API requests in progress, sixty that wait, and a 429 for more, while another portal and its own cards are served", async () => {
    begin();
    const all = Array.from({ length: 100 }, () =>
      api(noisy, `/contacts/${record}/sync`),
    );
    const refused: Response[] = [];
    for (const request of all)
      void request.then((response) => {
        if (response.status === 429) refused.push(response);
      });
    // All hundred have arrived by then: six go on, sixty wait.
    await vi.waitFor(() => expect(refused).toHaveLength(34), 10_000);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    expect(await refused[0]?.json()).toMatchObject({
      code: "too_many_in_progress",
    });
    await vi.waitFor(() => expect(inProgress).toBe(6));

    expect((await api(quiet, "/installation")).status).toBe(200);
    expect((await card(noisy, "/card/value?field=bio&")).status).toBe(404);
    expect((await api(noisy, "/installation")).status).toBe(429);
    expect(inProgress).toBe(6);

    held.resolve();
    expect(await statuses(all)).toEqual({ 404: 66, 429: 34 });
    expect((await api(noisy, "/installation")).status).toBe(200);
  });

  test("X-18 beside another, has two API requests in progress, as many that are served later, and six again once it is alone", async () => {
    await besideAnother();
    const first = held;
    const all = Array.from({ length: 70 }, () =>
      api(noisy, `/contacts/${record}/sync`),
    );
    await vi.waitFor(() => expect(inProgress).toBe(2));
    // Its cards are others' requests, and so are another portal's.
    expect((await card(noisy, "/card/value?field=bio&")).status).toBe(404);
    expect((await api(quiet, "/installation")).status).toBe(200);
    expect(inProgress).toBe(2);

    await aMinuteLater(async () => {
      begin();
      first.resolve();
      await vi.waitFor(() => expect(inProgress).toBe(6));
      held.resolve();
      expect(await statuses(all)).toEqual({ 404: 66, 429: 4 });
    });
  });

  test("X-18 alone, has eight card requests in progress", async () => {
    await besideAnother();
    await aMinuteLater(async () => {
      const all = Array.from({ length: 90 }, () => card(noisy, "/card?"));
      await vi.waitFor(() => expect(inProgress).toBe(8));
      held.resolve();
      expect(await statuses(all)).toEqual({ 404: 72, 429: 18 });
    });
  });

  test("X-18 has four card requests in progress beside another, while its API and that portal's card are served", async () => {
    await besideAnother();
    const all = Array.from({ length: 90 }, () => card(noisy, "/card?"));
    await vi.waitFor(() => expect(inProgress).toBe(4));
    expect((await card(quiet, "/card/value?field=bio&")).status).toBe(404);
    expect((await api(noisy, "/installation")).status).toBe(200);
    expect(inProgress).toBe(4);
    held.resolve();
    expect(await statuses(all)).toEqual({ 404: 72, 429: 18 });
  });

  test("has one list or batch in progress, beside its other requests; one that took long is followed by a rest twice as long", async () => {
    await besideAnother();
    const inPortal = world.database.inPortal.bind(world.database);
    const begunAt: number[] = [];
    let endedAt = 0;
    let isLight = false;
    const slow = vi
      .spyOn(world.database, "inPortal")
      .mockImplementation(async (portalId, work, ...rest) => {
        if (portalId !== noisy.portalId || isLight)
          return inPortal(portalId, work, ...rest);
        begunAt.push(performance.now());
        await held.promise;
        endedAt ||= performance.now();
        return inPortal(portalId, work, ...rest);
      });
    try {
      const lists = Array.from({ length: 3 }, () =>
        api(noisy, "/contacts?limit=5"),
      );
      const batch = fetch(`${world.url}/api/v1/contacts/batch`, {
        method: "POST",
        body: JSON.stringify({ inputs: [] }),
        headers: {
          authorization: `Bearer ${noisy.apiKey}`,
          "content-type": "application/json",
        },
      });
      await vi.waitFor(() => expect(begunAt).toHaveLength(1), 10_000);
      // Neither another kind of request nor another portal waits for them.
      expect((await api(noisy, "/openapi.json")).status).toBe(200);
      isLight = true;
      const light = Array.from({ length: 2 }, () =>
        api(noisy, `/contacts/${record}/sync`),
      );
      await vi.waitFor(() => expect(inProgress).toBe(2), 10_000);
      isLight = false;
      expect((await api(quiet, "/contacts?limit=5")).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(begunAt).toHaveLength(1);

      held.resolve();
      expect(await statuses(light)).toEqual({ 404: 2 });
      expect(await statuses([...lists, batch])).toEqual({ 200: 4 });
      expect(begunAt).toHaveLength(4);
      const rested = (begunAt[1] ?? 0) - endedAt;
      expect(rested).toBeGreaterThan(550);
    } finally {
      slow.mockRestore();
    }
  });

  test("waits half a second for each refusal", async () => {
    begin();
    const asked = performance.now();
    const refusedAfter: number[] = [];
    const all = Array.from({ length: 70 }, async () => {
      const response = await api(noisy, `/contacts/${record}/sync`);
      if (response.status === 429) refusedAfter.push(performance.now() - asked);
      return response;
    });
    await vi.waitFor(() => expect(refusedAfter).toHaveLength(4), 5_000);
    expect(Math.min(...refusedAfter)).toBeGreaterThan(450);
    held.resolve();
    expect(await statuses(all)).toEqual({ 404: 66, 429: 4 });
  });

  test("gains nothing by hanging up: what is in progress counts until it has ended", async () => {
    await besideAnother();
    const leaving = new AbortController();
    const gone = Array.from({ length: 2 }, () =>
      fetch(`${world.url}/api/v1/contacts/${record}/sync`, {
        ...withKey(noisy.apiKey),
        signal: leaving.signal,
      }),
    );
    await vi.waitFor(() => expect(inProgress).toBe(2));
    leaving.abort();
    await Promise.allSettled(gone);
    const next = api(noisy, `/contacts/${record}/sync`);
    // Another portal's request goes all the way meanwhile, so this one would have begun.
    expect((await api(quiet, "/contacts")).status).toBe(200);
    expect(inProgress).toBe(2);
    held.resolve();
    expect((await next).status).toBe(404);
    expect(inProgress).toBe(3);
  });
});
