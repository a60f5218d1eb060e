import { describe, expect, test } from "vitest";
import type { ObjectTruth } from "../../sandbox/crm/portal.ts";
import type { Ground, RecordRow, TypedObject } from "./ground.ts";
import { judge } from "./judge.ts";
import type { Deeds } from "./judge.ts";

/** The judge must find what is wrong: each test spoils one thing of a portal in which all is well. */

const contact: RecordRow = {
  id: "r1",
  object_type: "contact",
  properties: { first_name: "Ann", email: "Ann@Example.com" },
  company_id: "r2",
  origin: "hubspot",
  deleted_at: null,
};
const company: RecordRow = {
  id: "r2",
  object_type: "company",
  properties: { name: "Acme" },
  company_id: null,
  origin: "product",
  deleted_at: null,
};

const truth = (more: Partial<ObjectTruth> & { id: string }): ObjectTruth => ({
  properties: {},
  associations: [],
  createdAt: "",
  updatedAt: "",
  archived: false,
  mergedInto: null,
  ...more,
});
const edge = (toId: string, primary = true) => ({
  toType: "companies",
  toId,
  primary,
  typeIds: [],
  labels: [],
});
const contactObject: TypedObject = {
  type: "contact",
  ...truth({
    id: "1",
    properties: { firstname: "Ann", email: "ann@example.com" },
    associations: [edge("2")],
  }),
};
const companyObject: TypedObject = {
  type: "company",
  ...truth({ id: "2", properties: { name: "Acme" } }),
};
const live = (record: string, object: string, type: "contact" | "company") => ({
  record_id: record,
  object_id: object,
  object_type: type,
  state: "live",
  created_at: new Date("2026-01-01"),
});

const well: Ground = {
  records: new Map([contact, company].map((record) => [record.id, record])),
  links: [live("r1", "1", "contact"), live("r2", "2", "company")],
  attention: [],
  changes: [],
  verdicts: new Map(),
  refused: new Set(),
  dirty: new Set(),
  parents: new Map([["r1", new Set(["r2"])]]),
  lost: [],
  recordAliases: new Map(),
  objects: new Map([
    ["contact 1", contactObject],
    ["company 2", companyObject],
  ]),
};
const deeds: Deeds = {
  entities: [
    { type: "contact", side: "hubspot", id: "1" },
    { type: "company", side: "workspace", id: "r2" },
  ],
  typed: [],
  directed: false,
};

const withRecord = (record: RecordRow): Partial<Ground> => ({
  records: new Map([...well.records, [record.id, record]]),
});
const withObject = (object: TypedObject): Partial<Ground> => ({
  objects: new Map([...well.objects, [`${object.type} ${object.id}`, object]]),
});
const findings = (spoilt: Partial<Ground>, more: Partial<Deeds> = {}) =>
  judge({ ...well, ...spoilt }, { ...deeds, ...more });

test("a portal in which all is well has no findings", () => {
  expect(findings({})).toEqual([]);
});

const lostCreation = {
  object_type: "company" as const,
  record_id: "r2",
  made: null,
  sent: { name: { h: "Acme" } },
};

test("an archived object that a lost creation made has no findings; one that is there has", () => {
  const object = { ...companyObject, id: "4" };
  const lost = [lostCreation];
  const withObjectOf = (archived: boolean): Partial<Ground> => ({
    lost,
    objects: new Map([...well.objects, ["company 4", { ...object, archived }]]),
  });
  expect(findings(withObjectOf(true))).toEqual([]);
  expect(findings(withObjectOf(false))).toContainEqual(
    expect.stringContaining("company object 4 exists, but nobody created it"),
  );
});

test("a refusal has its cause where the record would be linked to an object with the refused value", () => {
  const email = "twin@example.com";
  const refused = (city: string): string[] =>
    findings({
      records: new Map([
        ...well.records,
        ["r9", { ...contact, id: "r9", properties: { email } }],
      ]),
      objects: new Map([
        ...well.objects,
        [
          "contact 9",
          { ...contactObject, id: "9", properties: { email, city } },
        ],
      ]),
      attention: [
        {
          record_id: "r9",
          object_id: null,
          object_type: "contact",
          field: "",
          code: "workspace_refused",
          kind: "problem",
        },
      ],
    }).filter((finding) => finding.includes("its cause is gone"));
  expect(refused("refused v1")).toEqual([]);
  expect(refused("Bern")).toHaveLength(1);
});

