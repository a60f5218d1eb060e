import { beforeAll, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner, asProduct, inSql } from "./steps/database.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { pages } from "./steps/pages.ts";
import { make, objectOf, record, recordOf } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly options: readonly { value: string; label: string }[];
  readonly standard: boolean;
  readonly mapped: string | null;
  readonly fitting?: {
    readonly conversion: Json;
    readonly direction: string;
    readonly note: string | null;
  };
}
interface Faults {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { path: string; message: string }[];
}

const at = useWorld();

const choices = (...values: string[]) =>
  values.map((value) => ({ value, label: value.toUpperCase() }));
const declare = (field: Json) =>
  at.world.api<Field & Faults & Json>("POST", "/fields/contacts", field);
const declared = async (field: Json): Promise<Field & Json> => {
  const reply = await declare(field);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body;
};
const change = (name: string, patch: Json) =>
  at.world.api<Field & Faults & Json>(
    "PATCH",
    `/fields/contacts/${name}`,
    patch,
  );
const fields = (query = "") =>
  pages<Field>(at.world, `/fields/contacts?limit=7${query}`);

/** What a HubSpot admin defines, as the app has read it. */
const property = async (name: string, more: Json): Promise<void> => {
  const { world } = at;
  const made = await world.inHubSpot("POST", "/properties/contacts", {
    name,
    label: `The ${name}`,
    groupName: "contactinformation",
    ...more,
  });
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
  const read = await world.api("POST", "/installation/definitions");
  expect(read).toMatchObject({ status: 200, body: { state: "active" } });
};
const optionsOf = (...values: string[]) =>
  choices(...values).map((each, displayOrder) => ({ ...each, displayOrder }));

const mapping = (
  field: string,
  more: Partial<FieldMapping> = {},
): FieldMapping => ({
  field,
  property: field,
  direction: "both",
  clear: false,
  conversion: { kind: "text" },
  ...more,
});
const stored = async () =>
  (
    await at.world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    )
  ).body;
/** Adds mappings to the saved ones. */
const map = async (...mappings: FieldMapping[]): Promise<void> => {
  const { settings } = await stored();
  await setSettings(at.world, "contact", {
    mappings: [...settings.contact.mappings, ...mappings],
  });
};

