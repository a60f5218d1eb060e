import { expect, test } from "vitest";
import type { Ground, RecordRow, TypedObject } from "./ground.ts";
import { associationsAgree } from "./judge-associations.ts";
import { nobodysDeletion, stagesAgree } from "./judge-deals.ts";

/** The judge must find what is wrong with a deal: each test spoils one thing of a pair in which all is well. */

const record: RecordRow = {
  id: "d",
  object_type: "deal",
  properties: { pipeline: "default", stage: "won" },
  company_id: null,
  origin: "product",
  deleted_at: null,
};
const person: RecordRow = { ...record, id: "c", object_type: "contact" };
const object: TypedObject = {
  type: "deal",
  id: "5",
  properties: { pipeline: "default", dealstage: "won" },
  associations: [
    { toType: "contacts", toId: "5", primary: false, typeIds: [], labels: [] },
  ],
  createdAt: "",
  updatedAt: "",
  archived: false,
  mergedInto: null,
};
const live = (id: string, type: "deal" | "contact") => ({
  record_id: id,
  object_id: "5",
  object_type: type,
  state: "live",
  created_at: new Date("2026-01-01"),
});
const withObject = (changed: Partial<TypedObject>): Ground["objects"] =>
  new Map([
    ["deal 5", { ...object, ...changed }],
    ["contact 5", { ...object, type: "contact", associations: [] }],
  ]);
const well: Ground = {
  records: new Map([
    ["d", record],
    ["c", person],
  ]),
  links: [live("d", "deal"), live("c", "contact")],
  attention: [],
  changes: [],
  verdicts: new Map(),
  refused: new Set(),
  dirty: new Set(),
  parents: new Map([["d", new Set(["c"])]]),
  lost: [],
  recordAliases: new Map(),
  objects: withObject({}),
};
const deeds = { entities: [], typed: [], directed: false };

test("a deal of which all is well has no findings", () => {
  expect([
    ...stagesAgree(well),
    ...associationsAgree(well),
    ...nobodysDeletion(well, deeds),
  ]).toEqual([]);
});

test.each([
  ["stage", { pipeline: "default", dealstage: "lost" }],
  ["pipeline", { pipeline: "701", dealstage: "won" }],
])(
  "a deal whose %s differs is found, unless an entry says why",
  (field, properties) => {
    const objects = withObject({ properties });
    expect(stagesAgree({ ...well, objects })).toEqual([
      expect.stringMatching(/it is at default\/won here and at \w+\/\w+ in/),
    ]);
    const entry = {
      record_id: "d",
      object_id: null,
      object_type: "deal" as const,
      field,
      code: "conflict_held",
      kind: "conflict",
    };
    expect(stagesAgree({ ...well, objects, attention: [entry] })).toEqual([]);
  },
);

test("a contact that only one side knows of the deal is found", () => {
  expect(
    associationsAgree({ ...well, objects: withObject({ associations: [] }) }),
  ).toEqual([expect.stringContaining("contact c here, not in HubSpot")]);
  expect(associationsAgree({ ...well, parents: new Map() })).toEqual([
    expect.stringContaining("contact c in HubSpot, not here"),
  ]);
});

test("a deal that is archived is found, unless somebody deleted it there, or here while deletions were synced", () => {
  const ground = { ...well, objects: withObject({ archived: true }) };
  const found = [expect.stringContaining("deal object 5 is archived")];
  const here = new Set(["workspace deal d"]);
  expect(nobodysDeletion(ground, deeds)).toEqual(found);
  expect(nobodysDeletion(ground, { ...deeds, deleted: here })).toEqual(found);
  expect(
    nobodysDeletion(ground, { ...deeds, deleted: here, deletionSync: true }),
  ).toEqual([]);
  expect(
    nobodysDeletion(ground, {
      ...deeds,
      deleted: new Set(["hubspot deal 5"]),
    }),
  ).toEqual([]);
});