const merged: Partial<Ground> = {
  records: new Map([
    ...well.records,
    ["r3", { ...contact, id: "r3", properties: {} }],
  ]),
  objects: new Map([
    ...well.objects,
    ["contact 3", { ...contactObject, id: "3", mergedInto: "1" }],
  ]),
};
const merge = {
  type: "contact" as const,
  primary: "1",
  loser: "3",
  primaryRecord: "r1",
  loserRecord: "r3",
};
const parted = { ...live("r3", "3", "contact"), state: "merged-away" };

test("a merge whose primary's record kept the link has no findings", () => {
  expect(
    findings(
      { ...merged, links: [...well.links, parted] },
      {
        merges: [merge],
        entities: [
          ...deeds.entities,
          { type: "contact", side: "hubspot", id: "3" },
        ],
      },
    ),
  ).toEqual([]);
});

test("it finds that the record of a merge's other object has the link", () => {
  const links = [
    live("r3", "1", "contact"),
    { ...live("r1", "1", "contact"), state: "merged-away" },
    ...well.links.slice(1),
  ];
  expect(
    findings({ ...merged, links }, { merges: [merge] }).join("\n"),
  ).toMatch(/contact object 1 was the primary of a merge, but record r3/);
});

describe("it finds", () => {
  test.each<[string, Partial<Ground>, RegExp]>([
    [
      "a record that was never pushed",
      withRecord({ ...company, id: "r3" }),
      /company record r3 has no object/,
    ],
    [
      "an object that was never pulled",
      withObject({ ...contactObject, id: "3" }),
      /object contact 3 has no record/,
    ],
    [
      "a taken email that nobody has any more",
      {
        attention: [
          {
            record_id: "r1",
            object_id: null,
            object_type: "contact",
            field: "email",
            code: "duplicate_email",
            kind: "problem",
          },
        ],
      },
      /duplicate_email email is open, but its cause is gone/,
    ],
    [
      "a refusal of the product's own database that has no cause any more",
      {
        attention: [
          {
            record_id: "r2",
            object_id: "2",
            object_type: "company",
            field: "",
            code: "workspace_refused",
            kind: "problem",
          },
        ],
      },
      /workspace_refused {2}is open, but its cause is gone/,
    ],
    [
      "a value that was not carried onto a blank",
      withRecord({ ...contact, properties: { email: "ann@example.com" } }),
      /first_name is "" here and "ann" in HubSpot/,
    ],
    [
      "a value that differs",
      withObject({
        ...companyObject,
        properties: { name: "Apex" },
      }),
      /name is "acme" here and "apex" in HubSpot/,
    ],
    [
      "a company that only the workspace knows",
      withObject({ ...contactObject, associations: [] }),
      /company r2 here, not in HubSpot/,
    ],
    [
      "a company that only HubSpot knows",
      {
        ...withRecord({ ...contact, company_id: null }),
        parents: new Map(),
      },
      /company r2 in HubSpot, not here/,
    ],
    [
      "another primary company",
      withRecord({ ...contact, company_id: null }),
      /primary company r2 in HubSpot, none here/,
    ],
    [
      "an object that nobody created",
      {
        ...withObject({ ...companyObject, id: "3" }),
        links: [...well.links, live("r9", "3", "company")],
      },
      /company object 3 exists, but nobody created it/,
    ],
    [
      "a second creation of one record",
      {
        ...withObject({ ...companyObject, id: "3" }),
        links: [
          ...well.links,
          { ...live("r2", "3", "company"), state: "object-deleted" },
        ],
      },
      /record r2 was created 2 times/,
    ],
    [
      "a second record of one object",
      {
        ...withRecord({ ...contact, id: "r3" }),
        links: [
          ...well.links,
          { ...live("r3", "1", "contact"), state: "object-deleted" },
        ],
      },
      /contact object 1 made 2 records/,
    ],
    [
      "a second record of an object that the product made",
      {
        ...withRecord({ ...company, id: "r3", origin: "hubspot" }),
        links: [
          ...well.links,
          { ...live("r3", "2", "company"), state: "object-deleted" },
        ],
      },
      /company object 2 made 1 records: r3; its links: r2 live, r3 object-deleted/,
    ],
    [
      "a live link of a deleted record",
      withRecord({ ...contact, deleted_at: new Date() }),
      /link r1 - 1 is live, but its record is deleted/,
    ],
    [
      "a live link of an archived object",
      withObject({ ...contactObject, archived: true }),
      /link r1 - 1 is live, but its object is gone/,
    ],
    [
      "a record that is never done with",
      { dirty: new Set(["r1"]) },
      /contact record r1 stays dirty/,
    ],
  ])("%s", (_, spoilt, finding) => {
    expect(findings(spoilt).join("\n")).toMatch(finding);
  });

  test("a typed value that is nowhere, also where another one contains it", () => {
    const typed = {
      type: "contact",
      side: "hubspot",
      id: "1",
      field: "first_name",
      property: "firstname",
      value: "An",
    } as const;
    expect(findings({}, { typed: [typed] })).toEqual([
      'hubspot 1: "An" typed into first_name is nowhere',
    ]);
    expect(
      findings(
        { changes: [{ field: "first_name", before: "An", after: "Ann" }] },
        { typed: [typed] },
      ),
    ).toEqual([]);
    expect(
      findings(
        { changes: [{ field: "last_name", before: "An", after: "Ann" }] },
        { typed: [typed] },
      ),
    ).toHaveLength(1);
  });
});

