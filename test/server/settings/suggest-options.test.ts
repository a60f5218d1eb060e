import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conversionSchema } from "../../../server/settings/mapping.ts";
import { suggestOptions } from "../../../server/settings/suggest-options.ts";

const options = [
  { value: "new_1", label: "New" },
  { value: "open", label: "New" },
  { value: "closed", label: "Done" },
];

describe("BN-016 options by name", () => {
  test.each<[string, string[], [string, string][], string[], string[]]>([
    ["a label", ["New"], [["New", "new_1"]], [], ["open", "closed"]],
    [
      "a value before a label",
      ["OPEN"],
      [["OPEN", "open"]],
      [],
      ["new_1", "closed"],
    ],
    [
      "several values of one option, the exact one first",
      ["done", " Done", "Done"],
      [
        ["Done", "closed"],
        ["done", "closed"],
        [" Done", "closed"],
      ],
      [],
      ["new_1", "open"],
    ],
    [
      "no such name",
      ["Lost", " "],
      [],
      ["Lost", " "],
      ["new_1", "open", "closed"],
    ],
    ["nothing", [], [], [], ["new_1", "open", "closed"]],
  ])("%s", (_, values, pairs, mine, theirs) => {
    const { unmapped, ...found } = suggestOptions(values, options);
    expect(found.pairs).toEqual(
      pairs.map(([workspace, hubspot]) => ({ workspace, hubspot })),
    );
    expect(unmapped.workspace).toEqual(mine);
    expect(unmapped.hubspot.map(({ value }) => value)).toEqual(theirs);
  });

  test("each value and each option is either mapped or named as unmapped, and the pairs can be saved", () => {
    const name = fc.constantFrom("a", "A", " a", "b", "__proto__", "ß;x");
    fc.assert(
      fc.property(
        fc.uniqueArray(name),
        fc.uniqueArray(fc.record({ value: name, label: name }), {
          selector: ({ value }) => value,
        }),
        (values, listed) => {
          const { pairs, unmapped } = suggestOptions(values, listed);
          const mapped = pairs.map(({ workspace }) => workspace);
          expect([...mapped, ...unmapped.workspace].toSorted()).toEqual(
            values.toSorted(),
          );
          for (const { value } of listed)
            expect(
              pairs.some(({ hubspot }) => hubspot === value) !==
                unmapped.hubspot.some((option) => option.value === value),
            ).toBe(true);
          if (pairs.length > 0)
            expect(
              conversionSchema.safeParse({ kind: "options", pairs }).success,
            ).toBe(true);
        },
      ),
    );
  });
});
