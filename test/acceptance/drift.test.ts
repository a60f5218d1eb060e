import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import type { Settings } from "../../server/settings/schema.ts";
import type { AttentionEntry } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { owners } from "./steps/owners.ts";
import { pages } from "./steps/pages.ts";
import { change, make, record } from "./steps/records.ts";
import { missing, withhold } from "./steps/scopes.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

const at = useWorld();

const drift = (state = "open") =>
  pages<AttentionEntry & { state: string; resolvedBy: string | null }>(
    at.world,
    `/attention?limit=200&kind=drift&state=${state}`,
  );
const readAgain = async (): Promise<void> => {
  expect(await at.world.api("POST", "/installation/definitions")).toMatchObject(
    { status: 200 },
  );
};

const optionsOf = (...values: string[]) =>
  values.map((value, displayOrder) => ({ value, label: value, displayOrder }));
const setOptions = async (name: string, ...values: string[]) => {
  const reply = await at.world.inHubSpot(
    "PATCH",
    `/properties/contacts/${name}`,
    { options: optionsOf(...values) },
  );
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
};
/** A property with options, as the app has read it. */
const select = async (name: string, more: Json = {}): Promise<void> => {
  const made = await at.world.inHubSpot("POST", "/properties/contacts", {
    name,
    label: name.toUpperCase(),
    type: "enumeration",
    fieldType: "select",
    groupName: "contactinformation",
    options: optionsOf("gold", "silver", "tin"),
    ...more,
  });
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
  await readAgain();
};

const map = async (
  name: string,
  more: Partial<FieldMapping> = {},
): Promise<string> => {
  const { body } = await at.world.api<{ settings: Settings }>(
    "GET",
    "/settings",
  );
  const { mappings } = body.settings.contact;
  await choose(at.world, {
    contact: {
      mappings: [
        ...mappings,
        {
          field: name,
          property: name,
          direction: "both",
          clear: false,
          conversion: { kind: "text" },
          ...more,
        },
      ],
    },
  });
  return `settings.contact.mappings.${mappings.length}`;
};

beforeEach(() => choose(at.world));

