import { describe, expect, test } from "vitest";
import type { Trigger } from "../../../../server/sync/model.ts";
import { bothWays } from "../../../../server/sync/decide/triggers.ts";
import { ann, decided, ended } from "./decision-rows.ts";
import {
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
  object,
  record,
  retry,
} from "./situation.ts";

const match = {
  record: record(ann),
  object: object({ email: ann.email }),
  guessed: true as const,
};
const ask = { matching: "ask" as const };
const confirmed = (trigger: Trigger): Trigger => ({
  ...trigger,
  confirmed: true,
});

describe("a match by email", () => {
  test.each([
    ["automatic push", automaticPush],
    ["automatic pull", automaticPull],
    ["Push", manualPush],
    ["Pull", manualPull],
    ["Sync now", bothWays],
    ["Retry", retry],
    [
      "a confirmed push of all",
      { ...confirmed(manualPush), bypassConditions: false },
    ],
    [
      "a confirmed push of its child",
      { ...confirmed(manualPush), pushedWith: "contact" as const },
    ],
  ])("isn't linked by %s where someone is to confirm it", (_name, trigger) => {
    const decision = decided({ pair: match, contact: ask, trigger });
    expect(decision).toMatchObject({
      outcome: "held",
      code: "match_to_confirm",
      fields: [],
      workspace: { kind: "none" },
      hubspot: { kind: "none" },
      link: { kind: "keep" },
      problem: { code: "match_to_confirm" },
    });
  });

  test.each([
    [
      "a confirmed Push",
      { pair: match, contact: ask, trigger: confirmed(manualPush) },
    ],
    [
      "a confirmed Pull",
      { pair: match, contact: ask, trigger: confirmed(manualPull) },
    ],
    ["automatic sync, by default", { pair: match }],
    [
      "automatic sync, where the creation's key says it",
      { pair: { record: match.record, object: match.object }, contact: ask },
    ],
  ])("is linked by %s", (_name, given) => {
    expect(decided(given).link).toEqual({ kind: "create" });
  });

  test("that was linked before is linked again if the object is back", () => {
    const decision = decided({
      pair: { ...match, link: ended("object-deleted") },
      contact: ask,
    });
    expect(decision.link).toEqual({ kind: "revive" });
  });

  test("names all objects that it may be", () => {
    expect(
      decided({
        pair: { ...match, ambiguous: ["101", "102"] },
        contact: ask,
      }).reason,
    ).toBe(
      "2 contacts in HubSpot have the same email. Choose the one that is the same contact.",
    );
  });
});

describe("another object that the record may be", () => {
  const candidate = {
    object: object({ email: ann.email, firstname: "Ann" }),
    candidate: true as const,
  };

  test("gets no record of its own before someone has chosen", () => {
    expect(
      decided({ pair: candidate, contact: ask, trigger: automaticPull }),
    ).toMatchObject({
      outcome: "skipped",
      code: "match_to_confirm",
      workspace: { kind: "none" },
    });
  });

  test.each([
    ["by a confirmed Pull of it", confirmed(manualPull), ask],
    ["by default", automaticPull, {}],
  ])("gets one %s", (_name, trigger, contact) => {
    expect(decided({ pair: candidate, contact, trigger }).workspace.kind).toBe(
      "create",
    );
  });
});
