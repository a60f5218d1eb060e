import { describe, expect, test } from "vitest";
import { card } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { asProduct, inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { makeObject, merge, objectsWith } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { record, recordOf } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { Json, World } from "./world.ts";
import { useWorld } from "./world.ts";

/**
 * A company that both sides create within HubSpot's search lag is doubled: HubSpot lets nobody prevent it. Both are
 * shown as possible duplicates afterwards (issue 7, A16).
 */

const searchLagMs = 30_000;

interface Doubled {
  readonly ours: string;
  readonly theirs: string;
}

/** The product creates a company that a HubSpot user has just created, before HubSpot's search shows it. */
async function createOnBothSides(
  world: World,
  domain: string,
  faults: Json,
): Promise<void> {
  // The pull that follows an installation would bring theirs here before ours is there.
  await calm(world);
  await world.control("PUT", "/sandbox/faults", faults);
  await makeObject(world, "companies", { name: "Theirs", domain });
  await inSql(
    world,
    "insert into workspace.companies (name, domain) values ('Ours', $1)",
    [domain],
  );
  await world.until(
    async () =>
      (await objectsWith(world, "companies", "domain", domain)).length === 2,
    "the company is doubled in HubSpot",
  );
  await world.control("DELETE", "/sandbox/faults");
}

/** Both are linked, each to its own object, and each names the other one: by SQL, through the API, and on the card. */
async function expectShownAsDuplicates(
  world: World,
  domain: string,
): Promise<Doubled> {
  const objects = await objectsWith(world, "companies", "domain", domain);
  expect(objects).toHaveLength(2);
  const byName = async (name: string) =>
    recordOf(
      world,
      "companies",
      objects.find(({ properties }) => properties["name"] === name)?.id ?? "",
    );
  const ours = await byName("Ours");
  const theirs = await byName("Theirs");
  const pairs = await asProduct(world, async (product) => {
    const { rows } = await product.query<{
      record_id: string;
      other_id: string;
    }>(
      "select record_id, other_id from workspace.possible_duplicates where record_id = any ($1)",
      [[ours.id, theirs.id]],
    );
    return rows.map(({ record_id, other_id }) => `${record_id} ${other_id}`);
  });
  expect(pairs.toSorted()).toEqual(
    [`${ours.id} ${theirs.id}`, `${theirs.id} ${ours.id}`].toSorted(),
  );
  for (const [mine, other] of [
    [ours, theirs],
    [theirs, ours],
  ] as const) {
    const named = [
      {
        id: other.id,
        name: other.properties["name"],
        url: expect.stringContaining(
          `/record/0-2/${other.hubspotId}`,
        ) as string,
      },
    ];
    const { body } = await world.api("GET", `/companies/${mine.id}/sync`);
    expect(body["duplicates"]).toEqual(named);
    const view = await card<Json>(world, "GET", "/card", {
      objectTypeId: "0-2",
      objectId: mine.hubspotId,
    });
    expect(view["duplicates"]).toEqual(named);
    // The first one's journal reports it too, not only that of the one that was created beside it.
    const flagged = (await journal(world, { recordId: mine.id })).filter(
      ({ code }) => code === "possible_duplicate",
    );
    expect(flagged).toMatchObject([{ action: "flagged" }]);
    expect(flagged[0]?.reason).toContain(other.id);
    expect(flagged[0]?.reason).toContain("merge them in HubSpot");
    expect(mine.sync.status).toBe("in_sync");
  }
  return { ours: ours.id, theirs: theirs.id };
}

describe.each(profiles)("a company of both sides, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });

  test("AP-121 BN-006 7-A16 a company that is created on both sides within the search lag shows as a possible duplicate on both records", async () => {
    const { world } = at;
    const domain = "late.double.example";
    await createOnBothSides(world, domain, {
      searchLagMs,
      webhooks: { paused: true },
    });
    await calm(world);
    await expectShownAsDuplicates(world, domain);
  });

  test("AP-121 BN-006 7-A16 so it does where no event arrives and a pull finds the second one", async () => {
    const { world } = at;
    const domain = "unheard.double.example";
    await createOnBothSides(world, domain, {
      searchLagMs,
      webhooks: { lose: true },
    });
    await calm(world);
    await pullAll(world, "companies");
    await calm(world);
    await expectShownAsDuplicates(world, domain);
  });

  test("AP-121 AP-032 7-A16 a merge in HubSpot, as the card says, settles it: the primary's record stays linked, and neither is a duplicate of it any more", async () => {
    const { world } = at;
    const domain = "settled.double.example";
    await createOnBothSides(world, domain, {
      searchLagMs,
      webhooks: { paused: true },
    });
    await calm(world);
    const { ours, theirs } = await expectShownAsDuplicates(world, domain);
    const primary = await record(world, "companies", theirs);
    const other = await record(world, "companies", ours);
    const left = await merge(
      world,
      "companies",
      primary.hubspotId ?? "",
      other.hubspotId ?? "",
    );
    await calm(world);
    expect((await record(world, "companies", theirs)).hubspotId).toBe(left);
    // Merge sync is off: what is left to do is said where the product looks.
    expect((await record(world, "companies", ours)).sync).toMatchObject({
      status: "not_synced",
      code: "merged_in_hubspot",
    });
    await world.api("DELETE", `/companies/${ours}`);
    const { body } = await world.api("GET", `/companies/${theirs}/sync`);
    expect(body["duplicates"]).toEqual([]);
  });

  test("AC-018 7-A16 once the index shows it, a company is found and not created a second time", async () => {
    const { world } = at;
    const domain = "shown.double.example";
    const objectId = await faultyWebhooks(world, { lose: true }, async () =>
      makeObject(world, "companies", { name: "Theirs", domain }),
    );
    const [made] = await inSql<{ id: string }>(
      world,
      "insert into workspace.companies (name, domain) values ('Ours', $1) returning id",
      [domain],
    );
    await calm(world);
    expect((await record(world, "companies", made?.id ?? "")).hubspotId).toBe(
      objectId,
    );
    expect(
      one(await objectsWith(world, "companies", "domain", domain), 0).id,
    ).toBe(objectId);
  });
});
