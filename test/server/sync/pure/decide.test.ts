import { describe, expect, test } from "vitest";
import { decide } from "../../../../server/sync/decide.ts";
import type {
  Decision,
  LinkEnd,
  Pair,
  Rules,
  Trigger,
} from "../../../../server/sync/model.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import { creationKeyProperty } from "../../../../server/sync/identity.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPull,
  manualPush,
  mapped,
  object,
  pair,
  record,
  recordId,
  retry,
  rulesWith,
  settingsWith,
} from "./situation.ts";

/** "outcome code; workspace, hubspot, link": all that a decision does. */
const told = ({
  outcome,
  code,
  workspace,
  hubspot,
  link: tie,
}: Decision): string =>
  [
    `${outcome} ${code}`,
    ...(workspace.kind === "none" ? [] : [`${workspace.kind} record`]),
    ...(hubspot.kind === "none" ? [] : [`${hubspot.kind} object`]),
    ...(tie.kind === "keep"
      ? []
      : [tie.kind === "end" ? `end link ${tie.state}` : `${tie.kind} link`]),
  ].join("; ");

interface Case {
  readonly pair: Partial<Pair>;
  readonly trigger?: Trigger;
  readonly contact?: Partial<Settings["contact"]>;
  readonly automatic?: Settings["automatic"];
  readonly rules?: Partial<Rules>;
}

const decided = (it: Case): Decision =>
  decide(
    rulesWith(settingsWith(it.contact, it.automatic), it.rules),
    pair(it.pair),
    it.trigger ?? automaticPush,
  );

const rows = (cases: readonly (readonly [string, Case, string])[]): void => {
  test.each(cases)("%s", (_, given, expected) => {
    const decision = decided(given);
    expect(told(decision)).toBe(expected);
    expect(decision.reason).not.toBe("");
    expect(decision.problem !== null).toBe(decision.outcome === "failed");
  });
};

const ann = { email: "ann@example.com", first_name: "Ann" };
const pullOff = { pull: false, push: true };
const pushOff = { pull: true, push: false };
const ended = (state: LinkEnd, endedAt = 10) => link({ state, endedAt });
const dead = (deletedAt = 5) => record(ann, { deletedAt });
const conditions = {
  stages: ["customer"],
  emailStatuses: null,
  customField: null,
};
const onlyCustomers = {
  push: { enabled: true, conditions },
  pull: { conditions },
};

