import { describe } from "vitest";
import { parkingSignature } from "../../../../server/sync/decide/three-way-field.ts";
import { fieldRows, pullOff } from "./field-rows.ts";
import { automaticPush, manualPull, manualPush, mapped } from "./situation.ts";

describe("a value that HubSpot filled in when the object was created", () => {
  const filled = { base: [null, "lead"], h: "lead", filled: true } as const;
  const clear = { mapping: { clear: true } };
  const overData = {
    ...filled,
    base: ["customer", "lead"],
    w: "customer",
    mapping: { direction: "pull", write: "fill" },
  } as const;
  fieldRows([
    [
      "goes to a record that has none",
      filled,
      'to-workspace "lead" ["lead"|"lead"]',
    ],
    [
      "goes there whichever side starts the sync",
      { ...filled, trigger: automaticPush },
      'to-workspace "lead" ["lead"|"lead"]',
    ],
    [
      "goes there under a push by hand, even where blanks clear",
      { ...filled, ...clear, trigger: manualPush },
      'to-workspace "lead" ["lead"|"lead"]',
    ],
    [
      "waits while automatic pull is off",
      { ...filled, may: pullOff },
      "waiting automatic_pull_off",
    ],
    [
      "gives way to what the record got meanwhile, without a conflict",
      { ...filled, w: "customer", policy: "hold" },
      'to-hubspot "customer" ["customer"|"customer"]',
    ],
    [
      "gives way also under HubSpot's policy: nobody typed it",
      { ...filled, w: "customer", policy: "hubspot" },
      'to-hubspot "customer" ["customer"|"customer"]',
    ],
    [
      "goes over a field that comes from HubSpot alone",
      {
        ...filled,
        base: ["customer", "lead"],
        w: "customer",
        mapping: { direction: "pull" },
      },
      'to-workspace "lead" ["lead"|"lead"]',
    ],
    [
      "is left alone by automatic sync where the record has data, and the field only fills in blanks",
      overData,
      'settled fill_only ["customer"|"lead"] left -',
    ],
    [
      "goes there at the first press of Pull, though the field only fills in blanks",
      { ...overData, trigger: manualPull },
      'to-workspace "lead" ["lead"|"lead"]',
    ],
    [
      "that somebody has changed in HubSpot since is a change like any other",
      { ...filled, h: "opportunity", w: "customer", policy: "hold" },
      "held conflict_held",
    ],
    [
      "lifts no parking of what HubSpot rejected in its place",
      {
        ...filled,
        w: "no-stage",
        parked: {
          side: "hubspot",
          sent: "no-stage",
          code: "invalid_option",
          message: "no",
          signature: parkingSignature(mapped("f", "p"), undefined),
          h: "lead",
        },
      },
      "parked invalid_option",
    ],
  ]);
});
