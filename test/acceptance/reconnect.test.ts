import { describe, expect, test } from "vitest";
import { press, viewCard } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import {
  changeObject,
  companiesOf,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  createLinked,
  findRecordOf,
  make,
  objectOf,
  record,
} from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { one } from "./steps/one.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

const stateOf = async (world: World): Promise<unknown> =>
  (await world.api("GET", "/installation")).body["state"];

/** Lets everything that comes by the clock have its turn now, and answers what HubSpot was asked meanwhile. */
async function askedOfHubSpot(world: World): Promise<unknown[]> {
  await asOwner(world, async (owner) => {
    await owner.query("update lane set next_at = now() where not leased");
    world.server.workers?.wake();
    // Of all lanes only upkeep works in any state; when it rests again, whatever else there was to do has been done.
    await world.until(async () => {
      const { rows } = await owner.query(
        "select from lane where leased or (kind = 'upkeep' and next_at <= now())",
      );
      return rows.length === 0;
    }, "every lane rests");
  });
  const { body } = await world.control<{ rows: unknown[] }>(
    "GET",
    "/sandbox/requests",
  );
  return body.rows;
}

const refusedButton = { allowed: false, reason: "HubSpot isn't connected." };
const notConnected = { push: refusedButton, pull: refusedButton };

/** Three ways out of a connection, each through a client of the app's or of HubSpot's. */
const ways = [
  {
    way: "the refresh token is dead",
    state: "disconnected",
    end: async (world: World, id: string): Promise<void> => {
      await world.inHubSpot("POST", "/tokens/expire", { refreshTokens: true });
      // The next call finds it out.
      await change(world, "contacts", id, { state: "Noticed" });
    },
  },
  {
    way: "a HubSpot user has uninstalled the app",
    state: "disconnected",
    end: async (world: World, id: string): Promise<void> => {
      await world.inHubSpot("POST", "/uninstall");
      // Where access tokens live on, they end by the clock.
      await world.inHubSpot("POST", "/tokens/expire", {});
      await change(world, "contacts", id, { state: "Noticed" });
    },
  },
  {
    way: "the product has uninstalled the app",
    state: "uninstalled",
    end: async (world: World): Promise<void> => {
      expect((await world.api("DELETE", "/installation")).status).toBe(204);
      const { body } = await world.inHubSpot("GET", "");
      expect(body["installed"]).toBe(false);
    },
  },
] as const;

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test.each(ways)(
    "once $way the product and the card are told and nothing is asked of HubSpot; connected again, both sides catch up with links and settings as they were",
    async ({ way, state, end }) => {
      const { world } = at;
      const key = way.replaceAll(" ", "-").toLowerCase();
      await choose(world, { contact: { deletionSync: true } });
      const pairs = await createLinked(world, "contacts", [
        { email: `one@${key}.example`, city: "Ulm" },
        { email: `two@${key}.example`, phone: "+49301" },
        { email: `gone@${key}.example` },
      ]);
      const [first, second, gone] = [
        one(pairs, 0),
        one(pairs, 1),
        one(pairs, 2),
      ];
      const settings = (await world.api("GET", "/settings")).body;
      await end(world, first.id);
      await world.until(
        async () => (await stateOf(world)) === state,
        `the installation is ${state}`,
      );

      await world.control("DELETE", "/sandbox/requests");
      if (state === "disconnected") {
        expect(await viewCard(world, "contacts", first.objectId)).toMatchObject(
          { status: "disconnected", ...notConnected },
        );
        for (const action of ["push", "pull"] as const)
          expect(
            await press(world, action, "contacts", first.objectId),
          ).toMatchObject({ result: "refused" });
      } else {
        // HubSpot shows no card of an app that is not installed, and nobody else may ask in its name.
        await expect(
          viewCard(world, "contacts", first.objectId),
        ).rejects.toThrow(/404.*not_installed/);
      }
      expect(
        (await world.api("GET", `/contacts/${first.id}/sync`)).body,
      ).toMatchObject({ status: "disconnected", ...notConnected });
      for (const action of ["push", "pull"] as const) {
        expect(
          await world.api("POST", `/sync/${action}`, {
            objectType: "contact",
            all: true,
          }),
        ).toMatchObject({ status: 409, body: { code: "disconnected" } });
      }
      expect((await record(world, "contacts", second.id)).sync).toMatchObject({
        status: "disconnected",
      });
      // What happens meanwhile; of what HubSpot's users do nothing is told.
      await change(world, "contacts", first.id, { city: "Ours" });
      const ours = await make(world, "contacts", {
        email: `ours@${key}.example`,
      });
      const theirs = await faultyWebhooks(world, { lose: true }, async () => {
        await changeObject(world, "contacts", second.objectId, {
          phone: "+49302",
        });
        await world.inHubSpot("DELETE", `/objects/contacts/${gone.objectId}`);
        const company = await makeObject(world, "companies", {
          name: key,
          domain: `${key}.example`,
        });
        const email = `theirs@${key}.example`;
        return {
          company,
          id: await makeObject(world, "contacts", { email }, company),
        };
      });
      expect(await askedOfHubSpot(world)).toEqual([]);

      const again = await world.install();
      expect(again.status).toBe(200);
      expect(await stateOf(world)).toBe("active");
      await calm(world);

      expect((await world.api("GET", "/settings")).body).toEqual(settings);
      for (const { id, objectId } of [first, second])
        expect(await record(world, "contacts", id)).toMatchObject({
          hubspotId: objectId,
          sync: { status: "in_sync" },
        });
      expect(
        (await object(world, "contacts", first.objectId)).properties["city"],
      ).toBe("Ours");
      expect(
        (await record(world, "contacts", second.id)).properties["phone"],
      ).toBe("+49302");
      expect(
        (await record(world, "contacts", gone.id)).deletedAt,
      ).not.toBeNull();
      const pulled = await findRecordOf(world, "contacts", theirs.id);
      expect(pulled?.companyId).toBe(
        (await findRecordOf(world, "companies", theirs.company))?.id,
      );
      expect(await companiesOf(world, theirs.id)).toEqual([theirs.company]);
      const made = await objectOf(world, "contacts", ours.id);
      for (const email of ["one", "two", "ours", "theirs"])
        expect(
          await objectsWith(
            world,
            "contacts",
            "email",
            `${email}@${key}.example`,
          ),
        ).toHaveLength(1);
      expect(await viewCard(world, "contacts", made)).toMatchObject({
        status: "in_sync",
        push: { allowed: true },
      });
    },
  );
});
