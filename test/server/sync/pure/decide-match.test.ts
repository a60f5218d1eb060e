import { describe, expect, test } from "vitest";
import { creationKeyProperty } from "../../../../server/sync/values/identity.ts";
import {
  ann,
  decided,
  decisionRows,
  ended,
  onlyCustomers,
} from "./decision-rows.ts";
import { object, record, recordId } from "./situation.ts";

describe("a match", () => {
  const found = {
    record: record(ann),
    object: object({ email: "ann@example.com" }),
  };
  decisionRows([
    [
      "becomes a link",
      { pair: found, contact: onlyCustomers },
      "updated linked; update object; create link",
    ],
    [
      "becomes a link also where nothing may move",
      { pair: found, automatic: { pull: false, push: false } },
      "updated linked; create link",
    ],
    [
      "of a link that had ended revives it",
      { pair: { ...found, link: ended("object-deleted") } },
      "updated restored; update object; revive link",
    ],
  ]);

  test("that was one of several is told, with all of them", () => {
    expect(
      decided({ pair: { ...found, ambiguous: ["1", "2"] } }).reason,
    ).toContain("Several matched: 1, 2.");
  });

  test("by the key of a creation whose answer was lost has the attempt as its base", () => {
    const lost = {
      record: record({ ...ann, last_name: "Lee" }),
      object: object({
        email: "ann@example.com",
        firstname: "Anna",
        [creationKeyProperty]: recordId.toUpperCase(),
      }),
      attempts: [
        {
          id: "1",
          operation: "create" as const,
          objectId: null,
          creationKey: recordId,
          sent: {
            email: { h: "ann@example.com", w: "ann@example.com" },
            firstname: { h: "Ann", w: "Ann" },
          },
        },
      ],
    };
    expect(decided({ pair: lost })).toMatchObject({
      workspace: { kind: "update", set: { first_name: "Anna" } },
      hubspot: { kind: "update", sent: { lastname: { h: "Lee", w: "Lee" } } },
      link: { kind: "create" },
    });
    const another = { ...lost, object: object({ firstname: "Anna" }) };
    expect(decided({ pair: another }).hubspot).toMatchObject({
      sent: { firstname: { h: "Ann" } },
    });
  });
});
