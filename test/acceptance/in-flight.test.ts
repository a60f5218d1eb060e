import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { journal } from "./steps/journal.ts";
import { letAMinutePass } from "./steps/let-a-minute-pass.ts";
import { loseNextAnswer } from "./steps/lose-next-answer.ts";
import {
  changeObject,
  makeObject,
  merge,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record, recordOf, records } from "./steps/records.ts";
import type { ProductRecord } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

/** What people do while a write of ours is under way, or while nobody knows what became of it. */

/** The write has been begun, and its claim stands. */
const begun = (world: World, recordId: string, operation: string) =>
  world.until(async () => {
    const { rows } = await world.server.database.inPortal(
      world.portalId,
      (db) =>
        sql`select 1 from attempt where record_id = ${recordId} and operation = ${operation} and claimed`.execute(
          db,
        ),
    );
    return rows.length === 1;
  }, "the attempt");

/** A contact's first name was "Typed" on both sides; the product's "Sent" is in HubSpot now, and its answer lost. */
async function sentUnheard(
  world: World,
  email: string,
  { webhooks }: { readonly webhooks: "come" | "lost" } = { webhooks: "come" },
): Promise<{ id: string; ours: ProductRecord }> {
  const id = await makeObject(world, "contacts", { email, firstname: "Typed" });
  await world.settled();
  const ours = await recordOf(world, "contacts", id);
  const send = async (): Promise<void> => {
    await loseNextAnswer(world, "contacts/batch/update");
    await change(world, "contacts", ours.id, { first_name: "Sent" });
    await world.until(
      async () =>
        (await object(world, "contacts", id)).properties["firstname"] ===
        "Sent",
      "the write",
    );
  };
  await (webhooks === "come"
    ? send()
    : faultyWebhooks(world, { lose: true }, send));
  return { id, ours };
}

