import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Answer } from "./world.ts";
import { apiKeyIn, install, useWorld } from "./world.ts";

const world = useWorld();

const replace = (key: string, body?: unknown): Promise<Answer> =>
  world.api(key, "POST", "/installation/api-key", body);

/** The status that each key gets. */
const statuses = (...keys: string[]): Promise<number[]> =>
  Promise.all(
    keys.map(
      async (key) => (await world.api(key, "GET", "/installation")).status,
    ),
  );

const endOf = (body: unknown): number =>
  Date.parse(
    z.looseObject({ oldKeyEndsAt: z.string() }).parse(body).oldKeyEndsAt,
  );

/** Lets the hour of a portal's old key pass. */
const letAnHourPass = (portalId: number): Promise<unknown> =>
  world.database.inPortal(portalId, (db) =>
    sql`update installation set old_api_key_ends_at = old_api_key_ends_at - interval '1 hour'`.execute(
      db,
    ),
  );

describe("7-B7 a new API key", () => {
  test.each([[undefined], [{}], [{ keepOldForAnHour: false }]])(
    "asked for with %j ends the old one at once",
    async (body) => {
      const { apiKey } = await world.connect();
      const answer = await replace(apiKey, body);
      expect(answer).toMatchObject({
        status: 201,
        body: { oldKeyEndsAt: null },
      });
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const next = apiKeyIn(answer.body);
      expect(next).toMatch(/^cpk_[\w-]{43}$/);
      expect(await statuses(apiKey, next)).toEqual([401, 200]);
    },
  );

  test("leaves the old one valid for an hour if that is asked for, and nothing but hashes is stored", async () => {
    const { portalId, apiKey } = await world.connect();
    const answer = await replace(apiKey, { keepOldForAnHour: true });
    const next = apiKeyIn(answer.body);
    expect(endOf(answer.body) - Date.now()).toBeGreaterThan(59 * 60_000);
    expect(endOf(answer.body) - Date.now()).toBeLessThanOrEqual(60 * 60_000);
    expect(await statuses(apiKey, next)).toEqual([200, 200]);
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql<{
        row: string;
      }>`select to_jsonb(i)::text as row from installation i`.execute(db),
    );
    for (const key of [apiKey, next]) expect(rows[0]?.row).not.toContain(key);
    await letAnHourPass(portalId);
    expect(await statuses(apiKey, next)).toEqual([401, 200]);
  });

  test("whose response was lost is asked for again with the old one; the lost one is invalid, and the hour isn't prolonged", async () => {
    const { portalId, apiKey } = await world.connect();
    const lost = await replace(apiKey, { keepOldForAnHour: true });
    const again = await replace(apiKey, { keepOldForAnHour: true });
    expect(endOf(again.body)).toBe(endOf(lost.body));
    const next = apiKeyIn(again.body);
    expect(await statuses(apiKey, apiKeyIn(lost.body), next)).toEqual([
      200, 401, 200,
    ]);
    await letAnHourPass(portalId);
    expect(await statuses(apiKey, next)).toEqual([401, 200]);
    expect((await replace(apiKey)).status).toBe(401);
  });

  test("ends the key before the old one: two are valid at most", async () => {
    const { apiKey: first } = await world.connect();
    const second = apiKeyIn(
      (await replace(first, { keepOldForAnHour: true })).body,
    );
    const third = apiKeyIn(
      (await replace(second, { keepOldForAnHour: true })).body,
    );
    expect(await statuses(first, second, third)).toEqual([401, 200, 200]);
  });

  test("asked for twice at once leaves exactly one that is valid", async () => {
    const { apiKey } = await world.connect();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => replace(apiKey)),
    );
    expect(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
    ).toEqual([201, 401, 401, 401, 401]);
    const made = answers.find(({ status }) => status === 201);
    expect(await statuses(apiKey, apiKeyIn(made?.body))).toEqual([401, 200]);
  });

  test("is not given for a wrong body or a wrong key, and touches no other portal", async () => {
    const { apiKey } = await world.connect();
    const other = await world.connect();
    expect((await replace(apiKey, { keepOldForAnHour: "yes" })).status).toBe(
      400,
    );
    expect((await replace("cpk_wrong")).status).toBe(401);
    await replace(apiKey);
    expect(await statuses(other.apiKey)).toEqual([200]);
  });
});

describe("7-B7 connecting again", () => {
  test("keeps the key, also one that was replaced, and its response has none", async () => {
    const { portalId, apiKey } = await world.connect();
    const next = apiKeyIn(
      (await replace(apiKey, { keepOldForAnHour: true })).body,
    );
    expect(await install(world.sandbox, portalId)).toEqual({
      status: 200,
      body: { portalId, apiKey: null },
    });
    expect(await statuses(apiKey, next)).toEqual([200, 200]);
  });

  test("after the connection was lost keeps the key", async () => {
    const { portalId, apiKey } = await world.connect();
    await world.database.inPortal(portalId, (db) =>
      sql`update installation set state = 'disconnected', resume_state = state`.execute(
        db,
      ),
    );
    expect((await install(world.sandbox, portalId)).body).toEqual({
      portalId,
      apiKey: null,
    });
    expect(
      (await world.api(apiKey, "GET", "/installation")).body,
    ).toMatchObject({ state: "setting-up" });
  });

  test("after an uninstall gives a new key, and no earlier one is valid", async () => {
    const { portalId, apiKey } = await world.connect();
    const next = apiKeyIn(
      (await replace(apiKey, { keepOldForAnHour: true })).body,
    );
    expect((await world.api(next, "DELETE", "/installation")).status).toBe(204);
    // The product's own records stay readable with the present key; the old one's hour is over.
    expect(await statuses(apiKey, next)).toEqual([401, 200]);
    const fresh = apiKeyIn((await install(world.sandbox, portalId)).body);
    expect(await statuses(apiKey, next, fresh)).toEqual([401, 401, 200]);
  });
});