describe("BN-010 the catalogue", () => {
  test("BN-009 lists the standard fields with what they are mapped to, then the declared ones by name, page by page", async () => {
    await declared({ name: "select", type: "text", label: "L".repeat(200) });
    await declared({ name: "renewal", label: "Renewal", type: "date" });
    const all = await fields();
    expect(all.slice(0, 2)).toEqual([
      {
        name: "email",
        label: "Email",
        type: "text",
        options: [],
        standard: true,
        mapped: "email",
      },
      expect.objectContaining({ name: "first_name", mapped: "firstname" }),
    ]);
    expect(all.filter(({ standard }) => !standard).slice(-2)).toEqual([
      {
        name: "renewal",
        label: "Renewal",
        type: "date",
        options: [],
        standard: false,
        mapped: null,
      },
      expect.objectContaining({ name: "select", label: "L".repeat(200) }),
    ]);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const rows = await inSql(
      at.world,
      "select object_type, name, label, type, options from workspace.fields where name = 'renewal'",
    );
    expect(rows).toEqual([
      {
        object_type: "contact",
        name: "renewal",
        label: "Renewal",
        type: "date",
        options: [],
      },
    ]);
  });

  test.each<[string, Json, string]>([
    ["a name of JavaScript's", { name: "__proto__", type: "text" }, "name"],
    ["a name with a blank", { name: "my field", type: "text" }, "name"],
    ["a standard field", { name: "email", type: "text" }, "name"],
    ["a standard field in capitals", { name: "Email", type: "text" }, "name"],
    ["a column of the view", { name: "sync_status", type: "text" }, "name"],
    ["no name", { type: "text" }, "name"],
    ["no type", { name: "free" }, "type"],
    ["an unknown type", { name: "free", type: "money" }, "type"],
    [
      "a label of 201 characters",
      { name: "free", type: "text", label: "L".repeat(201) },
      "label",
    ],
    ["an empty label", { name: "free", type: "text", label: " " }, "label"],
    [
      "an option type without options",
      { name: "free", type: "option" },
      "options",
    ],
    [
      "options of a date",
      { name: "free", type: "date", options: choices("a") },
      "options",
    ],
    [
      "an option twice",
      { name: "free", type: "option", options: choices("a", "b", "a") },
      "options.2.value",
    ],
    [
      "501 options",
      {
        name: "free",
        type: "options",
        options: choices(...Array.from({ length: 501 }, (_, i) => `o${i}`)),
      },
      "options",
    ],
    [
      "a semicolon where HubSpot separates options by it",
      { name: "free", type: "options", options: choices("a", "b;c") },
      "options.1.value",
    ],
    ["a NUL", { name: "free", type: "text", label: "a\u0000b" }, "label"],
    ["a type with a property", { fromProperty: "tier", type: "text" }, "type"],
  ])(
    "%s is refused with its place, and nothing is stored",
    async (_what, field, path) => {
      const { status, body } = await declare(field);
      expect(status).toBe(400);
      expect(body.errors).toEqual([
        { path, message: expect.any(String) as string },
      ]);
      expect((await fields()).map(({ name }) => name)).not.toContain("free");
    },
  );

  test("a name is given once, a standard field can't be changed, and a field that isn't there is not found", async () => {
    await declared({ name: "once", type: "text" });
    expect(await declare({ name: "once", type: "date" })).toMatchObject({
      status: 409,
      body: { code: "field_exists" },
    });
    expect(await change("email", { label: "E-mail" })).toMatchObject({
      status: 409,
      body: { code: "standard_field" },
    });
    expect(await change("constructor", { label: "x" })).toMatchObject({
      status: 404,
      body: { code: "field_not_found" },
    });
  });

  test("the options of all fields together have 1 MB at most, and a type has 500 fields", async () => {
    const { world } = at;
    const long = choices(
      ...Array.from({ length: 500 }, (_, i) => `${i}`.padEnd(199, "x")),
    );
    const companies = (name: string, options: Json[]) =>
      world.api<Faults>("POST", "/fields/companies", {
        name,
        type: "option",
        options,
      });
    let last = await companies("long_0", long);
    for (let i = 1; i < 10 && last.status === 201; i += 1)
      last = await companies(`long_${i}`, long);
    expect(last).toMatchObject({
      status: 409,
      body: { code: "too_many_options" },
    });
    expect(
      await world.api("PATCH", "/fields/companies/long_0", {
        options: long.map(({ value }) => ({ value, label: "é".repeat(200) })),
      }),
    ).toMatchObject({ status: 200 });
    await asOwner(world, (owner) =>
      owner.query(
        "insert into workspace_field select $1, 'company', 'f' || i, '', 'text' from generate_series(1, 496) i",
        [world.portalId],
      ),
    );
    expect(await companies("one_more", choices("a"))).toMatchObject({
      status: 409,
      body: { code: "too_many_fields" },
    });
    // A page ends early, and its cursor leads to the rest.
    const all = await pages<Field>(world, "/fields/companies?limit=200");
    expect(all.filter(({ standard }) => !standard)).toHaveLength(500);
  });

  test("a product's login reads the catalogue, and changes it only by REST", async () => {
    for (const statement of [
      "insert into workspace.fields (object_type, name, label, type) values ('contact', 'sneaked', '', 'text')",
      "update workspace.fields set type = 'text'",
      "delete from workspace.fields",
    ])
      await expect(inSql(at.world, statement)).rejects.toThrow(
        "permission denied",
      );
  });

  test("another portal sees nothing of it, by REST and by SQL", async () => {
    const { world } = at;
    await declared({ name: "secret", type: "text" });
    const { portalId, apiKey } = world;
    await world.addPortal({});
    await world.install();
    try {
      const names = (await fields()).map(({ name }) => name);
      expect(names).toContain("email");
      expect(names).not.toContain("secret");
      expect(await inSql(world, "select name from workspace.fields")).toEqual(
        [],
      );
    } finally {
      world.portalId = portalId;
      world.apiKey = apiKey;
    }
  });
});

const values: readonly [string, Json, unknown, unknown][] = [
  ["text", {}, "any", 5],
  ["number", {}, 12.5, "twelve"],
  ["date", {}, "2026-11-30", "2026-02-30"],
  ["datetime", {}, "2026-11-30T09:00:00Z", "2026-11-30"],
  ["boolean", {}, true, "true"],
  ["option", { options: choices("a;b", "c") }, "a;b", "A;B"],
  ["options", { options: choices("a", "c") }, ["a", "c"], ["a", "d"]],
  ["owner", {}, "Ann@Example.com", "ann"],
];