describe("it lets pass", () => {
  test("another record of the product's object whose own has left with its pipeline", () => {
    expect(
      findings({
        records: new Map(
          [
            { ...contact, company_id: "r3" },
            company,
            { ...company, id: "r3", origin: "hubspot" },
          ].map((record) => [record.id, record]),
        ),
        links: [
          live("r1", "1", "contact"),
          { ...live("r2", "2", "company"), state: "unselected" },
          live("r3", "2", "company"),
        ],
        parents: new Map([["r1", new Set(["r3"])]]),
      }),
    ).toEqual([]);
  });

  test("a blank that a person typed", () => {
    const spoilt = withRecord({
      ...contact,
      properties: { ...contact.properties, first_name: "" },
    });
    expect(
      findings(spoilt, {
        typed: [
          {
            type: "contact",
            side: "workspace",
            id: "r1",
            field: "first_name",
            property: "firstname",
            value: "",
          },
        ],
      }),
    ).toEqual([]);
  });

  test("what an open entry explains", () => {
    const problem = {
      record_id: "r1",
      object_id: "1",
      object_type: "contact",
      code: "refused_by_hubspot",
      kind: "problem",
      field: "",
    } as const;
    expect(
      findings({
        ...withRecord({ ...contact, properties: {}, company_id: null }),
        parents: new Map(),
        dirty: new Set(["r1"]),
        attention: [problem],
      }),
    ).toEqual([]);
  });
});

