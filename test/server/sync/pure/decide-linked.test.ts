import { describe, expect, test } from "vitest";
import {
  ann,
  decided,
  decisionRows,
  onlyCustomers,
  pushOff,
} from "./decision-rows.ts";
import {
  automaticPush,
  link,
  manualPull,
  mapped,
  object,
  record,
} from "./situation.ts";

describe("a linked pair", () => {
  const base = (w: string, h: string, p: string, c = "text") => ({
    w,
    h,
    p,
    c,
  });
  const linked = {
    record: record(ann),
    object: object({ email: "ann@example.com", firstname: "Ann" }),
    link: link({
      base: {
        email: base("ann@example.com", "ann@example.com", "email", "email"),
        first_name: base("Ann", "Ann", "firstname"),
      },
    }),
  };
  decisionRows([
    [
      "is kept in step whatever the conditions say",
      {
        pair: { ...linked, record: record({ ...ann, first_name: "Anna" }) },
        contact: onlyCustomers,
      },
      "updated updated; update object",
    ],
    [
      "is held where a person decides",
      {
        pair: {
          ...linked,
          record: record({ ...ann, first_name: "Anna" }),
          object: object({ email: "ann@example.com", firstname: "Anne" }),
        },
        contact: { policy: "hold" },
      },
      "held conflict_held",
    ],
    [
      "read before what has been seen already: nothing older wins",
      {
        pair: {
          ...linked,
          object: object({ firstname: "Old" }, { updatedAt: 9 }),
          link: link({ seenAt: 10 }),
        },
        trigger: manualPull,
      },
      "unchanged stale",
    ],
    [
      "read as it was last seen: looked at",
      {
        pair: {
          ...linked,
          object: object({ firstname: "Now" }, { updatedAt: 10 }),
          link: link({ seenAt: 10 }),
        },
        trigger: manualPull,
      },
      "updated updated; update record; update object",
    ],
  ]);

  test("whose sides agree says so, and one where something is left open says what", () => {
    const mappings = [mapped("first_name", "firstname")];
    expect(decided({ pair: linked, contact: { mappings } }).reason).toBe(
      "Both sides are in sync.",
    );
    const waiting = decided({
      pair: { ...linked, record: record({ ...ann, first_name: "Anna" }) },
      contact: { mappings },
      automatic: pushOff,
    });
    expect(waiting.outcome).toBe("unchanged");
    expect(waiting.reason).toContain("first_name");
    const later = decided({
      pair: { ...linked, link: link(), record: record({ first_name: "Bo" }) },
      contact: { mappings },
    });
    expect(later.reason).toContain("Mapped after linking");
  });

  test("a person's choice moves the field it was made for and no other", () => {
    const mappings = [mapped("a", "a", { policy: "hold" }), mapped("b", "b")];
    const { workspace, fields } = decided({
      pair: {
        record: record({ a: "1", b: "1" }),
        object: object({ a: "2", b: "2" }),
        link: link({
          base: { a: base("0", "0", "a"), b: base("1", "0", "b") },
        }),
      },
      contact: { mappings },
      automatic: { pull: false, push: false },
      trigger: { ...automaticPush, resolve: { a: "hubspot" } },
    });
    expect(workspace).toEqual({ kind: "update", set: { a: "2" }, clear: [] });
    expect(fields[1]).toMatchObject({ field: "b", kind: "waiting" });
  });

  test("a property called constructor is a property like any other", () => {
    const mappings = [mapped("constructor", "constructor")];
    expect(
      decided({ pair: { ...linked, link: link() }, contact: { mappings } })
        .outcome,
    ).toBe("unchanged");
    expect(
      decided({
        pair: {
          ...linked,
          object: object({ constructor: "Bo" }),
          link: link(),
        },
        contact: { mappings },
      }).workspace,
    ).toEqual({ kind: "update", set: { constructor: "Bo" }, clear: [] });
  });
});
