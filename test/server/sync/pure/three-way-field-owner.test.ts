import { describe, expect, test } from "vitest";
import {
  mergeField,
  parkingSignature,
} from "../../../../server/sync/decide/three-way-field.ts";
import { fieldCase, fieldRows, pullOff } from "./field-rows.ts";
import type { Given } from "./field-rows.ts";
import { anyText, anyWorkspaceValue, fc } from "./properties.ts";
import {
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
  mapped,
  retry,
} from "./situation.ts";

const owner = { conversion: { kind: "owner" } } as const;
const ownerPermission = { lackedBy: "ada@example.com" };
const changed: Given = {
  mapping: owner,
  w: "bob@example.com",
  h: "7",
  base: ["bob@example.com", "8"],
};
const parked = {
  side: "workspace",
  sent: "7",
  code: "owner_permission",
  message: "no",
  signature: parkingSignature(mapped("f", "p", owner), undefined),
} as const;

describe("AP-025 AP-026 an owner that HubSpot changed", () => {
  fieldRows([
    [
      "reaches the workspace",
      changed,
      'to-workspace "ann@example.com" ["ann@example.com"|"7"]',
    ],
    [
      "is a problem if the sync user may not assign owners",
      { ...changed, ownerPermission },
      "parked owner_permission",
    ],
    [
      "also by a person's pull",
      { ...changed, ownerPermission, trigger: manualPull },
      "parked owner_permission",
    ],
    [
      "stays a problem as long as nothing changes",
      { ...changed, ownerPermission, parked },
      "parked owner_permission",
    ],
    [
      "stays a problem by Retry, too",
      { ...changed, ownerPermission, parked, trigger: retry },
      "parked owner_permission",
    ],
    [
      "follows once the permission is granted",
      { ...changed, parked },
      'to-workspace "ann@example.com" ["ann@example.com"|"7"]',
    ],
    [
      "names the missing permission, also if HubSpot's owner was unknown before",
      {
        ...changed,
        ownerPermission,
        parked: { ...parked, code: "unknown_owner" },
      },
      "parked owner_permission",
    ],
    [
      "waits while pull is off",
      { ...changed, ownerPermission, may: pullOff },
      "waiting automatic_pull_off",
    ],
  ]);
});

describe("AP-023 an owner whom a rule gave to a new object, if HubSpot's response was lost", () => {
  const given = { mapping: owner, h: "7" } as const;
  fieldRows([
    [
      "reaches the workspace once HubSpot shows that owner",
      { ...given, sent: [{ h: "7", w: null }], linkIsNew: true },
      'to-workspace "ann@example.com" ["ann@example.com"|"7"]',
    ],
    [
      "reaches the workspace also without the permission, because HubSpot changed nothing",
      {
        ...given,
        createdWith: { h: "7", w: null },
        linkIsNew: true,
        ownerPermission,
      },
      'to-workspace "ann@example.com" ["ann@example.com"|"7"]',
    ],
    [
      "gives way to the record's own owner",
      {
        ...given,
        w: "ann@example.com",
        h: "8",
        sent: [{ h: "8", w: null }],
        linkIsNew: true,
      },
      'to-hubspot "7" ["ann@example.com"|"7"]',
    ],
  ]);
});

describe("without the permission", () => {
  fieldRows([
    [
      "an owner that the workspace changed goes to HubSpot",
      {
        mapping: owner,
        w: "ann@example.com",
        h: "8",
        base: ["bob@example.com", "8"],
        ownerPermission,
      },
      'to-hubspot "7" ["ann@example.com"|"7"]',
    ],
    [
      "an owner that is the workspace's already is no change",
      {
        mapping: owner,
        w: "ann@example.com",
        h: "7",
        base: ["ann@example.com", "8"],
        ownerPermission,
      },
      'settled agree ["ann@example.com"|"7"]',
    ],
    [
      "an owner whom this app gave to a new object reaches the workspace",
      {
        mapping: owner,
        h: "7",
        base: [null, "7"],
        filled: true,
        ownerPermission,
      },
      'to-workspace "ann@example.com" ["ann@example.com"|"7"]',
    ],
    [
      "but not one that was changed in HubSpot since",
      {
        mapping: owner,
        h: "7",
        base: [null, "8"],
        filled: true,
        ownerPermission,
      },
      "parked owner_permission",
    ],
    [
      "any other field follows",
      { w: "a", h: "b", base: ["a", "a"], ownerPermission },
      'to-workspace "b" ["b"|"b"]',
    ],
  ]);
});

test("AP-026 whatever both sides have, no owner changes in the workspace without the permission", () => {
  const emails = fc.constantFrom(null, "ann@example.com", "bob@example.com");
  const ids = fc.constantFrom(null, "", "7", "8", "99");
  fc.assert(
    fc.property(
      fc.record({
        w: fc.oneof(emails, anyWorkspaceValue),
        h: fc.oneof(ids, anyText),
        base: fc.option(fc.tuple(emails, ids), { nil: undefined }),
        linkIsNew: fc.boolean(),
        trigger: fc.constantFrom(
          automaticPull,
          automaticPush,
          manualPull,
          manualPush,
          retry,
        ),
        clear: fc.boolean(),
        policy: fc.constantFrom("initiator", "hubspot", "workspace", "hold"),
      }),
      ({ clear, base, ...given }) => {
        const merged = mergeField(
          fieldCase({
            ...given,
            ...(base === undefined ? {} : { base }),
            mapping: { ...owner, clear },
            ownerPermission,
          }),
        );
        expect(merged.kind).not.toBe("to-workspace");
      },
    ),
  );
});
