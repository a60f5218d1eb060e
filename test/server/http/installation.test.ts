import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { endSetupWindow } from "../../../server/sync/installation/installation-moves.ts";
import { profiles } from "../../acceptance/steps/path.ts";
import { install, useWorld } from "./world.ts";

const windowEnd = (body: unknown): string =>
  z.looseObject({ windowEndsAt: z.string() }).parse(body).windowEndsAt;

type RunRow = {
  kind: string;
  object_type: string;
  mode: string;
  state: string;
};

describe("with a setup window", () => {
  const world = useWorld({ setupWindowHours: 6 });

  const runs = async (portalId: number): Promise<RunRow[]> => {
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql<RunRow>`select kind, object_type, mode, state from run order by object_type, kind`.execute(
        db,
      ),
    );
    return rows;
  };
  const firstPulls: RunRow[] = ["company", "contact"].map((object_type) => ({
    kind: "pull",
    object_type,
    mode: "full",
    state: "queued",
  }));

  describe.each(profiles)("as HubSpot is %s", (profile) => {
    test("AP-002 a new connection is setting up until six hours later, and says until when", async () => {
      const before = Date.now();
      const { apiKey } = await world.connect({ options: { profile } });
      const { body } = await world.api(apiKey, "GET", "/installation");
      expect(body).toMatchObject({ state: "setting-up" });
      const ends = Date.parse(windowEnd(body));
      expect(ends).toBeGreaterThanOrEqual(before + 6 * 3_600_000 - 1_000);
      expect(ends).toBeLessThanOrEqual(Date.now() + 6 * 3_600_000);
    });

    test.each([
      ["pull", { objectType: "contact", all: true }],
      ["push", { objectType: "company", changed: true }],
      ["pull", { objectType: "contact", hubspotIds: ["1"] }],
    ])(
      "AP-003 during the window a %s of %j is refused with the reason and the end time, and nothing is queued",
      async (kind, body) => {
        const { apiKey, portalId } = await world.connect({
          options: { profile },
        });
        const shown = await world.api(apiKey, "GET", "/installation");
        const refused = await world.api(apiKey, "POST", `/sync/${kind}`, body);
        expect(refused).toMatchObject({
          status: 409,
          body: {
            code: "setup_window",
            endsAt: windowEnd(shown.body),
          },
        });
        expect(await runs(portalId)).toEqual([]);
      },
    );

    test("AP-004 at its end the first pull is queued exactly once, however many processes look", async () => {
      const { apiKey, portalId } = await world.connect({
        options: { profile },
      });
      expect(
        await world.database.inPortal(portalId, (db) =>
          endSetupWindow(db, portalId),
        ),
      ).toBe(false);
      await world.database.inPortal(portalId, (db) =>
        sql`update installation set window_ends_at = now() - interval '1 second'`.execute(
          db,
        ),
      );
      const moved = await Promise.all(
        Array.from({ length: 8 }, () =>
          world.database.inPortal(portalId, (db) =>
            endSetupWindow(db, portalId),
          ),
        ),
      );
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await runs(portalId)).toEqual(firstPulls);
      const { body } = await world.api(apiKey, "GET", "/installation");
      expect(body).toMatchObject({ state: "first-pull", windowEndsAt: null });
    });
  });

  test("start now ends the window, and once started it is fine to press again", async () => {
    const { apiKey, portalId } = await world.connect();
    for (let press = 0; press < 2; press++)
      expect(
        await world.api(apiKey, "POST", "/installation/start"),
      ).toMatchObject({ status: 200, body: { state: "first-pull" } });
    expect(await runs(portalId)).toEqual(firstPulls);
  });

  test("hold outlasts the window; start then begins the first pull", async () => {
    const { apiKey, portalId } = await world.connect();
    expect(await world.api(apiKey, "POST", "/installation/hold")).toMatchObject(
      { status: 200, body: { state: "held" } },
    );
    await world.database.inPortal(portalId, async (db) => {
      await sql`update installation set window_ends_at = now() - interval '1 second'`.execute(
        db,
      );
      expect(await endSetupWindow(db, portalId)).toBe(false);
    });
    expect(
      await world.api(apiKey, "POST", "/sync/pull", {
        objectType: "contact",
        all: true,
      }),
    ).toMatchObject({ status: 409, body: { code: "held_by_admin" } });
    expect(await runs(portalId)).toEqual([]);
    expect(
      await world.api(apiKey, "POST", "/installation/start"),
    ).toMatchObject({ body: { state: "first-pull" } });
    expect(await runs(portalId)).toEqual(firstPulls);
  });

  test("DELETE uninstalls in HubSpot and forgets the tokens; the product's records stay readable", async () => {
    const { apiKey, portalId } = await world.connect();
    await world.api(apiKey, "POST", "/contacts", {
      properties: { email: "stays@example.com" },
    });
    expect((await world.api(apiKey, "DELETE", "/installation")).status).toBe(
      204,
    );
    expect(world.sandbox.platform.grants.installOf(portalId)).toBeNull();
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql`select state, access_token, refresh_token from installation`.execute(
        db,
      ),
    );
    expect(rows).toEqual([
      { state: "uninstalled", access_token: null, refresh_token: null },
    ]);
    expect((await world.api(apiKey, "GET", "/contacts")).body).toMatchObject({
      results: [{ sync: { status: "disconnected" } }],
    });
    expect(
      await world.api(apiKey, "POST", "/installation/start"),
    ).toMatchObject({ status: 409, body: { code: "disconnected" } });
    // A second time there is nothing left to uninstall.
    expect((await world.api(apiKey, "DELETE", "/installation")).status).toBe(
      204,
    );
  });

  test("an uninstall that HubSpot does not answer keeps the tokens", async () => {
    const { apiKey, portalId } = await world.connect();
    world.sandbox.setFaults([
      { portalId, path: "/appinstalls", status: 503, times: 100 },
    ]);
    expect(
      (await world.api(apiKey, "DELETE", "/installation")).status,
    ).toBeGreaterThanOrEqual(502);
    world.sandbox.setFaults([]);
    expect(
      (await world.api(apiKey, "GET", "/installation")).body,
    ).toMatchObject({ state: "setting-up" });
  });
});

