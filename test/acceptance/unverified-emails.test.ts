import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { viewCard } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  make,
  objectOf,
  record,
  recordOf,
  records,
} from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

const withheld = { contact: { pushUnverifiedEmails: false } } as const;
const why =
  "This email isn't verified, and unverified emails aren't sent to HubSpot";

describe.each(profiles)("unverified emails, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world, withheld));

  const emailOf = async (objectId: string): Promise<string> =>
    (await object(at.world, "contacts", objectId)).properties["email"] ?? "";

  test("BN-021 an email that isn't verified isn't sent with a creation, and everything else is; once it's verified, it follows", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "guess@unverified.example",
      email_status: "guessed",
      first_name: "Guess",
      job_title: "Buyer",
    });
    await calm(world);

    const objectId = await objectOf(world, "contacts", id);
    expect(
      (await object(world, "contacts", objectId)).properties,
    ).toMatchObject({ firstname: "Guess", jobtitle: "Buyer" });
    expect(await emailOf(objectId)).toBe("");
    expect(await record(world, "contacts", id)).toMatchObject({
      sync: { status: "in_sync" },
      properties: { email: "guess@unverified.example" },
    });
    const shown = await world.api<{
      status: string;
      reason: string;
      fields: { field: string; note: string | null; onPush: object }[];
    }>("GET", `/contacts/${id}/sync`);
    expect(shown.body).toMatchObject({
      status: "in_sync",
      reason: "Not sent, because the email isn't verified: Email.",
    });
    expect(
      shown.body.fields.find(({ field }) => field === "email"),
    ).toMatchObject({ note: why, onPush: { writes: "nothing", reason: why } });
    expect(await viewCard(world, "contacts", objectId)).toMatchObject({
      status: "in_sync",
    });
    expect(await attention(world, id)).toEqual([]);

    await change(world, "contacts", id, { email_status: "Verified" });
    await calm(world);
    expect(await emailOf(objectId)).toBe("guess@unverified.example");
    expect((await journal(world, { recordId: id }))[0]).toMatchObject({
      action: "updated",
      changes: [{ field: "email", after: "guess@unverified.example" }],
    });
  });

  test("BN-021 a changed email isn't sent until it's verified, not by hand either; other fields are, and HubSpot's changes come in", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "first@unverified.example",
      email_status: "VERIFIED",
    });
    await calm(world);
    const objectId = await objectOf(world, "contacts", id);
    expect(await emailOf(objectId)).toBe("first@unverified.example");

    await change(world, "contacts", id, {
      email: "second@unverified.example",
      email_status: "guessed",
      phone: "+49 1",
    });
    await calm(world);
    const run = await world.api("POST", "/sync/push", {
      objectType: "contact",
      ids: [id],
      confirm: true,
    });
    expect(run.status).toBe(202);
    await calm(world);
    expect(await emailOf(objectId)).toBe("first@unverified.example");
    expect(
      (await object(world, "contacts", objectId)).properties["phone"],
    ).toBe("+49 1");

    await changeObject(world, "contacts", objectId, { city: "Ulm" });
    await calm(world);
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      city: "Ulm",
      email: "second@unverified.example",
    });

    await changeObject(world, "contacts", objectId, {
      email: "third@unverified.example",
    });
    await calm(world);
    expect((await record(world, "contacts", id)).properties["email"]).toBe(
      "third@unverified.example",
    );
  });

  test("BN-021 matching uses it all the same: nothing is created twice", async () => {
    const { world } = at;
    await choose(world, {
      ...withheld,
      automatic: { pull: false, push: true },
    });
    const theirs = await makeObject(world, "contacts", {
      email: "known@unverified.example",
    });
    // It has nothing else that HubSpot could know it by.
    const bare = await make(world, "contacts", {
      email: "known@unverified.example",
      email_status: "guessed",
    });
    await calm(world);
    expect(await objectOf(world, "contacts", bare.id)).toBe(theirs);
    expect(
      await objectsWith(world, "contacts", "email", "known@unverified.example"),
    ).toHaveLength(1);

    await choose(world, withheld);
    const ours = await make(world, "contacts", {
      email: "ours@unverified.example",
      email_status: "guessed",
      last_name: "Ours",
    });
    await calm(world);
    const objectId = await objectOf(world, "contacts", ours.id);
    const before = (await world.truth("contacts")).length;
    // The person in HubSpot types it there; it is the record's own.
    await changeObject(world, "contacts", objectId, {
      email: "ours@unverified.example",
    });
    await calm(world);
    expect((await recordOf(world, "contacts", objectId)).id).toBe(ours.id);
    expect(await world.truth("contacts")).toHaveLength(before);
  });

  test("BN-021 AP-106 of two records with one email that isn't sent, one is created, and the other is a problem that names it", async () => {
    const { world } = at;
    const twin = { email: "twin@unverified.example", email_status: "guessed" };
    // In one batch, and another one later, verified or not.
    const batch = await world.api<{ results: { record: { id: string } }[] }>(
      "POST",
      "/contacts/batch",
      {
        inputs: ["A", "B"].map((last_name) => ({
          properties: { ...twin, last_name },
        })),
      },
    );
    await calm(world);
    const late = await make(world, "contacts", {
      ...twin,
      email_status: "verified",
      last_name: "C",
    });
    await calm(world);
    const ids = [
      ...batch.body.results.map(({ record: { id } }) => id),
      late.id,
    ];
    const made = [];
    for (const id of ids) made.push(await record(world, "contacts", id));
    const linked = made.filter(({ hubspotId }) => hubspotId !== null);
    expect(linked).toHaveLength(1);
    for (const each of made.filter(({ hubspotId }) => hubspotId === null)) {
      expect(each.sync).toMatchObject({
        status: "problem",
        code: "duplicate_email",
      });
      expect(await attention(world, each.id)).toMatchObject([
        {
          details: {
            objects: [
              { hubspotId: linked[0]?.hubspotId, recordId: linked[0]?.id },
            ],
          },
        },
      ]);
    }
    for (const lastname of ["A", "B", "C"])
      expect(
        (await objectsWith(world, "contacts", "lastname", lastname)).length,
      ).toBe(linked[0]?.properties["last_name"] === lastname ? 1 : 0);
  });

  test("BN-021 a contact that has nothing but such an email says why it isn't created, and is once it's verified", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "alone@unverified.example",
      email_status: "guessed",
    });
    await calm(world);
    expect((await record(world, "contacts", id)).sync).toMatchObject({
      status: "not_synced",
      code: "email_unverified",
      reason:
        "This contact's email isn't verified, so it isn't sent. HubSpot needs an email, a first name, or a last name.",
    });
    await change(world, "contacts", id, { email_status: "verified" });
    await calm(world);
    expect(await emailOf(await objectOf(world, "contacts", id))).toBe(
      "alone@unverified.example",
    );
  });

  test("BN-021 the emails that were kept out are sent once the portal sends unverified ones, and a check says how many", async () => {
    const { world } = at;
    const made = [];
    for (const properties of [
      { email: "kept@unverified.example", last_name: "Kept" },
      { email: "bare@unverified.example" },
    ])
      made.push(await make(world, "contacts", properties));
    await calm(world);
    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    const settings = {
      ...body.settings,
      contact: { ...body.settings.contact, pushUnverifiedEmails: true },
    };
    const before = await world.api<{
      effects: { code: string; count: number; sentence: string }[];
    }>("POST", "/settings/check", { settings });
    const effect = before.body.effects.find(
      ({ code }) => code === "emails_sent",
    );
    const others = (await records(world, "contacts")).filter(
      ({ properties, sync }) =>
        properties["email_status"] === "guessed" &&
        sync.code === "email_unverified",
    ).length;
    expect(effect?.count).toBeGreaterThanOrEqual(2 + others);
    expect(effect?.sentence).toBe(
      `${effect?.count ?? 0} contacts have unverified emails that will be sent to HubSpot.`,
    );
    await choose(world);
    await calm(world);
    for (const { id, properties } of made)
      expect(await emailOf(await objectOf(world, "contacts", id))).toBe(
        properties["email"],
      );
    const left = await world.api<{ effects: { code: string }[] }>(
      "POST",
      "/settings/check",
      { settings },
    );
    expect(left.body.effects).toEqual([]);
    await choose(world, withheld);
    const after = await world.api<{ effects: { code: string }[] }>(
      "POST",
      "/settings/check",
      { settings },
    );
    expect(after.body.effects).toEqual([]);
  });

  test("BN-021 by default, every email is sent", async () => {
    const { world } = at;
    await choose(world);
    const { id } = await make(world, "contacts", {
      email: "default@unverified.example",
      email_status: "guessed",
    });
    await calm(world);
    expect(await emailOf(await objectOf(world, "contacts", id))).toBe(
      "default@unverified.example",
    );
  });
});
