import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { profiles } from "./steps/path.ts";
import { make, objectOf, record } from "./steps/records.ts";
import type { ProductRecord } from "./steps/records.ts";
import { setSettings } from "./steps/settings.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  const options = (...values: readonly string[]) =>
    values.map((value) => ({ label: value, value }));

  /** A property of the portal's own with the options gold and silver, mapped to a field of its name. */
  async function mapOptions(name: string): Promise<void> {
    const { world } = at;
    const made = await world.inHubSpot("POST", "/properties/contacts", {
      name,
      label: name,
      type: "enumeration",
      fieldType: "select",
      groupName: "contactinformation",
      options: options("gold", "silver"),
    });
    expect(made.status).toBe(201);
    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    await setSettings(world, "contact", {
      mappings: [
        ...body.settings.contact.mappings,
        {
          field: name,
          property: name,
          direction: "both",
          clear: false,
          conversion: { kind: "text" },
        },
      ],
    });
  }

  test("X-10 of a batch of 100 with 3 bad fields and 2 bad records, 98 objects are written, 3 of them with one field parked", async () => {
    const { world } = at;
    const holder = (
      await make(world, "contacts", {
        email: "holder@partial.example",
      })
    ).id;
    await world.settled();
    const before = (await world.truth("contacts")).length;
    const inputs = Array.from({ length: 100 }, (_none, index) => ({
      properties: {
        email: `p${index}@partial.example`,
        first_name: `P${index}`,
        city: "Bern",
      } as Record<string, unknown>,
    }));
    const change = (index: number, properties: Record<string, unknown>) =>
      Object.assign(inputs[index]?.properties ?? {}, properties);
    change(10, { stage: "no such stage" });
    change(50, { lead_status: "no such status" });
    // An address that only HubSpot refuses.
    change(90, { email: "p90 at partial" });
    change(30, { email: "holder@partial.example" });
    inputs.splice(70, 1, { properties: { email: "nobody at partial" } });

    const posted = await world.api<{
      results: { status: number; record: ProductRecord }[];
    }>("POST", "/contacts/batch", { inputs });
    expect(posted.body.results.map((each) => each.status)).toEqual(
      Array.from({ length: 100 }, () => 201),
    );
    const ids = posted.body.results.map((each) => each.record.id);
    await world.settled();

    expect(await world.truth("contacts")).toHaveLength(before + 98);
    const now: ProductRecord[] = [];
    for (const id of ids) now.push(await record(world, "contacts", id));
    const unlinked = now.flatMap((each, index) =>
      each.hubspotId === null ? [index] : [],
    );
    expect(unlinked).toEqual([30, 70]);
    for (const index of unlinked)
      expect(now[index]?.sync.status).toBe("problem");

    const open = await attention(world);
    const parked = open
      .filter((each) => each.field !== null && each.field !== "")
      .map((each) => [ids.indexOf(each.recordId ?? ""), each.field])
      .sort((left, right) => Number(left[0]) - Number(right[0]));
    expect(parked).toEqual([
      [10, "stage"],
      [50, "lead_status"],
      [90, "email"],
    ]);
    const bad = open.filter((each) => each.field === null || each.field === "");
    expect(bad).toHaveLength(2);
    expect(
      new Set(bad.map((each) => ids.indexOf(each.recordId ?? ""))),
    ).toEqual(new Set([30, 70]));
    for (const each of open) {
      expect(each.cause).not.toBe("");
      expect(each.fix).not.toBe("");
    }
    // What was parked took nothing else with it.
    const object = (await world.truth("contacts")).find(
      (each) => each.id === now[50]?.hubspotId,
    );
    expect(object?.properties).toMatchObject({
      email: "p50@partial.example",
      firstname: "P50",
      city: "Bern",
    });
    expect(await record(world, "contacts", holder)).toMatchObject({
      sync: { status: "in_sync" },
    });
  });

  test("X-10 a refused value stays in the product, and is told, if HubSpot's event of the creation comes before its answer", async () => {
    const { world } = at;
    // Half of it passes after the write, when HubSpot has put a stage of its own in place of the refused one.
    await world.control("PUT", "/sandbox/faults", {
      path: "batch/upsert",
      latencyMs: 1_500,
    });
    const { id } = await make(world, "contacts", {
      email: "overtaken@partial.example",
      stage: "no such stage",
    });
    try {
      await world.settled();
    } finally {
      await world.control("DELETE", "/sandbox/faults");
    }
    const object = (await world.truth("contacts")).find(
      ({ properties }) => properties["email"] === "overtaken@partial.example",
    );
    expect(object?.properties["lifecyclestage"] ?? "").not.toBe(
      "no such stage",
    );
    expect(await record(world, "contacts", id)).toMatchObject({
      hubspotId: object?.id,
      properties: { stage: "no such stage" },
      sync: { status: "problem" },
    });
    expect(
      (await attention(world)).filter((each) => each.recordId === id),
    ).toMatchObject([{ field: "stage", code: "invalid_option" }]);
  });

  test("X-10 a parked field goes through when its value is corrected, and its problem closes", async () => {
    const { world } = at;
    const id = (
      await make(world, "contacts", {
        email: "corrected@partial.example",
        lead_status: "nonsense",
      })
    ).id;
    await world.settled();
    expect(await record(world, "contacts", id)).toMatchObject({
      sync: { status: "problem" },
    });
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { lead_status: "NEW" },
    });
    await world.settled();
    expect(await record(world, "contacts", id)).toMatchObject({
      sync: { status: "in_sync" },
    });
    const objectId = await objectOf(world, "contacts", id);
    const object = (await world.truth("contacts")).find(
      (each) => each.id === objectId,
    );
    expect(object?.properties["hs_lead_status"]).toBe("NEW");
    expect(
      (await attention(world)).filter((each) => each.recordId === id),
    ).toEqual([]);
  });

  test("X-10 a stage that would go back is parked, the rest goes through, and HubSpot's stage stays", async () => {
    const { world } = at;
    const id = (
      await make(world, "contacts", {
        email: "stage@partial.example",
        stage: "customer",
      })
    ).id;
    await world.settled();
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { stage: "lead", city: "Graz" },
    });
    await world.settled();
    const objectId = await objectOf(world, "contacts", id);
    const object = (await world.truth("contacts")).find(
      (each) => each.id === objectId,
    );
    expect(object?.properties).toMatchObject({
      lifecyclestage: "customer",
      city: "Graz",
    });
    expect(
      (await attention(world))
        .filter((each) => each.recordId === id)
        .map((each) => [each.field, each.code]),
    ).toEqual([["stage", "not_taken"]]);
    expect((await record(world, "contacts", id)).properties["stage"]).toBe(
      "lead",
    );
    // It stays as it is, and is not sent again with the next edit.
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { city: "Linz" },
    });
    await world.settled();
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      stage: "lead",
      city: "Linz",
    });
  });

  test("X-10 a mapped property that was removed in HubSpot parks its field, and the rest of the record goes through", async () => {
    const { world } = at;
    await mapOptions("tier");
    const first = (
      await make(world, "contacts", {
        email: "tier@partial.example",
        tier: "gold",
      })
    ).id;
    await world.settled();
    const objectId = await objectOf(world, "contacts", first);
    expect(
      (await world.truth("contacts")).find((each) => each.id === objectId)
        ?.properties["tier"],
    ).toBe("gold");

    await world.inHubSpot("DELETE", "/properties/contacts/tier");
    await world.api("PATCH", `/contacts/${first}`, {
      properties: { tier: "silver", city: "Wels" },
    });
    const second = (
      await make(world, "contacts", {
        email: "tier2@partial.example",
        tier: "gold",
      })
    ).id;
    await world.settled();
    const truth = await world.truth("contacts");
    expect(truth.find((each) => each.id === objectId)?.properties["city"]).toBe(
      "Wels",
    );
    expect(truth.map((each) => each.properties["email"])).toContain(
      "tier2@partial.example",
    );
    expect(
      (await attention(world))
        .filter((each) => [first, second].includes(each.recordId ?? ""))
        .map((each) => each.field),
    ).toEqual(["tier", "tier"]);
    expect((await record(world, "contacts", first)).properties["tier"]).toBe(
      "silver",
    );
  });

  test("X-10 a value whose option was removed in HubSpot is parked, and a retry sends it once the option is back", async () => {
    const { world } = at;
    await mapOptions("medal");
    const id = (
      await make(world, "contacts", {
        email: "medal@partial.example",
        medal: "gold",
      })
    ).id;
    await world.settled();
    const objectId = await objectOf(world, "contacts", id);
    const held = async () =>
      (await world.truth("contacts")).find((each) => each.id === objectId)
        ?.properties;
    expect((await held())?.["medal"]).toBe("gold");

    const portal = world.sandbox.portals.get(world.portalId);
    portal?.updateProperty("contacts", "medal", { options: options("gold") });
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { medal: "silver", city: "Steyr" },
    });
    await world.settled();
    expect(await held()).toMatchObject({ medal: "gold", city: "Steyr" });
    const problem = (await attention(world)).find(
      (each) => each.recordId === id,
    );
    expect(problem).toMatchObject({ kind: "problem", field: "medal" });
    expect((await record(world, "contacts", id)).properties["medal"]).toBe(
      "silver",
    );

    portal?.updateProperty("contacts", "medal", {
      options: options("gold", "silver"),
    });
    const retried = await world.api(
      "POST",
      `/attention/${problem?.id ?? ""}/retry`,
      {},
    );
    expect(retried.status).toBeLessThan(300);
    await world.settled();
    expect((await held())?.["medal"]).toBe("silver");
    expect(
      (await attention(world)).filter((each) => each.recordId === id),
    ).toEqual([]);
  });
});
