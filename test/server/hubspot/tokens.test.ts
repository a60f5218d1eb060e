import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import {
  DisconnectedError,
  UnavailableError,
} from "../../../server/hubspot/errors.ts";
import { Secret } from "../../../server/hubspot/secret.ts";
import { createMetrics } from "../../../server/metrics.ts";
import { bulk, useWorld } from "./world.ts";

const world = useWorld();
const refreshes = "POST /oauth/{version}/token";

type Row = {
  state: string;
  resume_state: string | null;
  access_token: string | null;
  token_generation: number;
};

async function row(portalId: number): Promise<Row> {
  const { rows } = await sql<Row>`
    select state, resume_state, access_token, token_generation from installation where portal_id = ${portalId}`.execute(
    world().database.owner,
  );
  const [first] = rows;
  if (first === undefined) throw new Error("no installation");
  return first;
}

/** Sets how long the stored access token still lasts, by our own clock. */
async function setAccessEnd(portalId: number, seconds: number): Promise<void> {
  await sql`
    update installation set access_expires_at = now() + ${seconds} * interval '1 second'
    where portal_id = ${portalId}`.execute(world().database.owner);
}

async function granted(portalId: number): Promise<number> {
  const counted = await world().counted(portalId, refreshes);
  return counted[200] ?? 0;
}

describe("access tokens", () => {
  it("are used as long as they last, and renewed by the clock before they end", async () => {
    const portalId = await world().installed();
    const before = await granted(portalId);
    await world().gateway(portalId).accountDetails(bulk);
    expect(await granted(portalId)).toBe(before);
    await setAccessEnd(portalId, 60);
    await world().gateway(portalId).accountDetails(bulk);
    expect(await granted(portalId)).toBe(before + 1);
    await world().gateway(portalId).accountDetails(bulk);
    expect(await granted(portalId)).toBe(before + 1);
  });

  it.each([{ refreshTokenRotates: false }, { refreshTokenRotates: true }])(
    "are renewed once by many calls of four processes (rotation: $refreshTokenRotates)",
    async (options) => {
      const portalId = await world().installed(options);
      const before = await granted(portalId);
      await setAccessEnd(portalId, 60);
      const calls = await world().withFaults(
        portalId,
        [{ path: "/oauth/*/token", latencyMs: 200 }],
        () =>
          Promise.all(
            [1, 2, 3, 4].flatMap(() => {
              const gateway = world().gateway(portalId);
              return [1, 2, 3].map(() => gateway.accountDetails(bulk));
            }),
          ),
      );
      expect(calls.map((account) => account.portalId)).toEqual(
        Array.from({ length: 12 }, () => portalId),
      );
      expect(await granted(portalId)).toBe(before + 1);
    },
  );

  it("that HubSpot calls expired are renewed once, by whoever hears of it first", async () => {
    const portalId = await world().installed();
    const gateways = [1, 2].map(() => world().gateway(portalId));
    for (const gateway of gateways) await gateway.accountDetails(bulk);
    const before = await granted(portalId);
    await world().control("POST", `/portals/${portalId}/tokens/expire`, {});
    const calls = gateways.flatMap((gateway) =>
      [1, 2, 3].map(() => gateway.accountDetails(bulk)),
    );
    expect(await Promise.all(calls)).toHaveLength(6);
    expect(await granted(portalId)).toBe(before + 1);
  });

  it("stay in use while HubSpot cannot be asked for new ones", async () => {
    const portalId = await world().installed();
    await setAccessEnd(portalId, 60);
    const gateway = world().gateway(portalId);
    await world().withFaults(
      portalId,
      [{ path: "/oauth/*/token", status: 503, html: true }],
      async () => {
        expect((await gateway.accountDetails(bulk)).portalId).toBe(portalId);
      },
    );
    expect(await row(portalId)).toMatchObject({ state: "active" });
  });

  it("that have ended while HubSpot cannot be asked make calls wait, and disconnect nothing", async () => {
    const portalId = await world().installed();
    await setAccessEnd(portalId, -60);
    const gateway = world().gateway(portalId);
    await world().withFaults(
      portalId,
      [{ path: "/oauth/*/token", status: 503 }],
      () =>
        expect(gateway.accountDetails(bulk)).rejects.toBeInstanceOf(
          UnavailableError,
        ),
    );
    expect(await row(portalId)).toMatchObject({ state: "active" });
    expect((await gateway.accountDetails(bulk)).portalId).toBe(portalId);
  });

  it("are renewed by another process when the one that began was killed", async () => {
    const portalId = await world().installed();
    await sql`
      update installation set access_token = null, token_generation = token_generation + 1,
        access_expires_at = now() + interval '300 milliseconds'
      where portal_id = ${portalId}`.execute(world().database.owner);
    const account = await world().gateway(portalId).accountDetails(bulk);
    expect(account.portalId).toBe(portalId);
  });
});

