import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { press, viewCard } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { makeObject, object, objectsWith } from "./steps/objects.ts";
import { typeOf } from "./steps/path.ts";
import {
  changeOptions,
  makeProperty,
  readProperties,
} from "./steps/properties.ts";
import { change, make, objectOf, record, recordOf } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

type Fault = { readonly path: string; readonly message: string };
type Checked = {
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
};

const at = useWorld();

const newest = async () =>
  (
    await at.world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    )
  ).body;

/** The newest settings with other ones for contacts. */
async function withContacts(contact: Partial<Settings["contact"]>) {
  const { version, settings } = await newest();
  return {
    version,
    settings: { ...settings, contact: { ...settings.contact, ...contact } },
  };
}

/** Of a save that must be refused: its faults, which a check names as well. */
async function refused(
  contact: Partial<Settings["contact"]>,
): Promise<readonly Fault[]> {
  const { world } = at;
  const before = await newest();
  const sent = await withContacts(contact);
  const put = await world.api<Checked>("PUT", "/settings", sent);
  expect(put, JSON.stringify(put.body)).toMatchObject({
    status: 400,
    body: { code: "invalid_input" },
  });
  expect(await newest()).toEqual(before);
  const check = await world.api<Checked>("POST", "/settings/check", sent);
  expect(check).toMatchObject({ status: 200, body: { warnings: [] } });
  expect(check.body.errors).toEqual(put.body.errors);
  return put.body.errors;
}

describe.each(["contacts", "companies"] as const)(
  "the source of %s",
  (path) => {
    const type = typeOf[path];
    const property = `came_from_${type}`;
    const named = (name: string) =>
      path === "contacts"
        ? { email: `${name}@source.example` }
        : { name, domain: `${name}.source.example` };

    beforeEach(() => choose(at.world));

    test("AP-018 AP-030 a record that is created in HubSpot gets the product's name in the chosen property, and the journal says so", async () => {
      const { world } = at;
      await makeProperty(world, path, property);
      await readProperties(world);
      await choose(world, {
        productName: "Orbit",
        [type]: { source: { property, value: null } },
      });
      const { id } = await make(world, path, named("default"));
      await calm(world);

      const objectId = await objectOf(world, path, id);
      expect((await object(world, path, objectId)).properties[property]).toBe(
        "Orbit",
      );
      const lines = await journal(world, { recordId: id });
      expect(lines.find(({ action }) => action === "created")).toMatchObject({
        changes: expect.arrayContaining([
          expect.objectContaining({
            property,
            side: "hubspot",
            before: null,
            after: "Orbit",
          }),
        ]) as unknown,
      });
      expect((await record(world, path, id)).sync.status).toBe("in_sync");
      expect(
        JSON.stringify((await record(world, path, id)).properties),
      ).not.toContain("Orbit");
    });

    test("AP-018 AP-030 an update and a link to an existing object send no source", async () => {
      const { world } = at;
      await choose(world, { [type]: { source: { property, value: "Orbit" } } });
      const theirs = await makeObject(world, path, named("theirs"));
      await calm(world);
      const pulled = await recordOf(world, path, theirs);
      await change(world, path, pulled.id, { phone: "+49 1" });
      await choose(world, {
        automatic: { pull: false, push: true },
        [type]: { source: { property, value: "Orbit" } },
      });
      const existing = await makeObject(world, path, named("existing"));
      const late = await make(world, path, {
        ...named("existing"),
        phone: "+49 2",
      });
      await calm(world);

      expect(await objectOf(world, path, late.id)).toBe(existing);
      for (const [id, phone] of [
        [theirs, "+49 1"],
        [existing, "+49 2"],
      ] as const) {
        const { properties } = await object(world, path, id);
        expect(properties["phone"]).toBe(phone);
        expect(properties[property] ?? "").toBe("");
      }
    });
  },
);