describe("BN-010 values of a declared field are checked wherever a product writes", () => {
  beforeAll(async () => {
    for (const [type, more] of values)
      await declared({ name: `a_${type}`, label: `My ${type}`, type, ...more });
  });

  test.each(values)("%s", async (type, _more, good, bad) => {
    const { world } = at;
    const name = `a_${type}`;
    const fault = {
      path: `properties.${name}`,
      message: expect.stringMatching(/^must be .+, or null$/) as string,
    };

    // REST: a creation, a change, a batch.
    const { id } = await make(world, "contacts", { [name]: good, free: bad });
    for (const [method, path] of [
      ["POST", "/contacts"],
      ["PATCH", `/contacts/${id}`],
    ] as const) {
      const reply = await world.api<Faults>(method, path, {
        properties: { [name]: bad },
      });
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid_input", errors: [fault] },
      });
    }
    const batch = await world.api<{ results: Json[] }>(
      "POST",
      "/contacts/batch",
      {
        inputs: [
          { properties: { [name]: bad } },
          { id, properties: { [name]: null, free: "kept" } },
          { properties: { [name]: good } },
        ],
      },
    );
    expect(batch.body.results).toMatchObject([
      { status: 400, problem: { errors: [fault] } },
      { status: 200, record: { properties: { free: "kept" } } },
      { status: 201, record: { properties: { [name]: good } } },
    ]);
    expect((await record(world, "contacts", id)).properties).toEqual({
      free: "kept",
    });

    // SQL: an insert and an update of the view.
    await asProduct(world, async (product) => {
      for (const statement of [
        "insert into workspace.contacts (custom) values (jsonb_build_object($1::text, $2::jsonb))",
        "update workspace.contacts set custom = custom || jsonb_build_object($1::text, $2::jsonb) where id = $3",
      ]) {
        const more = statement.startsWith("update") ? [id] : [];
        await expect(
          product.query(statement, [name, JSON.stringify(bad), ...more]),
        ).rejects.toThrow(
          new RegExp(`^custom\\.${name} \\(My ${type}\\) must be .+\\.$`),
        );
        const { rowCount } = await product.query(statement, [
          name,
          JSON.stringify(good),
          ...more,
        ]);
        expect(rowCount).toBe(1);
      }
      const { rows } = await product.query<{ custom: Json }>(
        "update workspace.contacts set custom = custom || jsonb_build_object($1::text, null) where id = $2 returning custom",
        [name, id],
      );
      expect(rows[0]?.custom[name]).toBeUndefined();
    });
  });

  test("a number sent as a string is stored as a number, with all its digits", async () => {
    const { id } = await make(at.world, "contacts", {
      a_number: "43000000000000000000.1",
    });
    const rows = await inSql<{ text: string }>(
      at.world,
      "select custom ->> 'a_number' as text from workspace.contacts where id = $1 and jsonb_typeof(custom -> 'a_number') = 'number'",
      [id],
    );
    expect(rows).toEqual([{ text: "43000000000000000000.1" }]);
  });

  test("a record with a value that no longer fits is written back as it was read, and changed elsewhere", async () => {
    const { world } = at;
    await declared({
      name: "grade",
      type: "option",
      options: choices("gold", "tin"),
    });
    const { id } = await make(world, "contacts", { grade: "tin" });
    expect(
      await change("grade", { options: choices("gold"), force: true }),
    ).toMatchObject({ status: 200 });
    const { properties } = await record(world, "contacts", id);
    for (const more of [{}, { city: "Kiel" }])
      expect(
        await world.api("PATCH", `/contacts/${id}`, {
          properties: { ...properties, ...more },
        }),
      ).toMatchObject({ status: 200 });
    const [row] = await inSql(
      world,
      "update workspace.contacts set city = 'Bonn', custom = custom where id = $1 returning city, custom",
      [id],
    );
    expect(row).toEqual({ city: "Bonn", custom: { grade: "tin" } });
    expect(
      await world.api("PATCH", `/contacts/${id}`, {
        properties: { grade: "iron" },
      }),
    ).toMatchObject({ status: 400 });
  });
});

