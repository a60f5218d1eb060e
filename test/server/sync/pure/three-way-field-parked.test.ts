import { describe } from "vitest";
import { parkingSignature } from "../../../../server/sync/decide/three-way-field.ts";
import { fieldRows, pullOff, pushOff } from "./field-rows.ts";
import { manyToOne } from "./properties.ts";
import { manualPush, mapped, retry } from "./situation.ts";

describe("parked fields", () => {
  const mapping = mapped("f", "p");
  const parked = {
    side: "hubspot",
    sent: "b",
    code: "invalid_email",
    message: "no",
    signature: parkingSignature(mapping, undefined),
  } as const;
  const waiting = { w: "b", h: "a", base: ["a", "a"] as const, parked };
  const definition = {
    type: "string",
    readOnly: false,
    options: null,
    label: "P",
  };
  fieldRows([
    ["stay parked with the same value", waiting, "parked invalid_email"],
    [
      "stay parked under a push by hand",
      { ...waiting, trigger: manualPush },
      "parked invalid_email",
    ],
    [
      "stay parked while push is off, so that switching it is no retry",
      { ...waiting, may: pushOff },
      "parked invalid_email",
    ],
    [
      "are tried again with another value",
      { ...waiting, w: "c" },
      'to-hubspot "c" ["c"|"c"]',
    ],
    [
      "are tried again under another definition",
      { ...waiting, definition },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "are tried again under another mapping",
      {
        ...waiting,
        parked: {
          ...parked,
          signature: parkingSignature({ ...mapping, property: "q" }, undefined),
        },
      },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "are tried again by Retry",
      { ...waiting, trigger: retry },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "stay parked while HubSpot has the value that it had when it refused, however it spells it",
      { ...waiting, parked: { ...parked, h: " a " } },
      "parked invalid_email",
    ],
    [
      "7-A8 are tried again once HubSpot has another value",
      {
        ...waiting,
        h: "z",
        parked: { ...parked, h: "a" },
        policy: "workspace",
      },
      'to-hubspot "b" ["b"|"b"] overwrote "z"',
    ],
    [
      "7-A8 are tried again once HubSpot has none",
      { ...waiting, h: null, parked: { ...parked, h: "a" } },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "7-A8 stay parked where HubSpot had none and has none",
      {
        ...waiting,
        h: null,
        base: ["a", null],
        parked: { ...parked, h: null },
      },
      "parked invalid_email",
    ],
    [
      "7-A8 an entry from before HubSpot's value was stored is bound to the base",
      { ...waiting, h: null, parked: { ...parked, code: "not_taken" } },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "7-A8 and stays parked while HubSpot has the base's value",
      { ...waiting, parked: { ...parked, code: "not_taken" } },
      "parked not_taken",
    ],
    [
      "one that the mapping refused, and HubSpot was not asked about, is no other for HubSpot's change",
      { ...waiting, h: null },
      "parked invalid_email",
    ],
    [
      "are over once the value is back to what was settled",
      { ...waiting, w: "a" },
      "same same",
    ],
    [
      "are over once HubSpot holds the value",
      { ...waiting, h: "b" },
      'settled agree ["b"|"b"]',
    ],
    [
      "a value that the mapping cannot carry is parked, and the old base stays",
      {
        w: "lost",
        h: "x",
        base: ["a", "x"],
        mapping: { conversion: manyToOne },
      },
      "parked unmapped_option",
    ],
    [
      "a value of HubSpot's that the mapping cannot carry is parked too",
      {
        w: "a",
        h: "lost",
        base: ["a", "x"],
        mapping: { conversion: manyToOne },
      },
      "parked unmapped_option",
    ],
    [
      "one that could not be carried before waits for its switch without being forgotten",
      {
        w: "a",
        h: "lost",
        base: ["a", "x"],
        may: pullOff,
        parked: {
          side: "workspace",
          sent: "lost",
          code: "unmapped_option",
          message: "",
          signature: parkingSignature(
            mapped("f", "p", { conversion: manyToOne }),
            undefined,
          ),
        },
        mapping: { conversion: manyToOne },
      },
      "parked unmapped_option",
    ],
    [
      "a currency that the account lacks stays parked, in whatever order HubSpot lists those that it has",
      {
        w: "GBP",
        h: "EUR",
        base: ["EUR", "EUR"],
        definition: { ...definition, currencies: ["USD", "EUR"] },
        parked: {
          side: "hubspot",
          sent: "GBP",
          code: "invalid_option",
          message: "",
          signature: parkingSignature(mapped("f", "p"), {
            ...definition,
            currencies: ["EUR", "USD"],
          }),
        },
      },
      "parked invalid_option",
    ],
    [
      "a property that nobody may set is parked",
      {
        w: "b",
        h: "a",
        base: ["a", "a"],
        definition: { ...definition, readOnly: true },
      },
      "parked read_only_property",
    ],
    [
      "an owner whom HubSpot does not know is parked",
      {
        w: "bob@example.com",
        h: "7",
        base: ["ann@example.com", "7"],
        mapping: { conversion: { kind: "owner" } },
      },
      "parked unknown_owner",
    ],
    [
      "an owner who has come by now is sent",
      {
        w: "ann@example.com",
        h: null,
        base: [null, null],
        mapping: { conversion: { kind: "owner" } },
        parked: {
          side: "hubspot",
          sent: "ann@example.com",
          code: "unknown_owner",
          message: "",
          signature: parkingSignature(
            mapped("f", "p", { conversion: { kind: "owner" } }),
            undefined,
          ),
        },
      },
      'to-hubspot "7" ["ann@example.com"|"7"]',
    ],
  ]);
});
