import { describe } from "vitest";
import type { PropertyDefinition } from "../../../../server/sync/model.ts";
import { fieldRows } from "./field-rows.ts";
import { automaticPush, manualPush } from "./situation.ts";

const phone: PropertyDefinition = {
  type: "string",
  fieldType: "phonenumber",
  readOnly: false,
  options: null,
  label: "Phone",
};
const typed = "+1 (415) 555-0100";
const respelled = "+1 415 555 0100";
const kept = "+14155550100";

describe("7-A7 a field whose values have more than one spelling", () => {
  fieldRows([
    [
      "another spelling in the workspace is no change",
      {
        w: respelled,
        h: kept,
        base: [typed, kept],
        trigger: automaticPush,
        definition: phone,
      },
      "same same",
    ],
    [
      "another spelling in HubSpot is no change",
      { w: typed, h: respelled, base: [typed, kept], definition: phone },
      "same same",
    ],
    [
      "and is none by hand either",
      {
        w: respelled,
        h: kept,
        base: [typed, kept],
        trigger: manualPush,
        definition: phone,
      },
      "same same",
    ],
    [
      "two spellings at a first connection agree, and both are the base",
      {
        w: typed,
        h: kept,
        linkIsNew: true,
        trigger: automaticPush,
        definition: phone,
      },
      `settled agree ["${typed}"|"${kept}"]`,
    ],
    [
      "two spellings of one new number agree, where both sides changed",
      {
        w: "+1 (415) 555-0199",
        h: "+14155550199",
        base: [typed, kept],
        policy: "hold",
        definition: phone,
      },
      'settled agree ["+1 (415) 555-0199"|"+14155550199"]',
    ],
    [
      "an open attempt's value in HubSpot's spelling is its echo",
      {
        w: typed,
        h: kept,
        base: ["1", "1"],
        sent: [{ h: typed, w: typed }],
        definition: phone,
      },
      `settled echo ["${typed}"|"${kept}"]`,
    ],
    [
      "another number is sent as it was typed",
      {
        w: "+1 (415) 555-0101",
        h: kept,
        base: [typed, kept],
        trigger: automaticPush,
        definition: phone,
      },
      'to-hubspot "+1 (415) 555-0101" ["+1 (415) 555-0101"|"+1 (415) 555-0101"]',
    ],
    [
      "mere text is compared as text",
      {
        w: respelled,
        h: kept,
        base: [typed, kept],
        trigger: automaticPush,
      },
      `to-hubspot "${respelled}" ["${respelled}"|"${respelled}"]`,
    ],
  ]);
});