describe("BN-010 changes of a field", () => {
  test("a label and further options are changed at once", async () => {
    await declared({ name: "level", type: "option", options: choices("a") });
    expect(
      await change("level", { label: "Our level", options: choices("a", "b") }),
    ).toMatchObject({
      status: 200,
      body: { label: "Our level", type: "option", options: choices("a", "b") },
    });
    await make(at.world, "contacts", { level: "b" });
  });

  test("an option that records have is removed only by force, and the answer says how many have it", async () => {
    const { world } = at;
    await declared({
      name: "tags",
      type: "options",
      options: choices("a", "b", "c"),
    });
    const { id } = await make(world, "contacts", { tags: ["a", "b"] });
    await make(world, "contacts", { tags: ["b"] });
    const refused = await change("tags", { options: choices("c") });
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: "options_in_use",
        options: [
          { value: "a", records: 1 },
          { value: "b", records: 2 },
        ],
      },
    });
    expect(refused.body.detail).toContain("b (2 contacts have it)");
    expect(await change("tags", { options: choices("a", "b") })).toMatchObject({
      status: 200,
    });
    expect(await change("tags", { options: choices("a;b") })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "options.0.value" }] },
    });
    expect(
      await change("tags", { options: choices("a"), force: true }),
    ).toMatchObject({ status: 200 });
    expect((await record(world, "contacts", id)).properties["tags"]).toEqual([
      "a",
      "b",
    ]);
  });

  test("a type changes only if every value fits, and a field is declared only then", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      score: "12",
      due: "2026-11-30",
    });
    expect(await declare({ name: "score", type: "number" })).toMatchObject({
      status: 409,
      body: { code: "values_dont_fit", records: 1 },
    });
    await declared({ name: "score", type: "text" });
    expect(await change("score", { type: "number" })).toMatchObject({
      status: 409,
      body: {
        code: "values_dont_fit",
        records: 1,
        detail: expect.stringContaining(
          "1 contact has a value in score",
        ) as string,
      },
    });
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { score: null },
    });
    expect(await change("score", { type: "number" })).toMatchObject({
      status: 200,
      body: { type: "number" },
    });
    await declared({ name: "due", type: "date" });
    expect(await change("due", { type: "option" })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "options" }] },
    });
  });
});

describe("BN-010 BN-105 BN-109 a field made for a property", () => {
  test("takes what HubSpot says, is offered for the property, and syncs both ways once its mapping is saved", async () => {
    const { world } = at;
    await property("tier", {
      type: "enumeration",
      fieldType: "select",
      options: optionsOf("gold", "silver"),
    });
    const {
      mapping: offered,
      note,
      ...field
    } = await declared({
      fromProperty: "tier",
    });
    expect(field).toEqual({
      name: "tier",
      label: "The tier",
      type: "option",
      options: choices("gold", "silver"),
      standard: false,
      mapped: null,
    });
    expect(note).toBeNull();
    const before = await stored();
    const fitting = await fields("&fitting=tier");
    expect(fitting.find(({ name }) => name === "tier")?.fitting).toEqual({
      conversion: { kind: "text" },
      direction: "both",
      note: null,
    });
    expect(
      fitting.find(({ name }) => name === "city")?.fitting?.note,
    ).toContain("accepts only its options");
    expect(new Set(fitting.map(({ type }) => type))).toEqual(
      new Set(["text", "option"]),
    );
    expect(await stored()).toEqual(before);

    await map(offered as FieldMapping);
    expect((await fields()).find(({ name }) => name === "tier")?.mapped).toBe(
      "tier",
    );
    const { id } = await make(world, "contacts", {
      email: "tier@example.com",
      tier: "gold",
    });
    await calm(world);
    const objectId = await objectOf(world, "contacts", id);
    expect((await object(world, "contacts", objectId)).properties["tier"]).toBe(
      "gold",
    );
    await changeObject(world, "contacts", objectId, { tier: "silver" });
    // HubSpot sends no webhooks for a portal's own properties.
    await sync(world, "pull", "contacts", { hubspotIds: [objectId] });
    await calm(world);
    expect((await record(world, "contacts", id)).properties["tier"]).toBe(
      "silver",
    );
  });

  test("a name that is taken gets a number, and a property that HubSpot lacks is not found", async () => {
    await property("city_code", { type: "number", fieldType: "number" });
    expect(await declared({ fromProperty: "city" })).toMatchObject({
      name: "city_2",
      mapping: { field: "city_2", property: "city" },
    });
    expect(
      await declared({
        fromProperty: "city_code",
        name: "code",
        label: "Code",
      }),
    ).toMatchObject({ name: "code", label: "Code", type: "number" });
    for (const reply of [
      await declare({ fromProperty: "nowhere" }),
      await at.world.api("GET", "/fields/contacts?fitting=constructor"),
    ])
      expect(reply).toMatchObject({
        status: 404,
        body: { code: "no_such_property" },
      });
  });
});

