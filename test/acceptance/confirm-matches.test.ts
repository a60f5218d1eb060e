import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { card, press, viewCard } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { linkExisting, theEntry } from "./steps/domain-conflict.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import type { Path } from "./steps/path.ts";
import { profiles, typeOf } from "./steps/path.ts";
import {
  change,
  findRecordOf,
  make,
  objectOf,
  record,
  records,
} from "./steps/records.ts";
import { itemsOf, pullAll, sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

const asking = {
  contact: { matching: "ask" },
  company: { matching: "ask" },
} as const;

const named = (path: Path, name: string): Record<string, string> =>
  path === "contacts"
    ? { email: `${name}@ask.example` }
    : { domain: `${name}.ask.example` };
const identityOf = { contacts: "email", companies: "domain" } as const;
const typeIds = { contacts: "0-1", companies: "0-2" } as const;

describe.each(profiles)("matches to confirm, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world, asking));

  /** A record and an object that match, each made while nothing synced its way. */
  async function match(path: Path, name: string, more: Json = {}) {
    const { world } = at;
    await choose(world, {
      ...asking,
      automatic: { pull: false, push: false },
    });
    const { id } = await make(world, path, { ...named(path, name), ...more });
    const objectId = await makeObject(world, path, {
      ...named(path, name),
      city: "Ulm",
    });
    await calm(world);
    await choose(world, asking);
    await calm(world);
    return { id, objectId };
  }

  /** Nothing has been done to either side, and nothing was created. */
  async function untouched(path: Path, id: string, objectId: string) {
    const { world } = at;
    expect(await record(world, path, id)).toMatchObject({
      hubspotId: null,
      sync: { status: "problem", code: "match_to_confirm" },
    });
    expect(await findRecordOf(world, path, objectId)).toBeUndefined();
    const { properties } = await object(world, path, objectId);
    expect(
      await objectsWith(
        world,
        path,
        identityOf[path],
        properties[identityOf[path]] ?? "",
      ),
    ).toHaveLength(1);
    expect(properties["phone"] ?? "").toBe("");
  }

  test.each(["contacts", "companies"] as const)(
    "BN-021 %s that match are not linked by a push, a webhook, a pull, or a retry: one entry names the other side, and links them",
    async (path) => {
      const { world } = at;
      const type = typeOf[path];
      const { id, objectId } = await match(path, "one", { phone: "+49 1" });
      await untouched(path, id, objectId);
      const entry = await theEntry(world, id);
      expect(entry).toMatchObject({
        kind: "problem",
        code: "match_to_confirm",
        choices: ["link_existing"],
        cause: `The ${type} ${objectId} in HubSpot has the same ${identityOf[path]}. Confirm that the two are the same ${type}.`,
        details: { objects: [{ hubspotId: objectId, recordId: null }] },
      });
      const records0 = (await records(world, path)).length;
      await changeObject(world, path, objectId, { state: "Bavaria" });
      await calm(world);
      const pulled = await pullAll(world, path);
      expect(
        (await itemsOf(world, pulled.id)).filter(
          ({ hubspotId }) => hubspotId === objectId,
        ),
      ).toMatchObject([{ outcome: "held", code: "match_to_confirm" }]);
      await change(world, path, id, { country: "Germany" });
      await calm(world);
      await sync(world, "push", path, { all: true });
      expect(
        await world.api("POST", `/attention/${entry.id}/retry`),
      ).toMatchObject({ status: 409, body: { code: "match_to_confirm" } });
      await untouched(path, id, objectId);
      expect(await records(world, path)).toHaveLength(records0);
      expect((await theEntry(world, id)).id).toBe(entry.id);

      expect(await linkExisting(world, entry)).toMatchObject({
        status: 200,
        body: { state: "resolved", resolvedBy: "API" },
      });
      await calm(world);
      expect(await record(world, path, id)).toMatchObject({
        hubspotId: objectId,
        sync: { status: "in_sync" },
        properties: { city: "Ulm", state: "Bavaria", phone: "+49 1" },
      });
      expect((await object(world, path, objectId)).properties).toMatchObject({
        phone: "+49 1",
        country: "Germany",
      });
      expect(await attention(world, id)).toEqual([]);
      expect(await journal(world, { recordId: id })).toContainEqual(
        expect.objectContaining({
          action: "linked",
          code: "linked_by_choice",
          reason: `Someone linked this record to ${type} ${objectId} in HubSpot.`,
        }),
      );
    },
  );

  test("BN-021 the card of either shows the entry and links them; its buttons ask first", async () => {
    const { world } = at;
    const { id, objectId } = await match("contacts", "card");
    const view = await viewCard(world, "contacts", objectId);
    expect(view).toMatchObject({
      status: "problem",
      problems: [
        {
          code: "match_to_confirm",
          objects: [{ id: objectId, holder: null }],
        },
      ],
    });
    const asked = await press(world, "pull", "contacts", objectId);
    expect(asked).toMatchObject({
      result: "confirm",
      message:
        "Link this contact to the one in your product that has the same email?",
    });
    await untouched("contacts", id, objectId);
    const entry = await theEntry(world, id);
    const answer = await card<{ result: string; message: string }>(
      world,
      "POST",
      "/card/resolve",
      {
        objectTypeId: typeIds.contacts,
        objectId,
        version: view.version,
        requestId: crypto.randomUUID(),
        attentionId: entry.id,
        choice: "link_existing",
        linkTo: objectId,
      },
    );
    expect(answer).toMatchObject({
      result: "done",
      message: "The two are linked. Their values sync next.",
    });
    await calm(world);
    expect(await objectOf(world, "contacts", id)).toBe(objectId);
  });

  test("BN-021 a person's pull or push of exactly that record links it once confirmed, and one of all records doesn't", async () => {
    const { world } = at;
    const pulled = await match("contacts", "pulled");
    const pushed = await match("companies", "pushed");
    const carded = await match("companies", "carded");
    for (const confirm of [false, true]) {
      await sync(world, "pull", "contacts", { all: true, confirm });
      await sync(world, "push", "companies", { all: true, confirm });
    }
    await sync(world, "pull", "contacts", { hubspotIds: [pulled.objectId] });
    await sync(world, "push", "companies", { ids: [pushed.id] });
    await untouched("contacts", pulled.id, pulled.objectId);
    await untouched("companies", pushed.id, pushed.objectId);

    await sync(world, "pull", "contacts", {
      hubspotIds: [pulled.objectId],
      confirm: true,
    });
    await sync(world, "push", "companies", {
      ids: [pushed.id],
      confirm: true,
    });
    expect(
      await press(world, "push", "companies", carded.objectId, {
        confirmed: true,
      }),
    ).toMatchObject({ result: "done" });
    await calm(world);
    for (const [path, { id, objectId }] of [
      ["contacts", pulled],
      ["companies", pushed],
      ["companies", carded],
    ] as const) {
      expect(await objectOf(world, path, id)).toBe(objectId);
      expect(await attention(world, id)).toEqual([]);
    }
  });

  test("BN-021 of several companies with one domain, none gets a record of its own before someone has chosen; then each of the others does", async () => {
    const { world } = at;
    await choose(world, {
      ...asking,
      automatic: { pull: false, push: false },
    });
    const objects = [];
    for (const name of ["One", "Two"])
      objects.push(
        await makeObject(world, "companies", {
          name,
          domain: "several.ask.example",
        }),
      );
    const { id } = await make(world, "companies", {
      domain: "several.ask.example",
    });
    await calm(world);
    await choose(world, asking);
    await calm(world);
    await pullAll(world, "companies");
    const [first, second] = [one(objects, 0), one(objects, 1)];
    expect(await findRecordOf(world, "companies", first)).toBeUndefined();
    expect(await findRecordOf(world, "companies", second)).toBeUndefined();
    const entry = await theEntry(world, id);
    expect(entry.cause).toBe(
      "2 companies in HubSpot have the same domain. Choose the one that is the same company.",
    );
    expect(await linkExisting(world, entry)).toMatchObject({
      status: 409,
      body: { code: "object_not_named" },
    });
    expect(
      await linkExisting(world, entry, { hubspotId: second }),
    ).toMatchObject({ status: 200 });
    await calm(world);
    expect(await objectOf(world, "companies", id)).toBe(second);
    const other = await findRecordOf(world, "companies", first);
    expect(other?.properties["name"]).toBe("One");
    expect(other?.id).not.toBe(id);
  });

  test("BN-021 a company to confirm keeps its contacts out of HubSpot, and they follow once it's linked", async () => {
    const { world } = at;
    const { id, objectId } = await match("companies", "parent");
    const contact = await make(
      world,
      "contacts",
      { email: "child@parent.ask.example" },
      id,
    );
    await calm(world);
    expect((await record(world, "contacts", contact.id)).sync.code).toBe(
      "company_blocked",
    );
    await linkExisting(world, await theEntry(world, id));
    await calm(world);
    expect(await objectOf(world, "companies", id)).toBe(objectId);
    await objectOf(world, "contacts", contact.id);
  });

  test("BN-021 an object by the creation's own key is no guess, and is linked", async () => {
    const { world } = at;
    await choose(world, {
      ...asking,
      automatic: { pull: true, push: false },
    });
    const { id } = await make(world, "contacts", {
      email: "key@ask.example",
      first_name: "Key",
    });
    // The response to its creation was lost with the whole database's memory of it.
    const objectId = await makeObject(world, "contacts", {
      email: "key@ask.example",
      counterpart_record_id: id,
    });
    await calm(world);
    expect(await objectOf(world, "contacts", id)).toBe(objectId);
  });

  test("BN-021 the entry closes if the two stop matching, and if matches are linked automatically again", async () => {
    const { world } = at;
    const apart = await match("contacts", "apart");
    const gone = await match("companies", "gone");
    const back = await match("companies", "back");
    await change(world, "contacts", apart.id, {
      email: "elsewhere@ask.example",
    });
    await world.inHubSpot("DELETE", `/objects/companies/${gone.objectId}`);
    await calm(world);
    expect(await attention(world, apart.id)).toEqual([]);
    expect(await objectOf(world, "contacts", apart.id)).not.toBe(
      apart.objectId,
    );
    expect(await attention(world, gone.id)).toEqual([]);
    expect(await objectOf(world, "companies", gone.id)).not.toBe(gone.objectId);
    // What is left in HubSpot is nobody's, and is pulled.
    await pullAll(world, "contacts");
    expect(
      (await findRecordOf(world, "contacts", apart.objectId))?.properties[
        "email"
      ],
    ).toBe("apart@ask.example");

    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    const { company } = body.settings;
    expect(
      await world.api("POST", "/settings/check", {
        settings: {
          ...body.settings,
          company: { ...company, matching: "link" },
        },
      }),
    ).toMatchObject({
      status: 200,
      body: {
        effects: [
          {
            code: "matches_linked",
            count: 1,
            sentence:
              "1 company that waits for someone to confirm a match will be linked.",
          },
        ],
      },
    });
    await choose(world);
    await calm(world);
    expect(await objectOf(world, "companies", back.id)).toBe(back.objectId);
    expect(await attention(world, back.id)).toEqual([]);
    await asOwner(world, async (owner) => {
      const { rows } = await owner.query(
        "select from attention where code = 'match_to_confirm' and state = 'open'",
      );
      expect(rows).toEqual([]);
    });
  });
});
