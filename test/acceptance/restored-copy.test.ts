import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { startCounterpart } from "../../server/app.ts";
import type { Counterpart } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { cloneDatabase } from "../database.ts";
import type { ClonedDatabase } from "../database.ts";
import { viewCard } from "./card.ts";
import { asOwner } from "./steps/database.ts";
import { one } from "./steps/one.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const at = useWorld();
const copies: ClonedDatabase[] = [];

afterAll(async () => {
  // The world drops the database that it ends with; the others are copies or copied.
  for (const copy of copies)
    if (copy.name !== at.world.database.name) await copy.drop();
});

/** Stops the world's server and starts it on a copy of its database, as a restored dump makes one. */
async function moveToCopy(world: World): Promise<void> {
  const original = world.database;
  await world.leaveDatabase();
  const copy = await cloneDatabase({ template: original.name });
  copies.push(original, copy);
  await world.moveTo(copy);
}

const tokens = (world: World): Promise<unknown[]> =>
  asOwner(
    world,
    async (owner) =>
      (
        await owner.query(
          "select access_token, refresh_token, token_generation from installation",
        )
      ).rows,
  );

/** Every lane has had its turn, as far as the portal's state works its kind. */
async function everyLaneRests(world: World): Promise<void> {
  await asOwner(world, async (owner) => {
    await owner.query("update lane set next_at = now() where not leased");
    world.server.workers?.wake();
    await world.until(async () => {
      const { rows } = await owner.query(
        "select from lane where leased or (kind = 'upkeep' and next_at <= now())",
      );
      return rows.length === 0;
    }, "every lane rests");
  });
}

const installation = async (world: World) =>
  (await world.api("GET", "/installation")).body;

test("8-B8 a restored copy asks nothing of HubSpot and says why, until an admin resumes it", async () => {
  const { world } = at;
  const pair = one(
    await createLinked(world, "contacts", [
      { email: "one@copy.example", city: "Ulm" },
    ]),
    0,
  );
  await moveToCopy(world);
  const before = await tokens(world);
  // A token that is over would have to be refreshed: the original's would be rotated away.
  await world.inHubSpot("POST", "/tokens/expire", {});
  await world.control("DELETE", "/sandbox/requests");
  await change(world, "contacts", pair.id, { city: "Bonn" });
  const paused = {
    status: "paused",
    code: "restored_copy",
    reason: expect.stringContaining("restored copy") as string,
  };
  expect(await viewCard(world, "contacts", pair.objectId)).toMatchObject(
    paused,
  );
  expect(
    (await world.api("GET", `/contacts/${pair.id}/sync`)).body,
  ).toMatchObject(paused);
  expect((await record(world, "contacts", pair.id)).sync).toMatchObject(paused);
  for (const action of ["push", "pull"] as const)
    expect(
      await world.api("POST", `/sync/${action}`, {
        objectType: "contact",
        all: true,
      }),
    ).toMatchObject({ status: 409, body: { code: "restored_copy" } });
  expect(
    await world.api("POST", "/settings/try", {
      settings: (await world.api("GET", "/settings")).body["settings"],
      objectType: "contact",
      recordId: pair.id,
    }),
  ).toMatchObject({ status: 409, body: { code: "restored_copy" } });
  await everyLaneRests(world);
  expect(await installation(world)).toMatchObject({
    state: "held",
    reason: expect.stringContaining("restored copy") as string,
    warnings: [
      {
        code: "restored_copy",
        remedy: expect.stringContaining("resume-copy.ts") as string,
      },
    ],
  });
  const { body } = await world.control("GET", "/sandbox/requests");
  expect(body["rows"]).toEqual([]);
  expect(await tokens(world)).toEqual(before);
  // A restart changes nothing of that.
  await world.restart();
  expect(await installation(world)).toMatchObject({ state: "held" });

  expect(await world.api("POST", "/installation/start")).toMatchObject({
    status: 200,
    body: { state: "active" },
  });
  await world.settled();
  const truth = await world.truth("contacts");
  expect(truth.find(({ id }) => id === pair.objectId)?.properties["city"]).toBe(
    "Bonn",
  );
});

test("8-B8 the operator resumes all portals of a copy at once; one that an admin had paused stays paused", async () => {
  const { world } = at;
  await moveToCopy(world);
  const resume = async (): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL("../../server/resume-copy.ts", import.meta.url))],
      { env: { PATH: process.env["PATH"], DATABASE_URL: world.database.url } },
    );
    return stdout.trim();
  };
  expect(await resume()).toBe("Sync resumed for 1 HubSpot account.");
  expect(await installation(world)).toMatchObject({ state: "active" });
  expect(await resume()).toContain("No HubSpot account");

  await world.api("POST", "/installation/hold");
  await moveToCopy(world);
  expect(await resume()).toBe("Sync resumed for 1 HubSpot account.");
  expect(await installation(world)).toMatchObject({ state: "held" });
  expect(
    await world.api("POST", "/sync/pull", { objectType: "contact", all: true }),
  ).toMatchObject({ status: 409, body: { code: "held_by_admin" } });
  await world.api("POST", "/installation/start");
});

test.each([
  {
    what: "the cluster's identifier",
    noted: "cluster = '1'",
    environment: {},
  },
  {
    what: "a public PUBLIC_URL",
    noted: "public_url = 'https://old.example'",
    environment: { PUBLIC_URL: "https://new.example" },
  },
])(
  "8-B8 a database that differs by $what from the last start's is a copy, too",
  async ({ noted, environment }) => {
    const { world } = at;
    await asOwner(world, (owner) =>
      owner.query(`update database_identity set ${noted}`),
    );
    const others: Counterpart[] = [];
    for (let start = 0; start < 2; start++) {
      others.push(
        await startCounterpart(
          readConfig({ ...world.environment, ...environment, ROLE: "web" }),
        ),
      );
      expect(await installation(world)).toMatchObject({
        state: start === 0 ? "held" : "active",
      });
      await world.api("POST", "/installation/start");
    }
    await Promise.all(others.map((other) => other.stop()));
  },
);