describe("a record without an object", () => {
  const fresh = { record: record(ann) };
  rows([
    [
      "is created",
      { pair: fresh },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "not while pushing is switched off, by hand neither",
      {
        pair: fresh,
        trigger: manualPush,
        contact: {
          push: { enabled: false, conditions: { ...conditions, stages: null } },
        },
      },
      "skipped push_off",
    ],
    [
      "waits while automatic push is off",
      { pair: fresh, automatic: pushOff },
      "skipped automatic_push_off",
    ],
    [
      "is created by hand while automatic push is off",
      { pair: fresh, automatic: pushOff, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "not before the first pull has ended, by hand neither",
      { pair: fresh, trigger: manualPush, rules: { mayCreateObjects: false } },
      "skipped first_pull_running",
    ],
    [
      "not where a condition is unmet",
      { pair: fresh, contact: onlyCustomers },
      "skipped stage_excluded",
    ],
    [
      "a person's push overrides the conditions",
      { pair: fresh, contact: onlyCustomers, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "a company that its contact's push brings along overrides conditions and switch",
      {
        pair: fresh,
        contact: { push: { enabled: false, conditions } },
        trigger: { ...automaticPush, pushedWithContact: true },
      },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "not without a company where one is required",
      { pair: fresh, contact: { requireCompany: true } },
      "skipped no_company",
    ],
    [
      "not without anything that names the person",
      { pair: { record: record({ city: "Ulm" }) } },
      "skipped nothing_to_identify",
    ],
    [
      "not where what names the person is not sent",
      {
        pair: fresh,
        contact: {
          mappings: [
            mapped("city", "city"),
            mapped("email", "email", { direction: "pull" }),
          ],
        },
      },
      "skipped nothing_to_identify",
    ],
    [
      "a match that belongs to another record is a problem",
      {
        pair: {
          ...fresh,
          conflict: {
            code: "duplicate_email",
            message: "m",
            objectIds: ["1"],
            holders: {},
          },
        },
      },
      "failed duplicate_email",
    ],
    [
      "its company's problem is its own",
      {
        pair: {
          ...fresh,
          company: {
            has: true,
            blockedBy: { code: "domain_conflict", cause: "c" },
          },
        },
      },
      "failed company_blocked",
    ],
    [
      "was deleted in HubSpot: not created again by itself",
      { pair: { ...fresh, link: ended("object-deleted") } },
      "skipped link_ended",
    ],
    [
      "was deleted in HubSpot: a person may push it again",
      {
        pair: { ...fresh, link: ended("object-deleted") },
        trigger: manualPush,
      },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "a person gave its object to another record: it stands alone, and says so",
      { pair: { ...fresh, link: ended("given-up") } },
      "skipped given_up",
    ],
    [
      "so it does while automatic push is off",
      {
        pair: { ...fresh, link: ended("given-up") },
        automatic: { pull: true, push: false },
      },
      "skipped given_up",
    ],
    [
      "a person gave its object to another record: it is not brought along with a contact",
      {
        pair: { ...fresh, link: ended("given-up") },
        trigger: { ...manualPush, pushedWithContact: true },
      },
      "skipped given_up",
    ],
    [
      "a person gave its object to another record: a person may push it",
      { pair: { ...fresh, link: ended("given-up") }, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "was erased for privacy: nobody brings it back",
      { pair: { ...fresh, link: ended("purged") }, trigger: manualPush },
      "skipped purged",
    ],
  ]);

  test("sends what holds data, and settles the rest, so that what is typed later is a change", () => {
    const { fields, hubspot } = decided({
      pair: { record: record({ email: "Ann@Example.com", a: "b", n: "many" }) },
      contact: {
        mappings: [
          mapped("email", "email", { conversion: { kind: "email" } }),
          mapped("a", "a", { direction: "pull" }),
          mapped("city", "city"),
          mapped("n", "n", { conversion: { kind: "number" } }),
        ],
      },
    });
    expect(hubspot).toEqual({
      kind: "create",
      sent: { email: { h: "ann@example.com", w: "Ann@Example.com" } },
    });
    expect(
      fields.map(({ field, kind, code, base }) => [
        field,
        kind,
        code,
        base?.w,
        base?.h,
      ]),
    ).toEqual([
      ["email", "to-hubspot", "created", "Ann@Example.com", "ann@example.com"],
      ["a", "settled", "direction", "b", null],
      ["city", "settled", "blank", null, null],
      ["n", "parked", "invalid_number", null, null],
    ]);
  });
});

describe("an object without a record", () => {
  const fresh = { object: object({ email: "ann@example.com" }) };
  rows([
    [
      "is created here",
      { pair: fresh, trigger: automaticPull },
      "created created_in_workspace; create record; create link",
    ],
    [
      "not while automatic pull is off",
      { pair: fresh, trigger: automaticPull, automatic: pullOff },
      "skipped automatic_pull_off",
    ],
    [
      "by hand also while automatic pull is off",
      { pair: fresh, trigger: manualPull, automatic: pullOff },
      "created created_in_workspace; create record; create link",
    ],
    [
      "not where a condition is unmet",
      { pair: fresh, trigger: automaticPull, contact: onlyCustomers },
      "skipped not_in_scope",
    ],
    [
      "a person's pull overrides the conditions",
      { pair: fresh, trigger: manualPull, contact: onlyCustomers },
      "created created_in_workspace; create record; create link",
    ],
    [
      "not without a company where one is required",
      {
        pair: fresh,
        trigger: automaticPull,
        contact: { requireCompany: true },
      },
      "skipped no_company",
    ],
    [
      "its record was deleted here: not created again by itself",
      {
        pair: { ...fresh, link: ended("record-deleted") },
        trigger: automaticPull,
      },
      "skipped link_ended",
    ],
    [
      "its record was deleted here: a person may pull it again",
      {
        pair: { ...fresh, link: ended("record-deleted") },
        trigger: manualPull,
      },
      "created created_in_workspace; create record; create link",
    ],
    [
      "was erased for privacy: nobody brings it back",
      { pair: { ...fresh, link: ended("purged") }, trigger: manualPull },
      "skipped purged",
    ],
    [
      "an archived one is nothing",
      {
        pair: { object: object({}, { archived: true }) },
        trigger: automaticPull,
      },
      "unchanged nothing_there",
    ],
  ]);
});

describe("a match", () => {
  const found = {
    record: record(ann),
    object: object({ email: "ann@example.com" }),
  };
  rows([
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
    ).toContain("ambiguous between 1, 2");
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

describe("what an open attempt sent, and HubSpot holds in a form of its own", () => {
  const settled = { w: "b", h: "b", p: "firstname", c: "text" };
  const { id } = object({});
  const lost = (
    mergedIds: readonly string[],
    sentTo: string,
    before: string,
  ) => ({
    record: record({ first_name: "sent" }),
    object: {
      ...object({ firstname: "written by us" }),
      mergedIds,
      writtenByUs: new Set(["firstname"]),
    },
    link: link({ base: { first_name: settled } }),
    attempts: [
      {
        id: "1",
        operation: "update" as const,
        objectId: sentTo,
        sent: { firstname: { h: "sent", w: "sent", before } },
      },
    ],
  });

  test.each([
    { sentTo: "the object that went", pair: lost(["5"], "5", "b") },
    { sentTo: "the one that kept its id", pair: lost(["5"], id, "b") },
  ])(
    "a value that we wrote to the other object is no rewriting of what was sent to $sentTo",
    ({ pair }) => {
      expect(decided({ pair, trigger: automaticPull }).workspace).toMatchObject(
        { set: { first_name: "written by us" } },
      );
    },
  );

  test("a value that stood there before the attempt is no rewriting of what it sent; another one is", () => {
    const pull = (before: string) =>
      decided({ pair: lost([], id, before), trigger: automaticPull }).workspace;
    expect(pull("written by us")).toMatchObject({
      set: { first_name: "written by us" },
    });
    expect(pull("b").kind).toBe("none");
  });
});

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
  rows([
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
      "Both sides agree.",
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
    expect(later.reason).toContain("Mapped later");
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

describe("deleting", () => {
  const deletions = { deletionSync: true };
  const gone = (objectGone: Pair["objectGone"]) => ({
    record: record(ann),
    link: link(),
    objectGone,
  });
  const recordGone = { record: dead(), object: object(), link: link() };
  const allGone = { record: dead(), link: link() };
  rows([
    [
      "in HubSpot: the record too, where deletions are carried over",
      { pair: gone("archived"), contact: deletions, trigger: automaticPull },
      "updated deleted_in_hubspot; delete record; end link object-deleted",
    ],
    [
      "in HubSpot, by an event and a failed read",
      { pair: gone("deleted-by-event"), contact: deletions },
      "updated deleted_in_hubspot; delete record; end link object-deleted",
    ],
    [
      "in HubSpot, by an archived reading",
      {
        pair: { ...gone(null), object: object({}, { archived: true }) },
        contact: deletions,
      },
      "updated deleted_in_hubspot; delete record; end link object-deleted",
    ],
    [
      "in HubSpot: unlinked, where deletions are not carried over",
      { pair: gone("archived") },
      "updated unlinked_by_deletion; end link object-deleted",
    ],
    [
      "in HubSpot: waits while automatic pull is off",
      { pair: gone("archived"), contact: deletions, automatic: pullOff },
      "skipped automatic_pull_off",
    ],
    [
      "missing is no evidence: a problem, and nothing is deleted",
      { pair: gone("missing"), contact: deletions },
      "failed object_missing",
    ],
    [
      "an object that was not read is no evidence either",
      { pair: gone(null), contact: deletions },
      "failed object_missing",
    ],
    [
      "a missing one is unlinked by a person's push",
      { pair: gone("missing"), contact: deletions, trigger: manualPush },
      "updated unlinked_missing; end link object-deleted",
    ],
    [
      "a missing one is not unlinked by Retry",
      {
        pair: gone("missing"),
        trigger: { ...retry, bypassConditions: true, manual: true },
      },
      "failed object_missing",
    ],
    [
      "here: the object too, where deletions are carried over, whatever was edited there",
      { pair: recordGone, contact: deletions, trigger: automaticPull },
      "updated deleted_in_workspace; archive object; end link object-deleted",
    ],
    [
      "here: unlinked, where deletions are not carried over",
      { pair: recordGone },
      "updated record_deleted_kept; end link record-deleted",
    ],
    [
      "here: waits while automatic push is off",
      { pair: recordGone, contact: deletions, automatic: pushOff },
      "skipped automatic_push_off",
    ],
    [
      "on both sides ends the link",
      { pair: { ...allGone, objectGone: "archived" }, contact: deletions },
      "unchanged both_deleted; end link object-deleted",
    ],
    [
      "on both sides, HubSpot's without evidence: it may be back without the record",
      { pair: { ...allGone, objectGone: "missing" }, contact: deletions },
      "unchanged both_deleted; end link record-deleted",
    ],
  ]);
});

describe("restoring", () => {
  const deletions = { deletionSync: true };
  const back = (deletedAt: number) => ({
    record: dead(deletedAt),
    object: object({ email: "ann@example.com" }),
    link: ended("object-deleted", 10),
  });
  rows([
    [
      "in HubSpot brings back the record that was deleted with it",
      { pair: back(10), contact: deletions, trigger: automaticPull },
      "updated restored; restore record; revive link",
    ],
    [
      "waits while automatic pull is off",
      {
        pair: back(10),
        contact: deletions,
        trigger: automaticPull,
        automatic: pullOff,
      },
      "skipped automatic_pull_off",
    ],
    [
      "does not bring back a record that its product deleted later",
      { pair: back(11), contact: deletions, trigger: automaticPull },
      "skipped link_ended",
    ],
    [
      "does not bring back a record where deletions are not carried over",
      { pair: back(10), trigger: automaticPull },
      "skipped link_ended",
    ],
  ]);
});