describe("X-11 what no longer fits in HubSpot is announced before a push fails", () => {
  test("an option that is removed: the entry names the mapping and counts the records, and closes once it is back", async () => {
    const { world } = at;
    await select("tier");
    const place = await map("tier");
    const made: string[] = [];
    for (const tier of ["gold", "tin", "tin"])
      made.push((await make(world, "contacts", { tier, first_name: tier })).id);
    await calm(world);
    expect(await drift()).toEqual([]);

    await setOptions("tier", "gold", "silver");
    await readAgain();
    expect(await drift()).toMatchObject([
      {
        kind: "drift",
        code: "option_removed",
        field: "tier",
        recordId: null,
        hubspotId: null,
        attempts: 0,
        choices: [],
        cause:
          "The mapping of tier no longer fits. HubSpot's TIER no longer has the option tin. This concerns 2 contacts.",
        fix: "Add it in HubSpot again, or give these records another value.",
        details: {
          path: `${place}.property`,
          property: "tier",
          label: "TIER",
          records: 2,
          values: ["tin"],
        },
      },
    ]);
    // Nothing was pushed, so nothing has failed.
    for (const id of made)
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");

    // The save of settings would say the same.
    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    const checked = await world.api<Json>("POST", "/settings/check", body);
    expect(checked.body["warnings"]).toEqual([
      {
        path: `${place}.property`,
        message:
          "HubSpot's TIER no longer has the option tin. Add it in HubSpot again, or give these records another value.",
      },
    ]);

    await setOptions("tier", "gold", "silver", "tin");
    await readAgain();
    expect(await drift()).toEqual([]);
    expect((await drift("resolved"))[0]).toMatchObject({
      code: "option_removed",
      resolvedBy: "sync",
    });
  });

  test("an option that a pair names counts the records on both sides, linked or not", async () => {
    const { world } = at;
    await select("rank");
    const place = await map("rank", {
      conversion: {
        kind: "options",
        pairs: [
          { workspace: "first", hubspot: "gold" },
          { workspace: "last", hubspot: "tin" },
        ],
      },
    });
    const path = place;
    await make(world, "contacts", { rank: "last", first_name: "A" });
    await calm(world);
    await world.api("POST", "/installation/hold");
    await make(world, "contacts", { rank: "last", first_name: "B" });
    await make(world, "contacts", { rank: "first", first_name: "C" });
    await setOptions("rank", "gold", "silver");
    await readAgain();
    expect(await drift()).toMatchObject([
      {
        code: "option_missing",
        field: "rank",
        details: {
          path: `${path}.conversion.pairs.1.hubspot`,
          records: 2,
          values: ["tin"],
        },
      },
    ]);
    // It goes with the mapping.
    await choose(world);
    expect(await drift()).toEqual([]);
    await world.api("POST", "/installation/start");
    await calm(world);
  });

  test("a property that is archived, changes its type, or is mapped no more", async () => {
    const { world } = at;
    await select("status_a", {
      type: "string",
      fieldType: "text",
      options: [],
    });
    await map("status_a");
    await make(world, "contacts", { status_a: "x", first_name: "X" });
    await calm(world);
    await world.inHubSpot("PATCH", "/properties/contacts/status_a", {
      type: "number",
      fieldType: "number",
    });
    await readAgain();
    expect(await drift()).toMatchObject([
      { code: "property_type", field: "status_a", details: { records: 1 } },
    ]);
    await world.inHubSpot("DELETE", "/properties/contacts/status_a");
    await readAgain();
    expect(await drift()).toMatchObject([
      {
        code: "property_missing",
        cause:
          "The mapping of status_a no longer fits. HubSpot has no property status_a. This concerns 1 contact.",
      },
    ]);
    await choose(world);
    expect(await drift()).toEqual([]);
  });

  test("an owner who has left", async () => {
    const { world } = at;
    const [staying, leaving] = await owners(world);
    const { id } = await make(world, "contacts", {
      first_name: "Owned",
      owner_email: leaving.email.toUpperCase(),
    });
    await calm(world);
    const { body } = await world.control<{
      users: { id: number; email: string }[];
    }>("GET", `/sandbox/portals/${world.portalId}`);
    const user = body.users.find(({ email }) => email === leaving.email);
    const left = await world.inHubSpot("POST", `/users/${user?.id}/deactivate`);
    expect(left.status).toBeLessThan(300);
    await readAgain();
    const entries = await drift();
    expect(entries).toMatchObject([
      {
        code: "owner_departed",
        field: "owner_email",
        cause: expect.stringContaining(
          `${leaving.email} is no longer active in HubSpot`,
        ) as string,
        details: { records: 1, values: [leaving.id] },
      },
    ]);
    // The warnings of the installation say so, too.
    const { body: installation } = await world.api("GET", "/installation");
    expect(installation["warnings"]).toContainEqual(
      expect.objectContaining({
        code: "drift",
        message: "1 mapping no longer fits what HubSpot has.",
      }),
    );
    await change(world, "contacts", id, { owner_email: staying.email });
    await calm(world);
    expect(
      await world.api("POST", `/attention/${entries[0]?.id}/retry`),
    ).toMatchObject({ status: 200, body: { state: "resolved" } });
    expect(await drift()).toEqual([]);
  });
});