describe("a source", () => {
  beforeEach(() => choose(at.world));

  test("AP-018 AP-011 a company that is pushed with its contact gets its own, and nobody who types over it loses to it", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "lead_origin");
    await makeProperty(world, "companies", "company_origin");
    await readProperties(world);
    await choose(world, {
      contact: { source: { property: "lead_origin", value: "App" } },
      company: {
        push: { enabled: false },
        source: { property: "company_origin", value: "With a contact" },
      },
    });
    const company = await make(world, "companies", {
      name: "Along",
      domain: "along.source.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "one@along.source.example" },
      company.id,
    );
    await calm(world);

    const companyId = await objectOf(world, "companies", company.id);
    const contactId = await objectOf(world, "contacts", contact.id);
    expect(
      (await object(world, "companies", companyId)).properties[
        "company_origin"
      ],
    ).toBe("With a contact");
    expect(
      (await object(world, "contacts", contactId)).properties["lead_origin"],
    ).toBe("App");
    await world.inHubSpot("PATCH", `/objects/contacts/${contactId}`, {
      properties: { lead_origin: "Fair" },
    });
    await change(world, "contacts", contact.id, { phone: "+49 3" });
    await calm(world);
    expect(
      (await object(world, "contacts", contactId)).properties,
    ).toMatchObject({ lead_origin: "Fair", phone: "+49 3" });
  });

  test("AP-018 goes to the workspace where its property is mapped from HubSpot only", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "origin_back");
    await readProperties(world);
    const { settings } = await newest();
    await choose(world, {
      contact: {
        source: { property: "origin_back", value: "App" },
        mappings: [
          ...settings.contact.mappings,
          {
            field: "origin",
            property: "origin_back",
            direction: "pull",
            clear: false,
            conversion: { kind: "text" },
          },
        ],
      },
    });
    const { id } = await make(world, "contacts", {
      email: "back@source.example",
    });
    await calm(world);
    expect((await record(world, "contacts", id)).properties["origin"]).toBe(
      "App",
    );
    expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
  });

  test("AP-018 is sent by a person's push of a record, and the card counts it", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "by_hand_origin");
    await readProperties(world);
    await choose(world, {
      automatic: { pull: true, push: false },
      contact: { source: { property: "by_hand_origin", value: "App" } },
    });
    const { id } = await make(world, "contacts", {
      email: "byhand@source.example",
    });
    const preview = await world.api<{ push: { summary: string } }>(
      "GET",
      `/contacts/${id}/sync`,
    );
    expect(preview.body.push.summary).toBe(
      "Creates the contact in HubSpot with 2 values",
    );
    const run = await world.api("POST", "/sync/push", {
      objectType: "contact",
      ids: [id],
    });
    expect(run.status).toBe(202);
    await calm(world);
    const objectId = await objectOf(world, "contacts", id);
    expect(
      (await object(world, "contacts", objectId)).properties["by_hand_origin"],
    ).toBe("App");
    const view = await viewCard(world, "contacts", objectId);
    expect(view.status).toBe("in_sync");
    expect(await press(world, "push", "contacts", objectId)).toMatchObject({
      message: "Nothing to push: both sides are in sync.",
    });
  });

  test("AP-018 can't be a property that a mapping writes, that tells contacts apart, or that HubSpot lacks or doesn't let apps change", async () => {
    const source = (property: string) => ({ source: { property, value: "x" } });
    const path = "settings.contact.source.property";
    expect(await refused(source("jobtitle"))).toEqual([
      {
        path,
        message:
          "The mapping of the field job_title already writes jobtitle. Choose another property, or set that mapping's direction to pull.",
      },
    ]);
    expect(await refused(source("hs_additional_emails"))).toEqual([
      {
        path,
        message:
          "The property hs_additional_emails tells one contact from another. Choose another property.",
      },
    ]);
    expect(await refused(source("counterpart_record_id"))).toMatchObject([
      { path },
    ]);
    expect(await refused(source("no_such_property"))).toEqual([
      {
        path,
        message:
          "HubSpot has no property no_such_property. Create it in HubSpot, or choose another one.",
      },
    ]);
    expect(await refused(source("createdate"))).toMatchObject([
      {
        path,
        message: expect.stringContaining("can't be changed by apps") as string,
      },
    ]);
    expect(await refused(source("Not A Name"))).toMatchObject([{ path }]);
    expect(
      await refused({ source: { property: "message", value: " " } }),
    ).toMatchObject([{ path: "settings.contact.source.value" }]);
    const { settings } = await newest();
    const mappings = settings.contact.mappings.map((mapping) =>
      mapping.field === "job_title"
        ? { ...mapping, direction: "pull" as const }
        : mapping,
    );
    const saved = await at.world.api(
      "PUT",
      "/settings",
      await withContacts({ ...source("jobtitle"), mappings }),
    );
    expect(saved.status).toBe(200);
  });

  test("AP-019 a picklist needs one of its options; a number needs a number", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "picked", ["App", "Fair; Berlin"]);
    await readProperties(world);
    const path = "settings.contact.source.value";
    expect(
      await refused({ source: { property: "picked", value: null } }),
    ).toEqual([
      {
        path,
        message: "HubSpot's picked has options. Choose one of them.",
      },
    ]);
    expect(
      await refused({ source: { property: "picked", value: "Phone" } }),
    ).toEqual([
      {
        path,
        message:
          "HubSpot's picked has no option Phone. Add it in HubSpot, or choose another one.",
      },
    ]);
    await choose(world, {
      contact: { source: { property: "picked", value: "Fair; Berlin" } },
    });
    const { id } = await make(world, "contacts", {
      email: "picked@source.example",
    });
    await calm(world);
    const objectId = await objectOf(world, "contacts", id);
    expect(
      (await object(world, "contacts", objectId)).properties["picked"],
    ).toBe("Fair; Berlin");
  });

  test("AP-019 X-11 an option that is removed later warns wherever settings are checked and shown, everything else can still be saved, and creations go on without it", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "drifting", ["App", "Fair"]);
    await readProperties(world);
    await choose(world, {
      contact: { source: { property: "drifting", value: "App" } },
    });
    await changeOptions(world, "contacts", "drifting", ["Fair"]);
    await readProperties(world);
    const message =
      "HubSpot's drifting has no option App. Add it in HubSpot, or choose another one.";
    const sent = await withContacts({ deletionSync: true });
    expect(
      await world.api<Checked>("POST", "/settings/check", sent),
    ).toMatchObject({
      status: 200,
      body: {
        errors: [],
        warnings: [{ path: "settings.contact.source.value", message }],
      },
    });
    expect((await world.api("PUT", "/settings", sent)).status).toBe(200);
    const warnings = (await world.api("GET", "/installation")).body["warnings"];
    expect(warnings).toContainEqual(
      expect.objectContaining({
        code: "source_misfit",
        message: `Contacts are created in HubSpot without a source. ${message}`,
      }),
    );
    // What HubSpot is known to reject isn't sent to be rejected.
    await world.control("DELETE", "/sandbox/requests");
    const { id } = await make(world, "contacts", {
      email: "drifting@source.example",
    });
    await calm(world);
    const objectId = await objectOf(world, "contacts", id);
    expect(
      (await object(world, "contacts", objectId)).properties["drifting"] ?? "",
    ).toBe("");
    const created = (await journal(world, { recordId: id })).find(
      ({ action }) => action === "created",
    );
    expect(created?.reason).toBe(
      `Contact created in HubSpot. It got no source: ${message}`,
    );
    expect(created?.changes.map(({ after }) => after)).not.toContain("App");
  });

  test("X-10 AP-018 a source that HubSpot rejects leaves the contact created and the rest sent; one entry names the property until it is accepted", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "rejected", ["App", "Fair"]);
    await readProperties(world);
    await choose(world, {
      contact: { source: { property: "rejected", value: "App" } },
    });
    // Nobody has read the properties again since.
    await changeOptions(world, "contacts", "rejected", ["Fair"]);
    const made = [];
    for (const name of ["a", "b"])
      made.push(
        await make(world, "contacts", {
          email: `${name}@rejected.example`,
          job_title: "Buyer",
        }),
      );
    await calm(world);

    for (const { id } of made) {
      const objectId = await objectOf(world, "contacts", id);
      const { properties } = await object(world, "contacts", objectId);
      expect(properties["jobtitle"]).toBe("Buyer");
      expect(properties["rejected"] ?? "").toBe("");
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
      const created = (await journal(world, { recordId: id })).find(
        ({ action }) => action === "created",
      );
      expect(created?.reason).toMatch(
        /^Contact created in HubSpot\. HubSpot rejected rejected as its source: /,
      );
      expect(created?.changes.map(({ after }) => after)).not.toContain("App");
    }
    expect(
      await objectsWith(world, "contacts", "email", "a@rejected.example"),
    ).toHaveLength(1);
    const entries = (await attention(world)).filter(
      ({ code }) => code === "source_rejected",
    );
    expect(entries).toMatchObject([
      {
        kind: "problem",
        recordId: null,
        hubspotId: null,
        details: { property: "rejected" },
      },
    ]);
    const [entry] = entries;
    const retry = () =>
      world.api("POST", `/attention/${entry?.id ?? ""}/retry`);
    expect(await retry()).toMatchObject({
      status: 409,
      body: {
        code: "source_rejected",
        detail:
          "HubSpot's rejected has no option App. Add it in HubSpot, or choose another one.",
      },
    });
    await changeOptions(world, "contacts", "rejected", ["App", "Fair"]);
    expect(await retry()).toMatchObject({
      status: 200,
      body: { state: "resolved", resolvedBy: "API" },
    });
    const { id } = await make(world, "contacts", {
      email: "c@rejected.example",
    });
    await calm(world);
    const objectId = await objectOf(world, "contacts", id);
    expect(
      (await object(world, "contacts", objectId)).properties["rejected"],
    ).toBe("App");
  });

  test("AP-018 a version with a source that no longer fits can't be rolled back to", async () => {
    const { world } = at;
    await makeProperty(world, "contacts", "rolled", ["App", "Fair"]);
    await readProperties(world);
    await choose(world, {
      contact: { source: { property: "rolled", value: "App" } },
    });
    const { version: to } = await newest();
    await choose(world);
    await changeOptions(world, "contacts", "rolled", ["Fair"]);
    await readProperties(world);
    const { version } = await newest();
    expect(
      await world.api("POST", "/settings/roll-back", { version, to }),
    ).toMatchObject({
      status: 422,
      body: {
        code: "version_not_valid",
        errors: [{ path: "settings.contact.source.value" }],
      },
    });
    expect((await newest()).version).toBe(version);
  });
});

