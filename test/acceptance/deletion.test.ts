import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { asProduct } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles, typeOf } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import {
  make,
  objectOf,
  record,
  recordOf,
  records,
  unDelete,
} from "./steps/records.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const cases = [
  { name: "contacts", id: "AP-020" },
  { name: "companies", id: "AP-031" },
] as const;

/** Properties of a thing of its own, on either side. */
const ours = {
  contacts: (key: string) => ({
    email: `${key}@deletion.example`,
    first_name: key,
  }),
  companies: (key: string) => ({
    domain: `${key}.deletion.example`,
    name: key,
  }),
};
const theirs = {
  contacts: (key: string) => ({
    email: `${key}@deletion.example`,
    firstname: key,
  }),
  companies: ours.companies,
};
const edit = {
  contacts: { ours: { job_title: "Later" }, theirs: { jobtitle: "Later" } },
  companies: { ours: { city: "Later" }, theirs: { city: "Later" } },
};

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  const ids = async (name: Path, archived = false): Promise<string[]> =>
    (await at.world.truth(name, archived)).map((object) => object.id);

  /** A pair that both sides hold. */
  async function pair(
    name: Path,
    key: string,
  ): Promise<{ recordId: string; objectId: string; world: World }> {
    const { world } = at;
    const recordId = (await make(world, name, ours[name](key))).id;
    await world.settled();
    return { world, recordId, objectId: await objectOf(world, name, recordId) };
  }

  describe.each(cases)("$id $name, deletion sync off", ({ name, id }) => {
    test(`${id} a deletion in HubSpot leaves the record of ${name}, unlinked, and it is not created again`, async () => {
      const { world, recordId, objectId } = await pair(name, "off-there");
      await world.inHubSpot("DELETE", `/objects/${name}/${objectId}`, {});
      await world.settled();
      const left = await record(world, name, recordId);
      expect(left).toMatchObject({ deletedAt: null, hubspotId: null });
      expect(left.properties).toMatchObject(ours[name]("off-there"));
      expect(left.sync.status).toBe("not_synced");
      expect(left.sync.reason).toContain("Deleted in HubSpot.");
      expect((await journal(world, { recordId: recordId }))[0]).toMatchObject({
        action: "unlinked",
        code: "unlinked_by_deletion",
        hubspotId: objectId,
      });

      const before = await ids(name);
      await world.api("PATCH", `/${name}/${recordId}`, {
        properties: edit[name].ours,
      });
      await world.settled();
      expect(await ids(name)).toEqual(before);
      expect((await record(world, name, recordId)).hubspotId).toBeNull();
    });

    test(`${id} a deletion in the workspace leaves the object of ${name}, which brings no new record`, async () => {
      const { world, recordId, objectId } = await pair(name, "off-here");
      const deleted = await world.api("DELETE", `/${name}/${recordId}`);
      expect(deleted.status).toBe(204);
      await world.settled();
      expect(await ids(name)).toContain(objectId);
      const before = (await records(world, name)).map((each) => each.id);
      expect(before).not.toContain(recordId);

      await world.inHubSpot("PATCH", `/objects/${name}/${objectId}`, {
        properties: edit[name].theirs,
      });
      await world.settled();
      expect((await records(world, name)).map((each) => each.id)).toEqual(
        before,
      );
    });
  });

  describe.each(cases)("$id $name, deletion sync on", ({ name, id }) => {
    const on = () =>
      setSettings(at.world, typeOf[name], { deletionSync: true });

    test(`${id} a deletion in HubSpot deletes the linked record of ${name}; restoring it brings record and link back`, async () => {
      await on();
      const { world, recordId, objectId } = await pair(name, "on-there");
      await world.inHubSpot("DELETE", `/objects/${name}/${objectId}`, {});
      await world.settled();
      expect((await record(world, name, recordId)).deletedAt).not.toBeNull();
      expect((await records(world, name)).map((each) => each.id)).not.toContain(
        recordId,
      );
      expect((await journal(world, { recordId: recordId }))[0]).toMatchObject({
        action: "deleted",
        code: "deleted_in_hubspot",
      });

      await world.inHubSpot("POST", `/objects/${name}/${objectId}/restore`, {});
      await world.settled();
      expect(await record(world, name, recordId)).toMatchObject({
        deletedAt: null,
        hubspotId: objectId,
        properties: ours[name]("on-there"),
      });

      await world.inHubSpot("PATCH", `/objects/${name}/${objectId}`, {
        properties: edit[name].theirs,
      });
      await world.settled();
      expect((await record(world, name, recordId)).properties).toMatchObject(
        edit[name].ours,
      );
    });

    test(`${id} a deletion in the workspace archives the object of ${name}; an un-deleted record takes up its restored object`, async () => {
      await on();
      const { world, recordId, objectId } = await pair(name, "on-here");
      await world.api("DELETE", `/${name}/${recordId}`);
      await world.settled();
      expect(await ids(name)).not.toContain(objectId);
      expect(await ids(name, true)).toContain(objectId);
      expect((await journal(world, { recordId: recordId }))[0]).toMatchObject({
        action: "deleted",
        code: "deleted_in_workspace",
        hubspotId: objectId,
      });

      await unDelete(world, recordId);
      await world.settled();
      // The dead do not come back by themselves: the object was archived, and nobody restored it.
      expect(await record(world, name, recordId)).toMatchObject({
        deletedAt: null,
        hubspotId: null,
      });
      await world.inHubSpot("POST", `/objects/${name}/${objectId}/restore`, {});
      await world.settled();
      expect(await record(world, name, recordId)).toMatchObject({
        deletedAt: null,
        hubspotId: objectId,
      });
    });

    test(`${id} X-05 an object of ${name} that is restored in HubSpot brings back the record deleted here`, async () => {
      await on();
      const { world, recordId, objectId } = await pair(name, "undo");
      await world.api("DELETE", `/${name}/${recordId}`);
      await world.settled();
      await world.inHubSpot("POST", `/objects/${name}/${objectId}/restore`, {});
      await world.settled();
      expect(await record(world, name, recordId)).toMatchObject({
        deletedAt: null,
        hubspotId: objectId,
      });
    });

    test(`${id} a deletion of ${name} wins over an edit on the other side, and its last values are in the journal`, async () => {
      await on();
      const { world, recordId, objectId } = await pair(name, "race");
      await faultyWebhooks(world, { paused: true }, async () => {
        await world.inHubSpot("DELETE", `/objects/${name}/${objectId}`, {});
        await world.api("PATCH", `/${name}/${recordId}`, {
          properties: edit[name].ours,
        });
      });
      await world.settled();
      const gone = await record(world, name, recordId);
      expect(gone.deletedAt).not.toBeNull();
      expect(gone.properties).toMatchObject(edit[name].ours);
      expect(
        (await journal(world, { recordId: recordId }))[0]?.changes,
      ).toContainEqual(
        expect.objectContaining({ before: "Later", after: null }),
      );
      expect(await ids(name, true)).toContain(objectId);

      const other = await pair(name, "race-back");
      await faultyWebhooks(world, { paused: true }, async () => {
        await world.inHubSpot("PATCH", `/objects/${name}/${other.objectId}`, {
          properties: edit[name].theirs,
        });
        await world.api("DELETE", `/${name}/${other.recordId}`);
      });
      await world.settled();
      expect(await ids(name, true)).toContain(other.objectId);
      expect(
        (await record(world, name, other.recordId)).deletedAt,
      ).not.toBeNull();
      expect(
        (await journal(world, { recordId: other.recordId })).flatMap(
          (entry) => entry.changes,
        ),
      ).toContainEqual(
        expect.objectContaining({
          side: "hubspot",
          before: "Later",
          after: null,
        }),
      );
    });

    test(`${id} X-05 a deletion and a restore of ${name} that are told in the wrong order, twice, end with both sides there`, async () => {
      await on();
      const { world, recordId, objectId } = await pair(name, "flip");
      await faultyWebhooks(
        world,
        { double: 1, shuffle: true, delayMs: 50 },
        async () => {
          await world.inHubSpot("DELETE", `/objects/${name}/${objectId}`, {});
          await world.inHubSpot(
            "POST",
            `/objects/${name}/${objectId}/restore`,
            {},
          );
          await world.settled();
        },
      );
      expect(await record(world, name, recordId)).toMatchObject({
        deletedAt: null,
        hubspotId: objectId,
      });
      expect(
        (await attention(world)).filter((each) => each.recordId === recordId),
      ).toEqual([]);
    });

    test(`${id} a record of ${name} that the product makes anew after a deletion is a new object, not the archived one`, async () => {
      await on();
      const { world, recordId, objectId } = await pair(name, "again");
      await world.inHubSpot("DELETE", `/objects/${name}/${objectId}`, {});
      await world.settled();
      const anew = (await make(world, name, ours[name]("again"))).id;
      await world.settled();
      const made = await record(world, name, anew);
      if (name === "contacts" && profile === "observed") {
        // An archived contact still holds its email: nothing is lost or doubled, and a person is told what to do.
        expect(made).toMatchObject({
          hubspotId: null,
          sync: { status: "problem", code: "held_by_hidden_object" },
        });
        expect(made.sync.reason).toContain(objectId);
      } else {
        expect(made.hubspotId).not.toBe(objectId);
        expect(await ids(name)).toContain(made.hubspotId);
      }
      expect((await record(world, name, recordId)).deletedAt).not.toBeNull();
    });
  });

  test("AP-020 a record that the product makes and deletes before it was pushed leaves nothing to be done", async () => {
    const { world } = at;
    const before = await ids("contacts");
    await asProduct(world, async (product) => {
      await product.query("begin");
      await product.query(
        "insert into workspace.contacts (email) values ('brief@deletion.example')",
      );
      await product.query(
        "delete from workspace.contacts where email = 'brief@deletion.example'",
      );
      await product.query("commit");
      await world.settled();
      const left = await product.query("select * from dirty");
      expect(left.rows).toEqual([]);
    });
    expect(await ids("contacts")).toEqual(before);
  });

  test("AP-020 an object that was created and deleted in HubSpot before we looked leaves no record and no problem", async () => {
    const { world } = at;
    const before = (await records(world, "contacts")).length;
    await faultyWebhooks(world, { paused: true }, async () => {
      const id = await makeObject(
        world,
        "contacts",
        theirs.contacts("short-lived"),
      );
      await world.inHubSpot("DELETE", `/objects/contacts/${id}`, {});
    });
    await world.settled();
    expect(await records(world, "contacts")).toHaveLength(before);
    expect(
      (await attention(world)).filter((each) => each.recordId === null),
    ).toEqual([]);
    const id = await makeObject(
      world,
      "contacts",
      theirs.contacts("long-lived"),
    );
    await world.settled();
    expect((await recordOf(world, "contacts", id)).deletedAt).toBeNull();
  });
});