describe("without a setup window", () => {
  const world = useWorld({ setupWindowHours: 0 });

  const runs = async (portalId: number): Promise<string[]> => {
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql<RunRow>`select kind, object_type, mode from run order by object_type, kind, mode`.execute(
        db,
      ),
    );
    return rows.map(
      ({ kind, object_type, mode }) => `${object_type} ${mode} ${kind}`,
    );
  };

  test("the first pull is queued with the install itself, and presses on it coalesce", async () => {
    const { apiKey, portalId } = await world.connect();
    expect(
      (await world.api(apiKey, "GET", "/installation")).body,
    ).toMatchObject({ state: "first-pull" });
    expect(await runs(portalId)).toEqual([
      "company full pull",
      "contact full pull",
    ]);
    const presses = await Promise.all(
      Array.from({ length: 3 }, () =>
        world.api(apiKey, "POST", "/sync/pull", {
          objectType: "contact",
          all: true,
        }),
      ),
    );
    const ids = presses.map(
      ({ body }) => z.object({ runId: z.string() }).parse(body).runId,
    );
    expect(new Set(ids).size).toBe(1);
    expect(await runs(portalId)).toHaveLength(2);
    expect(
      await world.api(apiKey, "GET", `/runs/${ids[0] ?? ""}`),
    ).toMatchObject({
      status: 200,
      body: { state: "queued", counts: { requested: 0 } },
    });
  });

  test.each(profiles)(
    "AP-080 a push is refused while the first pull runs, as HubSpot is %s",
    async (profile) => {
      const { apiKey } = await world.connect({ options: { profile } });
      expect(
        await world.api(apiKey, "POST", "/sync/push", {
          objectType: "contact",
          all: true,
        }),
      ).toMatchObject({ status: 409, body: { code: "first_pull_running" } });
    },
  );

  test("connecting a disconnected portal again resumes it: changed pulls and sweeps of what had been pulled", async () => {
    const { portalId } = await world.connect();
    await world.database.inPortal(portalId, async (db) => {
      await sql`update run set state = 'done'`.execute(db);
      await sql`
        update installation set state = 'disconnected', resume_state = 'active',
          first_pull_ended = '{"contact": "2026-01-01T00:00:00Z", "company": "2026-01-01T00:00:00Z"}'`.execute(
        db,
      );
    });
    await install(world.sandbox, portalId);
    expect(await runs(portalId)).toEqual([
      "company changed pull",
      "company full pull",
      "company full sweep",
      "contact changed pull",
      "contact full pull",
      "contact full sweep",
    ]);
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql`select state, resume_state from installation`.execute(db),
    );
    expect(rows).toEqual([{ state: "active", resume_state: null }]);
  });

  test("an installation that was held stays held when it is connected again", async () => {
    const { apiKey, portalId } = await world.connect();
    await world.api(apiKey, "POST", "/installation/hold");
    await world.database.inPortal(portalId, (db) =>
      sql`update installation set state = 'disconnected'`.execute(db),
    );
    await install(world.sandbox, portalId);
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql`select state from installation`.execute(db),
    );
    expect(rows).toEqual([{ state: "held" }]);
  });
});