describe("BN-105 a mapping and its field", () => {
  const withMapping = async (one: FieldMapping) => {
    const { version, settings } = await stored();
    const { contact } = settings;
    const body = {
      version,
      settings: {
        ...settings,
        contact: { ...contact, mappings: [...contact.mappings, one] },
      },
    };
    const place = `settings.contact.mappings.${contact.mappings.length}.conversion`;
    return { body, place };
  };

  test("what can never fit is refused with its place, by a check as by a save; what may fit is a warning", async () => {
    const { world } = at;
    await property("visits", { type: "number", fieldType: "number" });
    await declared({ fromProperty: "visits" });
    const { body, place } = await withMapping(mapping("visits"));
    const message =
      "The field The visits can only have numbers, but the conversion text pulls other values into it. Choose the conversion number, or set the direction to push.";
    const before = await stored();
    const put = await world.api<Faults>("PUT", "/settings", body);
    expect(put).toMatchObject({ status: 400, body: { code: "invalid_input" } });
    expect(put.body.errors).toEqual([{ path: place, message }]);
    expect(await stored()).toEqual(before);
    const checked = await world.api<Json>("POST", "/settings/check", body);
    expect(checked.body).toMatchObject({ errors: [{ path: place, message }] });

    await property("since", { type: "date", fieldType: "date" });
    await declared({ fromProperty: "since" });
    const maybe = await withMapping(mapping("since"));
    const { body: warned } = await world.api<Json>(
      "POST",
      "/settings/check",
      maybe.body,
    );
    expect(warned).toMatchObject({ errors: [] });
    expect(warned["warnings"]).toContainEqual({
      path: maybe.place,
      message:
        "The field The since can only have dates, but the conversion text pulls other values into it. Choose the conversion date, or set the direction to push.",
    });
  });

  test("a field isn't declared, nor its type changed, against the saved mapping", async () => {
    await property("motto", { type: "string", fieldType: "text" });
    await map(mapping("motto"));
    expect(await declare({ name: "motto", type: "number" })).toMatchObject({
      status: 409,
      body: { code: "mapping_doesnt_fit" },
    });
    await declared({ name: "motto", type: "text" });
    expect(await change("motto", { type: "boolean" })).toMatchObject({
      status: 409,
      body: { code: "mapping_doesnt_fit" },
    });
  });

  test("a roll-back to a document whose mapping no longer fits its field is refused", async () => {
    const { world } = at;
    await property("mood", { type: "string", fieldType: "text" });
    await map(mapping("mood"));
    const { version } = await stored();
    const { settings } = await stored();
    await setSettings(world, "contact", {
      mappings: settings.contact.mappings.filter(
        ({ field }) => field !== "mood",
      ),
    });
    await declared({ name: "mood", type: "number" });
    const newest = await stored();
    expect(
      await world.api("POST", "/settings/roll-back", {
        version: newest.version,
        to: version,
      }),
    ).toMatchObject({ status: 422, body: { code: "version_not_valid" } });
    expect(await stored()).toEqual(newest);
  });
});

describe("BN-010 X-10 what HubSpot has must fit, too", () => {
  test("a value that doesn't fit is a problem of its field; the rest of the record, and of the batch, syncs", async () => {
    const { world } = at;
    await property("plan", {
      type: "enumeration",
      fieldType: "select",
      options: optionsOf("basic", "pro"),
    });
    await declared({
      name: "plan",
      label: "Our plan",
      type: "option",
      options: choices("basic"),
    });
    await map(mapping("plan"));
    // A new record, and one that is there.
    const fresh = await makeObject(world, "contacts", {
      email: "fresh@plan.example",
      plan: "pro",
      city: "Kiel",
    });
    const linked = await makeObject(world, "contacts", {
      email: "linked@plan.example",
      plan: "basic",
    });
    await calm(world);
    await changeObject(world, "contacts", linked, {
      plan: "pro",
      city: "Bonn",
    });
    await calm(world);
    const made = await recordOf(world, "contacts", fresh);
    expect(made.properties).toMatchObject({ city: "Kiel" });
    expect(made.properties).not.toHaveProperty("plan");
    const kept = await recordOf(world, "contacts", linked);
    expect(kept.properties).toMatchObject({ city: "Bonn", plan: "basic" });
    for (const { id } of [made, kept])
      expect(await attention(world, id)).toMatchObject([
        {
          kind: "problem",
          code: "field_misfit",
          field: "plan",
          cause: `The workspace rejected The plan: "pro" doesn't fit the field Our plan, which must be one of its options (basic).`,
        },
      ]);
    // Nothing goes the other way because of it.
    expect((await object(world, "contacts", linked)).properties["plan"]).toBe(
      "pro",
    );

    // Once the field can have the value, it is pulled by itself.
    expect(
      await change("plan", { options: choices("basic", "pro") }),
    ).toMatchObject({ status: 200 });
    await calm(world);
    for (const { id } of [made, kept]) {
      expect((await record(world, "contacts", id)).properties["plan"]).toBe(
        "pro",
      );
      expect(await attention(world, id)).toEqual([]);
    }
  });
});
