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
import { change, findRecordOf, make, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(["documented", "observed"])("push from a card, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
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
    await press(world, "push", "contacts", hubspotId);
    expect(
      (await object(world, "contacts", hubspotId)).properties,
    ).toMatchObject({ lastname: "Ours1", phone: "+493011", jobtitle: "Our 1" });

    await apart("2");
    await press(world, "pull", "contacts", hubspotId);
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      last_name: "Theirs2",
      phone: "+493022",
      job_title: "Their 2",
    });
  });

  test("AC-020 pressing Push again and again leaves one object", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "often@card.example",
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