describe.each(profiles)("while a write is under way, %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test("a company of the same domain that a HubSpot user makes meanwhile gets a record of its own, and ours keeps what it made", async () => {
    const { world } = at;
    const domain = "both-at-once.example";
    await world.control("PUT", "/sandbox/faults", {
      portalId: world.portalId,
      path: "companies/batch/upsert",
      latencyMs: 1_000,
    });
    const ours = await make(world, "companies", { name: "Ours", domain });
    await begun(world, ours.id, "create");
    const theirs = await makeObject(world, "companies", {
      name: "Theirs",
      domain,
    });
    await world.until(
      async () =>
        (await record(world, "companies", ours.id)).hubspotId !== null,
      "the link",
    );
    await letAMinutePass(world);
    await world.settled();

    const linked = await record(world, "companies", ours.id);
    expect(
      (await object(world, "companies", linked.hubspotId)).properties[
        "counterpart_record_id"
      ],
    ).toBe(ours.id);
    expect(linked.hubspotId).not.toBe(theirs);
    const other = await recordOf(world, "companies", theirs);
    expect(other.id).not.toBe(ours.id);
    expect(other.properties["name"]).toBe("Theirs");
    expect(
      await objectsWith(world, "companies", "domain", domain),
    ).toHaveLength(2);
  });

  test("a page that HubSpot had read before a merge makes no records of what is gone", async () => {
    const { world } = at;
    const [primary, other] = [
      await makeObject(world, "contacts", { email: "one@old-page.example" }),
      await makeObject(world, "contacts", { email: "two@old-page.example" }),
    ] as const;
    await world.settled();
    const before = (await records(world, "contacts")).map(({ id }) => id);
    // Half of the time passes before HubSpot reads the page, half of it before we get it.
    await world.control("PUT", "/sandbox/faults", {
      portalId: world.portalId,
      method: "GET",
      path: "/objects/",
      latencyMs: 3_000,
      times: 1,
    });
    const pulled = pullAll(world, "contacts");
    await new Promise((resolve) => setTimeout(resolve, 1_700));
    const left = await merge(world, "contacts", primary, other);
    await world.until(
      async () =>
        (await journal(world)).some(({ source }) => source === "merge"),
      "the merge",
    );

    expect((await pulled).state).toBe("done");
    await world.settled();
    const after = await records(world, "contacts");
    expect(after.map(({ id }) => id).sort()).toEqual([...before].sort());
    expect(after.filter(({ hubspotId }) => hubspotId !== null)).toMatchObject([
      { hubspotId: left },
    ]);
  });

  test("an update whose answer was lost is told of as possible once its object has been deleted", async () => {
    const { world } = at;
    const { id, ours } = await sentUnheard(world, "gone@in-flight.example", {
      // The event of the write would say that HubSpot has it.
      webhooks: "lost",
    });
    const deleted = await world.inHubSpot("DELETE", `/objects/contacts/${id}`);
    expect(deleted.status).toBeLessThan(300);
    await world.until(
      async () => (await record(world, "contacts", ours.id)).hubspotId === null,
      "the end of the link",
    );
    // Where the worker has looked again before the deletion, it has seen the value there.
    const told = async () =>
      (await journal(world, { recordId: ours.id })).filter(({ code }) =>
        ["may_have_landed", "landed"].includes(code),
      );
    // The worker may not have noticed yet that its answer is lost.
    await world.until(async () => {
      await letAMinutePass(world);
      return (await told()).length > 0;
    }, "the line");
    await world.settled();

    const lines = await told();
    expect(lines).toHaveLength(1);
    expect(lines[0]?.changes).toMatchObject([
      { field: "first_name", side: "hubspot", before: "Typed", after: "Sent" },
    ]);
  });

  test("an update whose answer was lost is told of although a HubSpot user has typed over it before its claim ended", async () => {
    const { world } = at;
    const { id, ours } = await sentUnheard(world, "over@in-flight.example");
    await changeObject(world, "contacts", id, { firstname: "Typed over it" });
    await world.until(
      async () =>
        (await record(world, "contacts", ours.id)).properties["first_name"] ===
        "Typed over it",
      "the pull",
    );
    const lines = async () =>
      (await journal(world, { recordId: ours.id })).filter(
        ({ code }) => code === "landed",
      );
    await world.until(async () => {
      await letAMinutePass(world);
      return (await lines()).length > 0;
    }, "the line");
    await world.settled();

    const told = await lines();
    expect(told).toHaveLength(1);
    expect(told[0]?.changes).toMatchObject([
      { field: "first_name", side: "hubspot", before: "Typed", after: "Sent" },
    ]);
  });

  test("a creation whose response was lost, and whose contact a HubSpot user deleted, is not repeated", async () => {
    const { world } = at;
    const email = "lost-and-deleted@in-flight.example";
    await world.settled();
    await world.control("PUT", "/sandbox/faults", [
      {
        portalId: world.portalId,
        path: "contacts/batch/upsert",
        dropAfterWrite: true,
        times: 1,
      },
      { portalId: world.portalId, webhooks: { lose: true } },
    ]);
    const ours = await make(world, "contacts", { email });
    const created = () => objectsWith(world, "contacts", "email", email);
    await world.until(async () => (await created()).length === 1, "the write");
    const id = (await created())[0]?.id ?? "";
    const deleted = await world.inHubSpot("DELETE", `/objects/contacts/${id}`);
    expect(deleted.status).toBeLessThan(300);
    const lines = () => journal(world, { recordId: ours.id });
    await world.until(async () => {
      await letAMinutePass(world);
      return (await lines()).some(
        ({ code }) => code === "unlinked_by_deletion",
      );
    }, "the end of the link");
    await world.settled();

    expect(await created()).toEqual([]);
    expect((await record(world, "contacts", ours.id)).hubspotId).toBeNull();
    expect(
      (await lines()).map(({ code, hubspotId }) => [code, hubspotId]).slice(-2),
    ).toEqual([
      ["unlinked_by_deletion", id],
      ["created_in_hubspot", id],
    ]);
  });
});