describe("where one bad input fails HubSpot's whole batch", () => {
  const strict = useWorld({ portal: { upsertFailsWhole: true } });

  test("X-10 a source that HubSpot rejects costs fifty creations a few calls, and not a hundred", async () => {
    const { world } = strict;
    await makeProperty(world, "contacts", "rejected", ["App", "Fair"]);
    await readProperties(world);
    await choose(world, {
      contact: { source: { property: "rejected", value: "App" } },
    });
    await changeOptions(world, "contacts", "rejected", ["Fair"]);
    await world.control("DELETE", "/sandbox/requests");
    const batch = await world.api("POST", "/contacts/batch", {
      inputs: Array.from({ length: 50 }, (_, index) => ({
        properties: { email: `many-${index}@rejected.example` },
      })),
    });
    expect(batch.status).toBe(200);
    await calm(world);
    const made = (await world.truth("contacts")).filter(({ properties }) =>
      properties["email"]?.startsWith("many-"),
    );
    expect(made).toHaveLength(50);
    const { body } = await world.control<{
      rows: { path: string; count: number }[];
    }>("GET", "/sandbox/requests");
    const upserts = body.rows
      .filter(({ path }) => path.endsWith("/batch/upsert"))
      .reduce((sum, { count }) => sum + count, 0);
    expect(upserts).toBeGreaterThan(0);
    expect(upserts).toBeLessThan(10);
  });
});