describe("owners", () => {
  const people = [
    { id: "71", email: "ada@hubspot.example", hasLeft: false },
    { id: "72", email: "sam@hubspot.example", hasLeft: false },
    { id: "73", email: "fay@hubspot.example", hasLeft: true },
  ];
  const old = "old@product.example";
  const named = (email: string, ownerId: string, pulled = true) => ({
    email,
    ownerId,
    pulled,
  });

  /** What the judge says of a contact with this email here and this owner in HubSpot. */
  const owned = (
    here: string,
    there: string,
    documents: NonNullable<Deeds["owners"]>["documents"] = [[]],
    {
      typed = [here.toLowerCase()],
      since,
      ...spoilt
    }: Partial<Ground> & { typed?: string[]; since?: number } = {},
  ): string =>
    findings(
      {
        ...withRecord({
          ...contact,
          properties: { ...contact.properties, owner_email: here },
        }),
        ...withObject({
          ...contactObject,
          properties: { ...contactObject.properties, hubspot_owner_id: there },
        }),
        ...spoilt,
      },
      {
        owners: {
          owners: people,
          documents,
          typedAt: new Map(
            since === undefined ? [] : [["workspace contact r1", since]],
          ),
          typedEmails: new Set(typed),
        },
      },
    ).join("\n");

  test.each<[string, string, string, Parameters<typeof owned>[2]]>([
    ["HubSpot's own email of the owner", "ada@hubspot.example", "71", [[]]],
    [
      "an email that the settings name, in capitals",
      "OLD@Product.Example",
      "71",
      [[named(old, "71")]],
    ],
    [
      "one of several emails of an owner",
      "b@x.example",
      "72",
      [[named(old, "72"), named("b@x.example", "72", false)]],
    ],
    [
      "another owner's email that the settings give to this one",
      "sam@hubspot.example",
      "71",
      [[named("sam@hubspot.example", "71"), named(old, "72")]],
    ],
    ["a former owner", "fay@hubspot.example", "73", [[]]],
    [
      "a former owner whose email is another's now",
      "fay@hubspot.example",
      "73",
      [[named("fay@hubspot.example", "71", false)]],
    ],
    [
      "an email that an earlier document named",
      old,
      "71",
      [[named(old, "71")], []],
    ],
    ["no owner", "", "", [[]]],
  ])("lets pass %s", (_what, here, there, documents) => {
    expect(owned(here, there, documents)).toBe("");
  });

  test.each<[string, string, string, Parameters<typeof owned>[2]]>([
    ["another owner", "ada@hubspot.example", "72", [[]]],
    ["an email that is nobody's", old, "71", [[]]],
    ["an owner in HubSpot only", "", "71", [[]]],
    ["an owner in the workspace only", "ada@hubspot.example", "", [[]]],
    [
      "an email that the settings give to another owner",
      old,
      "71",
      [[named(old, "72")]],
    ],
    [
      "HubSpot's own email of an owner that is another's",
      "sam@hubspot.example",
      "72",
      [[named("sam@hubspot.example", "71", false), named(old, "72")]],
    ],
  ])("finds %s", (_what, here, there, documents) => {
    expect(owned(here, there, documents)).toContain(
      "contact r1/1: the owner is",
    );
  });

  test("finds an email that nobody typed and that isn't the one by which its owner is pulled", () => {
    const documents = [[named(old, "71"), named("b@x.example", "71", false)]];
    expect(owned("b@x.example", "71", documents)).toBe("");
    expect(owned("b@x.example", "71", documents, { typed: [] })).toContain(
      "the owner is",
    );
    expect(owned(old, "71", documents, { typed: [] })).toBe("");
  });

  test("goes by the documents since somebody typed the owner last, but for a merge", () => {
    const documents = [[named(old, "71")], [], [named(old, "72")], []];
    expect(owned(old, "71", documents, { since: 1 })).toBe("");
    expect(owned(old, "71", documents, { since: 2 })).toContain("the owner is");
    expect(
      owned(old, "71", documents, {
        since: 2,
        recordAliases: new Map([["r0", "r1"]]),
      }),
    ).toBe("");
  });

  test("an entry about an unknown owner is open only as long as the settings leave one side without", () => {
    const unknown = {
      record_id: "r1",
      object_id: "1",
      object_type: "contact",
      field: "owner_email",
      code: "unknown_owner",
      kind: "problem",
    } as const;
    const attention = [unknown];
    expect(owned(old, "71", [[]], { attention })).toBe("");
    expect(owned(old, "72", [[named(old, "71")]], { attention })).toContain(
      "unknown_owner is open",
    );
    // Who has left can't be assigned.
    expect(owned(old, "71", [[named(old, "73")]], { attention })).toBe("");
    // HubSpot's owner can't be pulled.
    expect(
      owned("", "72", [[named("sam@hubspot.example", "71")]], { attention }),
    ).toBe("");
  });
});
