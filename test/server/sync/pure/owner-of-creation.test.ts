import { describe, expect, test } from "vitest";
import type { Settings } from "../../../../server/settings/schema.ts";
import {
  ownerOfCreation,
  ownerSentence,
} from "../../../../server/sync/decide/owner-of-creation.ts";
import { decide } from "../../../../server/sync/decide/decide.ts";
import {
  bothWays,
  startedBy,
} from "../../../../server/sync/decide/triggers.ts";
import type { Run } from "../../../../server/sync/runs/runs.ts";
import { triggerOf } from "../../../../server/sync/sources/pure/run-trigger.ts";
import {
  automaticPush,
  manualPush,
  mapped,
  pair,
  record,
  rulesWith,
  settingsWith,
} from "./situation.ts";

const own = "own@owners.example";
const pusher = "pusher@owners.example";
const connected = "connected@owners.example";
const chosen = "chosen@owners.example";
const owners = {
  idByEmail: { [own]: "1", [pusher]: "2", [connected]: "3", [chosen]: "4" },
  emailById: { 1: own, 2: pusher, 3: connected, 4: chosen },
};

const rulesOf = (
  newOwner: NonNullable<Settings["contact"]["newOwner"]>,
  more: Partial<Settings["contact"]> = {},
) =>
  rulesWith(settingsWith({ newOwner, ...more }), {
    owners,
    syncUser: { email: connected, mayAssignOwner: true },
  });

const run = (more: Partial<Run>): Run => ({
  id: "1",
  kind: "push",
  objectType: "contact",
  mode: "selection",
  manual: true,
  confirmed: false,
  source: "api",
  requestedBy: "API",
  scope: {},
  position: {},
  begins: false,
  ...more,
});

const byRule = { rule: "owner", ownerEmail: chosen } as const;
const asRead = "Pusher@Owners.example";

/** Each path on which an object is created, and the trigger that it has. */
const paths = [
  ["card, push", startedBy(manualPush, asRead), pusher],
  ["card, sync now", startedBy(bothWays, asRead), pusher],
  ["bulk by a person", triggerOf(run({ requestedBy: asRead })), pusher],
  [
    "bulk by a person, all records",
    triggerOf(run({ requestedBy: asRead, mode: "full" })),
    pusher,
  ],
  [
    "both ways by a person",
    triggerOf(run({ requestedBy: asRead, kind: "both" })),
    pusher,
  ],
  ["the product without a person", triggerOf(run({})), null],
  [
    "what a person approves, which is automatic sync",
    triggerOf(
      run({
        requestedBy: asRead,
        source: "approval",
        scope: { attentionId: "a" },
      }),
    ),
    null,
  ],
  ["automatic", automaticPush, null],
] as const;

describe("BN-017 BN-018 the owner of a new object", () => {
  test.each(paths)(
    "%s: the record's own owner comes first",
    (_path, trigger) => {
      expect(
        ownerOfCreation(
          rulesOf(byRule),
          record({ owner_email: " OWN@owners.example" }),
          trigger,
        ),
      ).toEqual({ of: "record", email: own });
    },
  );

  test.each(paths)(
    "%s: the person who pushes comes before the rule, and the rule is for the rest",
    (_path, trigger, person) => {
      expect(ownerOfCreation(rulesOf(byRule), record(), trigger)).toEqual(
        person === null
          ? { of: "rule", email: chosen }
          : { of: "person", email: person },
      );
    },
  );

  test.each([
    ["nobody", { rule: "none" }, { of: "nobody", unknown: null }],
    [
      "the sync user",
      { rule: "sync_user" },
      { of: "sync_user", email: connected },
    ],
    [
      "a chosen owner",
      { rule: "owner", ownerEmail: chosen },
      { of: "rule", email: chosen },
    ],
    [
      "a chosen owner who has left",
      { rule: "owner", ownerEmail: "gone@owners.example" },
      { of: "nobody", unknown: "gone@owners.example" },
    ],
  ] as const)("by the rule: %s", (_who, newOwner, expected) => {
    expect(ownerOfCreation(rulesOf(newOwner), record(), automaticPush)).toEqual(
      expected,
    );
  });

  test("a person who owns nothing in HubSpot leaves it to the rule", () => {
    expect(
      ownerOfCreation(
        rulesOf(byRule),
        record(),
        startedBy(manualPush, "stranger@owners.example"),
      ),
    ).toEqual({ of: "rule", email: chosen });
  });

  test.each([
    ["that isn't mapped", []],
    [
      "that is only pulled",
      [
        mapped("owner_email", "hubspot_owner_id", {
          direction: "pull",
          conversion: { kind: "owner" },
        }),
      ],
    ],
    [
      "that is another owner property",
      [mapped("csm", "csm_owner", { conversion: { kind: "owner" } })],
    ],
  ] as const)("nothing is decided about an owner %s", (_which, mappings) => {
    expect(
      ownerOfCreation(
        rulesOf(byRule, { mappings: [...mappings] }),
        record(),
        startedBy(manualPush, pusher),
      ),
    ).toBeNull();
  });
});

describe("AP-023 a creation in HubSpot", () => {
  const fresh = (properties = {}) =>
    pair({ record: record({ email: "new@people.example", ...properties }) });

  test("sends the owner whom the record doesn't have, and says whose it is", () => {
    const { hubspot, reason, fields } = decide(
      rulesOf({ rule: "none" }),
      fresh(),
      startedBy(manualPush, pusher),
    );
    expect(hubspot).toMatchObject({
      kind: "create",
      sent: { hubspot_owner_id: { h: "2", w: null } },
    });
    expect(reason).toContain(`Owner: ${pusher}, who pushed it.`);
    // The record learns it: nobody in HubSpot typed it.
    expect(fields.find(({ field }) => field === "owner_email")).toMatchObject({
      base: { w: null, h: "2", filled: true },
    });
  });

  test("sends the record's own owner as before, whoever pushes", () => {
    const { hubspot, reason } = decide(
      rulesOf(byRule),
      fresh({ owner_email: own }),
      startedBy(manualPush, pusher),
    );
    expect(hubspot).toMatchObject({
      sent: { hubspot_owner_id: { h: "1", w: own } },
    });
    expect(reason).toContain(`Owner: ${own}, as in the workspace.`);
  });

  test("gives nobody else what HubSpot doesn't know: the record's own owner is a problem of its own", () => {
    const { hubspot, reason, fields } = decide(
      rulesOf(byRule),
      fresh({ owner_email: "gone@owners.example" }),
      startedBy(manualPush, pusher),
    );
    expect(hubspot).not.toHaveProperty("sent.hubspot_owner_id");
    expect(fields).toContainEqual(
      expect.objectContaining({ field: "owner_email", code: "unknown_owner" }),
    );
    expect(reason).not.toContain("Owner:");
  });

  test("says so if the rule names someone who has left", () => {
    const { reason } = decide(
      rulesOf({ rule: "owner", ownerEmail: "gone@owners.example" }),
      fresh(),
      automaticPush,
    );
    expect(reason).toContain(
      "It has no owner, because HubSpot has no active owner gone@owners.example.",
    );
  });

  test("has no owner where nobody is named", () => {
    expect(ownerSentence(null)).toBe("");
    expect(
      decide(rulesOf({ rule: "none" }), fresh(), automaticPush).reason,
    ).toBe("Contact created in HubSpot.");
  });
});
