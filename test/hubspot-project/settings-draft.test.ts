import { describe, expect, test } from "vitest";
import type { SettingsDocument } from "../../hubspot-project/src/app/settings/document.ts";
import {
  changesBetween,
  keepingMine,
} from "../../hubspot-project/src/app/settings/draft.ts";
import { settings } from "./sample-page.ts";

type Edit = (document: Draft) => void;
type Draft = {
  productName: string;
  automatic: { pull: boolean; push: boolean };
  retention: { journalDays: number };
  contact: {
    policy: string;
    newOwner: { rule: string; ownerEmail?: string };
    push: { conditions: { stages: string[] | null } };
    mappings: { field: string; property: string; direction: string }[];
  };
};

const edited = (...edits: Edit[]): SettingsDocument => {
  const document = settings();
  for (const edit of edits) edit(document as unknown as Draft);
  return document;
};

const renamed: Edit = (document) => {
  document.productName = "Bigfoot";
};
const pushOff: Edit = (document) => {
  document.automatic.push = false;
};
const pullOff: Edit = (document) => {
  document.automatic.pull = false;
};
const direction =
  (field: string, to: string): Edit =>
  ({ contact }) => {
    for (const mapping of contact.mappings)
      if (mapping.field === field) mapping.direction = to;
  };
const withoutMapping =
  (field: string): Edit =>
  ({ contact }) => {
    contact.mappings = contact.mappings.filter((one) => one.field !== field);
  };
const withMapping =
  (field: string): Edit =>
  ({ contact }) => {
    contact.mappings.push({ field, property: field, direction: "both" });
  };
const noMappings: Edit = ({ contact }) => {
  contact.mappings = [];
};
const stages =
  (...some: string[]): Edit =>
  ({ contact }) => {
    contact.push.conditions.stages = some;
  };

const newOwner =
  (ownerEmail: string | null): Edit =>
  ({ contact }) => {
    contact.newOwner =
      ownerEmail === null ? { rule: "none" } : { rule: "owner", ownerEmail };
  };

describe("how many settings a draft changes", () => {
  test.each<[string, Edit[], number]>([
    ["nothing", [], 0],
    ["a name", [renamed], 1],
    ["two switches", [pushOff, pullOff], 2],
    [
      "one mapping in two of its parts",
      [
        direction("phone", "pull"),
        ({ contact }) => {
          for (const one of contact.mappings)
            if (one.field === "phone") one.property = "fax";
        },
      ],
      1,
    ],
    ["a mapping that is gone", [withoutMapping("phone")], 1],
    ["a mapping that is new", [withMapping("fax")], 1],
    ["the order of mappings", [({ contact }) => contact.mappings.reverse()], 0],
    ["a list of stages", [stages("lead", "customer")], 1],
    ["a rule with what belongs to it", [newOwner("a@example.com")], 1],
  ])("%s", (_what, edits, count) => {
    expect(changesBetween(settings(), edited(...edits))).toBe(count);
  });

  test("all mappings, removed one by one", () => {
    const { mappings } = settings()["contact"] as Draft["contact"];
    expect(changesBetween(settings(), edited(noMappings))).toBe(
      mappings.length,
    );
    expect(changesBetween(edited(noMappings), settings())).toBe(
      mappings.length,
    );
  });
});

describe("my changes on what somebody else saved", () => {
  test.each<[string, Edit[], Edit[], Edit[]]>([
    ["different settings: both", [renamed], [pushOff], [renamed, pushOff]],
    [
      "the same setting: mine",
      [renamed],
      [(d) => (d.productName = "X")],
      [renamed],
    ],
    ["nothing of mine: theirs", [], [pushOff], [pushOff]],
    [
      "two mappings: both",
      [direction("phone", "pull")],
      [direction("first_name", "push")],
      [direction("phone", "pull"), direction("first_name", "push")],
    ],
    [
      "one mapping that both changed: mine, whole",
      [direction("phone", "pull")],
      [direction("phone", "push")],
      [direction("phone", "pull")],
    ],
    [
      "a mapping that I removed: gone",
      [withoutMapping("phone")],
      [pushOff],
      [withoutMapping("phone"), pushOff],
    ],
    [
      "a mapping that they removed and I left: gone",
      [pushOff],
      [withoutMapping("phone")],
      [withoutMapping("phone"), pushOff],
    ],
    [
      "a mapping that each of us added: both",
      [withMapping("fax")],
      [withMapping("pager")],
      [withMapping("pager"), withMapping("fax")],
    ],
    [
      "stages are one choice: mine",
      [stages("lead")],
      [stages("customer")],
      [stages("lead")],
    ],
    [
      "a rule is one choice, with what belongs to it: mine",
      [newOwner("a@example.com")],
      [newOwner("b@example.com")],
      [newOwner("a@example.com")],
    ],
  ])("%s", (_what, mine, theirs, expected) => {
    const merged = keepingMine(settings(), edited(...mine), edited(...theirs));
    expect(changesBetween(merged, edited(...expected))).toBe(0);
  });

  test("a rule is never mixed from two documents, of which only one has what belongs to it", () => {
    const base = edited(newOwner("a@example.com"));
    const merged = keepingMine(
      base,
      edited(newOwner("b@example.com")),
      edited(newOwner(null)),
    );
    expect(merged["contact"]).toMatchObject({
      newOwner: { rule: "owner", ownerEmail: "b@example.com" },
    });
  });

  test("a setting that only a newer server knows stays, whoever has it", () => {
    const newer = { ...settings(), people: { unknown: "deny" } };
    expect(
      keepingMine(settings(), edited(renamed), newer as SettingsDocument),
    ).toMatchObject({
      productName: "Bigfoot",
      people: { unknown: "deny" },
    });
  });
});
