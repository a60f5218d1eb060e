import { describe } from "vitest";
import { mappingsApplied } from "../../../../server/sync/decide/triggers.ts";
import { decisionRows } from "./decision-rows.ts";
import { fieldRows } from "./field-rows.ts";
import { link, mapped, object, record } from "./situation.ts";

const asked = { w: "w", h: "h", trigger: mappingsApplied } as const;
const left = { ...asked, base: ["w", "h"] } as const;
const changed = {
  ...asked,
  base: ["w before", "h before"],
  left: ["workspace", "hubspot"],
} as const;

describe("BN-013 a mapping that a person applies to existing records", () => {
  fieldRows([
    [
      "unmapped until now: the side that starts a sync can't be asked",
      asked,
      "unasked mapped_later",
    ],
    [
      "the policy names a winner",
      { ...asked, policy: "workspace" },
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
    ],
    [
      "a person is to choose",
      { ...asked, policy: "hold" },
      "held conflict_held",
    ],
    [
      "from HubSpot only",
      { ...asked, mapping: { direction: "pull" } },
      'to-workspace "h" ["h"|"h"] overwrote "w"',
    ],
    [
      "to HubSpot only",
      { ...asked, mapping: { direction: "push" } },
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
    ],
    ["a blank is filled", { ...asked, w: null }, 'to-workspace "h" ["h"|"h"]'],
    [
      "one that only fills in blanks leaves both",
      { ...asked, mapping: { write: "fill" } },
      'settled fill_only ["w"|"h"] left -',
    ],
    ["reconciled before: nothing", left, "same same"],
    [
      "left alone, and it replaces values now: the change is synced",
      { ...left, left: ["hubspot"] },
      'to-workspace "h" ["h"|"h"]',
    ],
    [
      "left alone, and it still only fills in blanks",
      { ...left, left: ["hubspot"], mapping: { write: "fill" } },
      "same fill_only",
    ],
    [
      "left alone, and it now goes the other way",
      { ...left, left: ["hubspot"], mapping: { direction: "push" } },
      "same same",
    ],
    [
      "both were left alone: the policy",
      { ...left, left: ["workspace", "hubspot"], policy: "hubspot" },
      'to-workspace "h" ["h"|"h"] overwrote "w"',
    ],
    [
      "both were left alone, and only the side that starts a sync could win",
      { ...left, left: ["workspace", "hubspot"] },
      "same same",
    ],
    [
      "different from the start: the policy",
      { ...left, left: [], policy: "workspace" },
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
    ],
    [
      "left alone, changed here, and blank in HubSpot by now: a blank replaces nothing",
      { ...changed, h: null, mapping: { direction: "pull" } },
      'settled blank ["w"|null]',
    ],
    [
      "the same, and blanks are to replace values",
      { ...changed, h: null, mapping: { direction: "pull", clear: true } },
      'to-workspace null [null|null] overwrote "w"',
    ],
    [
      "left alone, changed in HubSpot, and blank here by now: a blank replaces nothing",
      { ...changed, w: null, mapping: { direction: "push" } },
      'settled blank [null|"h"]',
    ],
  ]);
});

describe("BN-013 pairs", () => {
  const contact = {
    mappings: [mapped("city", "city")],
    policy: "hubspot",
  } as const;
  const changed = {
    contact: { ...contact, mappings: [...contact.mappings] },
    trigger: mappingsApplied,
  };
  decisionRows([
    [
      "that are linked are checked",
      {
        ...changed,
        pair: {
          record: record({ city: "Rome" }),
          object: object({ city: "Oslo" }),
          link: link(),
        },
      },
      "updated updated; update record",
    ],
    [
      "that only match aren't linked",
      {
        ...changed,
        pair: {
          record: record({ city: "Rome" }),
          object: object({ city: "Oslo" }),
        },
      },
      "unchanged not_linked",
    ],
    [
      "without an object aren't created",
      { ...changed, pair: { record: record({ city: "Rome" }) } },
      "unchanged not_linked",
    ],
    [
      "without a record aren't created",
      { ...changed, pair: { object: object({ city: "Oslo" }) } },
      "unchanged not_linked",
    ],
  ]);
});