describe("a dead refresh token", () => {
  it("marks the installation as disconnected, and stops all calls", async () => {
    const portalId = await world().installed();
    const gateway = world().gateway(portalId);
    await gateway.accountDetails(bulk);
    await world().control("POST", `/portals/${portalId}/tokens/expire`, {
      refreshTokens: true,
    });
    await expect(gateway.accountDetails(bulk)).rejects.toBeInstanceOf(
      DisconnectedError,
    );
    expect(await row(portalId)).toMatchObject({
      state: "disconnected",
      resume_state: "active",
      access_token: null,
    });
    const counted = await world().counted(portalId, "/details");
    await expect(gateway.accountDetails(bulk)).rejects.toBeInstanceOf(
      DisconnectedError,
    );
    await expect(
      world().gateway(portalId).accountDetails(bulk),
    ).rejects.toBeInstanceOf(DisconnectedError);
    expect(await world().counted(portalId, "/details")).toEqual(counted);
  });

  it("does not undo an install that came in while it was being asked about", async () => {
    const portalId = await world().installed();
    await world().control("POST", `/portals/${portalId}/tokens/expire`, {
      refreshTokens: true,
    });
    await setAccessEnd(portalId, -60);
    const gateway = world().gateway(portalId);
    const account = await world().withFaults(
      undefined,
      // of no portal: HubSpot cannot tell whose a dead token was
      [{ path: "/oauth/*/token", latencyMs: 600, times: 1 }],
      async () => {
        const reading = gateway.accountDetails(bulk);
        await expect
          .poll(async () => (await row(portalId)).access_token)
          .toBeNull();
        await world().connect(portalId);
        return reading;
      },
    );
    expect(account.portalId).toBe(portalId);
    expect(await row(portalId)).toMatchObject({ state: "active" });
  });
});

describe("oauth", () => {
  it("answers what a token is worth, and ends one", async () => {
    const portalId = await world().installed();
    const { rows } = await sql<{ refresh_token: string }>`
      select refresh_token from installation where portal_id = ${portalId}`.execute(
      world().database.owner,
    );
    const { unseal } = await import("../../../server/hubspot/seal.ts");
    const { tokenKeys } = await import("./world.ts");
    const refresh = unseal(tokenKeys, portalId, rows[0]?.refresh_token ?? "");
    const { oauth } = world().room();
    const info = await oauth.introspect(refresh, "refresh_token");
    expect(info).toMatchObject({ active: true, portalId, appId: 500_001 });
    expect(info.userEmail).toContain("@");
    expect(info.scopes).toContain("crm.objects.contacts.read");
    await oauth.revoke(refresh);
    expect(await oauth.refresh(refresh)).toMatchObject({
      ok: false,
      status: "BAD_REFRESH_TOKEN",
    });
  });

  it("takes the second secret while the first is not known yet", async () => {
    const portalId = await world().installed();
    await setAccessEnd(portalId, -60);
    const room = world().room("learned", {
      clientSecrets: [
        new Secret("the-next-one"),
        new Secret("sandbox-client-secret"),
      ],
    });
    const account = await room.portal(portalId).accountDetails(bulk);
    expect(account.portalId).toBe(portalId);
  });

  it("of a wrong secret disconnects nothing", async () => {
    const portalId = await world().installed();
    await setAccessEnd(portalId, -60);
    const room = world().room("learned", {
      clientSecrets: [new Secret("wrong")],
    });
    await expect(
      room.portal(portalId).accountDetails(bulk),
    ).rejects.toMatchObject({ kind: "refused" });
    expect(await row(portalId)).toMatchObject({ state: "active" });
    const account = await world().gateway(portalId).accountDetails(bulk);
    expect(account.portalId).toBe(portalId);
  });
});

describe("uninstalling", () => {
  it("ends the app in HubSpot; a second time is as good", async () => {
    const portalId = await world().installed({ tokensDieAtUninstall: false });
    const gateway = world().gateway(portalId);
    await gateway.uninstall(bulk);
    expect(world().sandbox.platform.grants.installOf(portalId)).toBeNull();
  });
});

describe("every call", () => {
  it("is counted by priority, kind and status", async () => {
    const portalId = await world().installed();
    const metrics = createMetrics();
    const room = world().room("learned", { metrics });
    await room.portal(portalId).accountDetails(bulk);
    await room.portal(portalId).owners({ priority: "interactive" });
    const text = await metrics.registry.metrics();
    expect(text).toContain(
      'counterpart_hubspot_calls_total{priority="bulk",kind="account",status="200"} 1',
    );
    expect(text).toContain(
      'counterpart_hubspot_calls_total{priority="interactive",kind="owners",status="200"} 2',
    );
  });
});