describe("X-11 definitions are read again", () => {
  test("soon after HubSpot refuses a value for what its property is", async () => {
    const { world } = at;
    await select("grade");
    await map("grade");
    const { id } = await make(world, "contacts", {
      grade: "gold",
      first_name: "G",
    });
    const other = await make(world, "contacts", {
      grade: "tin",
      first_name: "T",
    });
    await calm(world);
    await setOptions("grade", "gold", "silver");
    await change(world, "contacts", id, { grade: "tin" });
    await calm(world);
    expect((await record(world, "contacts", id)).sync.status).toBe("problem");
    // At most once a minute; a minute later, upkeep is due.
    await asOwner(world, (owner) =>
      owner.query(
        "update installation set definitions_read_at = definitions_read_at - interval '1 minute'",
      ),
    );
    await upkeepTurn(world);
    const entries = await drift();
    expect(entries).toMatchObject([
      { code: "option_removed", field: "grade", details: { records: 2 } },
    ]);
    expect((await record(world, "contacts", other.id)).sync.status).toBe(
      "in_sync",
    );

    // A person can have it checked, too.
    const retry = () => world.api("POST", `/attention/${entries[0]?.id}/retry`);
    expect(await retry()).toMatchObject({
      status: 409,
      body: { code: "option_removed" },
    });
    await setOptions("grade", "gold", "silver", "tin");
    expect(await retry()).toMatchObject({
      status: 200,
      body: { state: "resolved", resolvedBy: "API" },
    });
    await calm(world);
  });

  test("a property that HubSpot requires and no mapping fills is announced with the first refusal", async () => {
    const { world } = at;
    await select("region");
    await world.inHubSpot("PUT", "/rules/contacts", { required: ["region"] });
    for (const first_name of ["A", "B"])
      await make(world, "contacts", { first_name });
    await calm(world);
    await asOwner(world, (owner) =>
      owner.query(
        "update installation set definitions_read_at = definitions_read_at - interval '1 minute'",
      ),
    );
    await upkeepTurn(world);
    expect(await drift()).toMatchObject([
      {
        code: "required_unfilled",
        field: null,
        cause:
          "HubSpot requires a value for REGION, and no mapping pushes one. This concerns 2 contacts.",
        details: {
          path: "settings.contact.mappings",
          property: "region",
          records: 2,
        },
      },
    ]);
    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    const checked = await world.api<Json>("POST", "/settings/check", body);
    expect(checked.body["warnings"]).toEqual([
      {
        path: "settings.contact.mappings",
        message:
          "HubSpot requires a value for REGION, and no mapping pushes one. This concerns 2 contacts. Map a field to this property, or make it optional in HubSpot.",
      },
    ]);
    await map("region");
    expect(await drift()).toEqual([]);
    await world.inHubSpot("PUT", "/rules/contacts", {});
    await calm(world);
  });

  test("a property that the schema lists as required is announced before anything is refused", async () => {
    const { world } = at;
    await select("region_code");
    await world.inHubSpot("PUT", "/rules/contacts", {
      required: ["region_code"],
      listed: true,
    });
    expect((await world.api("POST", "/installation/hold")).status).toBe(200);
    await make(world, "contacts", { first_name: "Not pushed" });
    await readAgain();
    const unlinked = (await drift())[0]?.details["records"];
    expect(unlinked).toBeGreaterThan(0);
    expect(await drift()).toMatchObject([
      {
        code: "required_unfilled",
        cause: `HubSpot requires a value for REGION_CODE, and no mapping pushes one. This concerns ${String(unlinked)} ${unlinked === 1 ? "contact" : "contacts"}.`,
        details: { property: "region_code" },
      },
    ]);
    // As the source of new contacts, it has a value with each of them.
    await choose(world, {
      contact: { source: { property: "region_code", value: "gold" } },
    });
    await readAgain();
    expect(await drift()).toEqual([]);
    await world.inHubSpot("PUT", "/rules/contacts", {});
    await readAgain();
    await choose(world);
    expect((await world.api("POST", "/installation/start")).status).toBe(200);
    await calm(world);
  });

  test("a rule of HubSpot's that values break is announced with their number, before one is pushed, and on demand it's counted again", async () => {
    const { world } = at;
    await select("ticket_code", {
      type: "string",
      fieldType: "text",
      options: [],
    });
    await map("ticket_code");
    const made = await Promise.all(
      ["12345", "123456", "12a", null].map((ticket_code) =>
        make(world, "contacts", {
          ...(ticket_code === null ? {} : { ticket_code }),
          first_name: "Coded",
        }),
      ),
    );
    await calm(world);
    const rule = (ruleType: string, ...ruleArguments: string[]) => ({
      ruleType,
      ruleArguments,
    });
    const demand = async (...rules: unknown[]) => {
      const reply = await world.inHubSpot(
        "PUT",
        "/validations/contacts/ticket_code",
        { rules },
      );
      expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
      await readAgain();
    };
    await demand(rule("MAX_LENGTH", "5"), rule("ALPHANUMERIC", "NUMERIC_ONLY"));
    expect(await drift()).toMatchObject([
      {
        code: "property_rule",
        field: "ticket_code",
        cause:
          "The mapping of ticket_code no longer fits. HubSpot's TICKET_CODE must have at most 5 characters, and have digits only, and some values don't. This concerns 2 contacts.",
        fix: "Correct these values, or change the rule in HubSpot.",
        details: { records: 2, values: null },
      },
    ]);
    for (const { id } of made)
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
    // So it comes: the sandbox refuses exactly the values that were counted.
    await change(world, "contacts", made[1]?.id ?? "", {
      ticket_code: "1234567",
    });
    await calm(world);
    expect(
      (await record(world, "contacts", made[1]?.id ?? "")).sync.status,
    ).toBe("problem");
    for (const at of [1, 2])
      await change(world, "contacts", made[at]?.id ?? "", { ticket_code: "1" });
    await calm(world);
    await readAgain();
    expect(await drift()).toEqual([]);
    await demand();
  });

  test.each<[string, string[], string[], string[]]>([
    ["MIN_LENGTH", ["3"], ["abc"], ["ab"]],
    ["MAX_LENGTH", ["3"], ["abc"], ["abcd"]],
    ["MIN_NUMBER", ["2"], ["2", "2.5", "x"], ["1.9", "-3"]],
    ["MAX_NUMBER", ["2"], ["2", "-3"], ["2.1", "10"]],
    ["DECIMAL", ["2"], ["1.25", "1.200", "7"], ["1.257"]],
    ["ALPHANUMERIC", ["NUMERIC_ONLY"], ["007"], ["7a"]],
    [
      "EMAIL_ALLOWED_DOMAINS",
      ["acme.com", "B.com"],
      ["a@ACME.com", "a@b.com"],
      ["a@c.com"],
    ],
    ["EMAIL_BLOCKED_DOMAINS", ["acme.com"], ["a@b.com"], ["a@acme.COM"]],
    ["PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", [], ["+49 30 1"], ["030 1"]],
    ["REGEX", ["^x"], ["y"], []],
    ["MAX_LENGTH", ["many"], ["y"], []],
  ])(
    "rule %s %j: %j keep it, %j break it",
    async (type, given, keeping, breaking) => {
      const { world } = at;
      const field = `ruled_${type.toLowerCase()}_${given.length}_${breaking.length}`;
      for (const value of [...keeping, ...breaking])
        await make(world, "contacts", { [field]: value, first_name: "Ruled" });
      await asOwner(world, async (owner) => {
        // A rule as HubSpot may send one that the sandbox doesn't know.
        for (const [kind, body] of [
          [
            "property",
            {
              name: "ruled",
              label: "Ruled",
              type: "string",
              fieldType: "text",
              writable: true,
              hidden: false,
              options: [],
              externalOptions: false,
              hasUniqueValue: false,
              hubspotDefined: false,
              groupName: "x",
              description: "",
              calculated: false,
              referencedObjectType: null,
            },
          ],
          ["rule", [{ type, arguments: given }]],
        ] as const)
          await owner.query(
            `insert into hubspot_definition (portal_id, kind, object_type, name, body) values ($1, $2, 'contact', 'ruled', $3)
            on conflict (portal_id, kind, object_type, name) do update set body = excluded.body`,
            [world.portalId, kind, JSON.stringify(body)],
          );
      });
      await map(field, { property: "ruled", direction: "push" });
      expect(
        (await drift()).flatMap(({ code, details }) =>
          code === "property_rule" ? [details["records"]] : [],
        ),
      ).toEqual(breaking.length === 0 ? [] : [breaking.length]);
      await choose(world);
    },
  );

  test("on demand, with the permissions that were missing", async () => {
    const { world } = at;
    await withhold(world, "crm.objects.contacts.write");
    await make(world, "contacts", { first_name: "Waiting" });
    await calm(world);
    expect(await missing(world)).toEqual(["write:contact"]);
    await withhold(world);
    await readAgain();
    expect(await missing(world)).toEqual([]);
    await calm(world);
  });

  test("every day, the records are counted again although nothing changed in HubSpot", async () => {
    const { world } = at;
    await select("class");
    await map("class");
    const { id } = await make(world, "contacts", {
      class: "tin",
      first_name: "C",
    });
    await calm(world);
    await setOptions("class", "gold");
    await readAgain();
    expect(await drift()).toMatchObject([{ details: { records: 1 } }]);
    await change(world, "contacts", id, { class: "gold" });
    await calm(world);
    await asOwner(world, (owner) =>
      owner.query(
        "update installation set definitions_read_at = definitions_read_at - interval '61 minutes'",
      ),
    );
    await upkeepTurn(world);
    expect(await drift()).toMatchObject([{ details: { records: 1 } }]);
    await asOwner(world, (owner) =>
      owner.query(
        "update installation set drift_checked_at = drift_checked_at - interval '25 hours', definitions_read_at = definitions_read_at - interval '61 minutes'",
      ),
    );
    await upkeepTurn(world);
    expect(await drift()).toEqual([]);
  });
});
