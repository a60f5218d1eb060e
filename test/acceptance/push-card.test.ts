import { beforeEach, describe, expect, test } from "vitest";
import { press, viewCard } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles } from "./steps/path.ts";
import { change, findRecordOf, make, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

// HubSpot's search index lags by seconds; a company that is matched by it here has been there for longer.
describe.each(profiles)("push from a card, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world, { automatic: byHandOnly }));

  test("AC-017 AC-019 a press of Push brings the new values to HubSpot at once and says what was pushed", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "press@card.example",
      first_name: "Pressed",
      phone: "+49301",
    });
    await sync(world, "push", "contacts", { ids: [id] });
    const hubspotId = (await record(world, "contacts", id)).hubspotId ?? "";
    await change(world, "contacts", id, {
      phone: "+49302",
      job_title: "Chief",
    });

    const answer = await press(world, "push", "contacts", hubspotId);

    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties).toMatchObject({ phone: "+49302", jobtitle: "Chief" });
    expect(answer).toMatchObject({ result: "done" });
    expect(answer.message).toContain("Pressed");
    expect(answer.message).toContain("pushed to HubSpot");
    expect(answer.message).toContain("2 values");
    expect(answer.changes).toHaveLength(2);
    expect(answer.objectUrl).toContain(
      `/contacts/${world.portalId}/record/0-1/${hubspotId}`,
    );
    const [told] = await journal(world, { recordId: id });
    expect(told).toMatchObject({
      action: "updated",
      source: "card",
      by: "ada@portal.example",
    });
  });

  /** What a record is to hold at first, what is changed afterwards, and its key, by which HubSpot knows it already. */
  const copies = {
    contacts: {
      key: (name: string) => ({ email: `${name}@copies.example` }),
      first: {
        first_name: "Same",
        last_name: "  Payload ",
        phone: "+49 (30) 99-88",
        stage: "lead",
        lead_status: "NEW",
        city: "Ulm",
      },
      later: { job_title: "Twin", stage: "customer", city: "Bonn" },
    },
    companies: {
      key: (name: string) => ({ domain: `${name}.copies.example` }),
      first: {
        name: "  Same Payload",
        phone: "+49 (30) 99-88",
        industry: "COMPUTER_SOFTWARE",
        stage: "lead",
        employees: 1100,
        annual_revenue: 25000.5,
        city: "Ulm",
      },
      later: { name: "Other Payload", stage: "customer", employees: 1200 },
    },
  } as const;

  test.each(["contacts", "companies"] as const)(
    "AP-074 of %s, a copy that the card pushes and those that a run pushes reach HubSpot alike, the first time and later",
    async (path) => {
      const { world } = at;
      const [owner] = await owners(world);
      const { key, first, later } = copies[path];
      const pairs: { id: string; hubspotId: string }[] = [];
      for (const name of ["card", "run-1", "run-2"]) {
        const hubspotId = await makeObject(world, path, key(name));
        const { id } = await make(world, path, {
          ...key(name),
          ...first,
          owner_email: owner.email,
        });
        pairs.push({ id, hubspotId });
      }
      const [single, ...bulk] = pairs;
      if (single === undefined) throw new Error("There is one.");

      for (const changes of [{}, later]) {
        for (const { id, hubspotId } of pairs) {
          await change(world, path, id, changes);
          // Ours is written over it, by the card as by a run.
          await changeObject(world, path, hubspotId, { phone: "+49301" });
        }
        expect(
          await press(world, "push", path, single.hubspotId, {
            confirmed: true,
          }),
        ).toMatchObject({ result: "done" });
        const run = await sync(world, "push", path, {
          ids: bulk.map(({ id }) => id),
          confirm: true,
        });
        expect(run.counts).toMatchObject({ requested: 2, updated: 2 });

        const told = await Promise.all(
          pairs.map(async ({ id }) => {
            const [entry] = await journal(world, { recordId: id });
            return {
              action: entry?.action,
              initiator: entry?.initiator,
              code: entry?.code,
              changes: entry?.changes,
            };
          }),
        );
        expect(told[0]?.changes).not.toEqual([]);
        expect(told.slice(1)).toEqual([told[0], told[0]]);
        const held = await Promise.all(
          pairs.map(({ hubspotId }) => heldAlike(path, hubspotId)),
        );
        expect(held.slice(1)).toEqual([held[0], held[0]]);
      }
      const [told] = await journal(world, { recordId: single.id });
      expect(told?.changes.map(({ field }) => field).toSorted()).toEqual(
        [...Object.keys(later), "phone"].toSorted(),
      );
    },
  );

  /** All that HubSpot holds of an object but what is each one's own: its key and what HubSpot makes of it, ids and moments. */
  async function heldAlike(
    path: "contacts" | "companies",
    hubspotId: string,
  ): Promise<Record<string, string | null>> {
    const { properties } = await object(at.world, path, hubspotId);
    return Object.fromEntries(
      Object.entries(properties).filter(
        ([name, value]) =>
          !/^(email|domain|website|hs_object_id|hs_all_contact_vids|counterpart_record_id)$/.test(
            name,
          ) && !/^\d{4}-\d{2}-\d{2}T/.test(value ?? ""),
      ),
    );
  }

  test("AC-006 AC-022 the side whose button is pressed wins: a push HubSpot's phone, job title and surname, a pull ours", async () => {
    const { world } = at;
    const hubspotId = await makeObject(world, "contacts", {
      email: "sides@card.example",
      lastname: "Start",
      phone: "+49300",
      jobtitle: "Start",
    });
    await sync(world, "pull", "contacts", { hubspotIds: [hubspotId] });
    const pulled = await findRecordOf(world, "contacts", hubspotId);
    const id = pulled?.id ?? "";
    const apart = async (mark: string): Promise<void> => {
      await change(world, "contacts", id, {
        last_name: `Ours${mark}`,
        phone: `+4930${mark}1`,
        job_title: `Our ${mark}`,
      });
      await changeObject(world, "contacts", hubspotId, {
        lastname: `Theirs${mark}`,
        phone: `+4930${mark}2`,
        jobtitle: `Their ${mark}`,
      });
      await calm(world);
    };

    await apart("1");
    await press(world, "push", "contacts", hubspotId, { confirmed: true });
    expect(
      (await object(world, "contacts", hubspotId)).properties,
    ).toMatchObject({ lastname: "Ours1", phone: "+493011", jobtitle: "Our 1" });

    await apart("2");
    await press(world, "pull", "contacts", hubspotId, { confirmed: true });
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      last_name: "Theirs2",
      phone: "+493022",
      job_title: "Their 2",
    });
  });

  test("AC-020 pressing Push again and again leaves one object", async () => {
    const { world } = at;
    // With a stage: one that HubSpot filled in would wait for a pull.
    const { id } = await make(world, "contacts", {
      email: "often@card.example",
      stage: "lead",
    });
    await sync(world, "push", "contacts", { ids: [id] });
    const hubspotId = (await record(world, "contacts", id)).hubspotId ?? "";
    for (const city of ["Oslo", "Thun", "Bonn"]) {
      await change(world, "contacts", id, { city });
      expect(await press(world, "push", "contacts", hubspotId)).toMatchObject({
        result: "done",
      });
      expect(
        (await object(world, "contacts", hubspotId)).properties["city"],
      ).toBe(city);
    }
    expect(await viewCard(world, "contacts", hubspotId)).toMatchObject({
      status: "in_sync",
      push: { allowed: true },
    });
    expect(
      await objectsWith(world, "contacts", "email", "often@card.example"),
    ).toHaveLength(1);
  });
});
