import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../../../server/settings/schema.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import { conversionKey } from "../../../../server/settings/mapping.ts";
import { movementsOf } from "../../../../server/sync/brake/pure/judge.ts";
import { decide } from "../../../../server/sync/decide/decide.ts";
import type {
  Base,
  Decision,
  LinkState,
  ObjectProperties,
  Properties,
  Trigger,
} from "../../../../server/sync/model.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPull,
  manualPush,
  object,
  pair,
  record,
  rulesWith,
} from "./situation.ts";

/** A deal's pipeline and stage, which move as one, and the pipelines that a team selects. */

const stages = {
  sales: ["new", "won"],
  renewals: ["due", "renewed"],
} as const;
const all = Object.values(stages).flat();
type Place = readonly [pipeline: string, stage: string];

const definitions = {
  pipeline: option("Pipeline", Object.keys(stages)),
  dealstage: option("Deal stage", all),
  dealname: {
    type: "string",
    readOnly: false,
    options: null,
    label: "Deal name",
  },
};

function option(label: string, options: readonly string[]) {
  return { type: "enumeration", readOnly: false, options, label };
}

const inWorkspace = ([pipeline, stage]: Place, name = "Roof"): Properties => ({
  name,
  pipeline,
  stage,
});
const inHubSpot = (
  [pipeline, dealstage]: Place,
  dealname = "Roof",
): ObjectProperties => ({ dealname, pipeline, dealstage });

const baseOf = ([pipeline, stage]: Place): Base => ({
  name: { w: "Roof", h: "Roof", p: "dealname", c: "text" },
  pipeline: { w: pipeline, h: pipeline, p: "pipeline", c: "text" },
  stage: { w: stage, h: stage, p: "dealstage", c: "text" },
});

interface Case {
  readonly deal?: Partial<Settings["deal"]>;
  readonly automatic?: Settings["automatic"];
  readonly trigger?: Trigger;
  readonly workspace?: Properties | null;
  readonly deletedAt?: number;
  readonly omittedBytes?: number | null;
  readonly hubspot?: ObjectProperties | null;
  readonly was?: Place | null;
  readonly state?: LinkState["state"];
}

const start: Place = ["sales", "new"];

const decided = ({
  deal = {},
  automatic = defaultSettings.automatic,
  trigger = automaticPull,
  workspace = inWorkspace(start),
  deletedAt,
  omittedBytes = null,
  hubspot = inHubSpot(start),
  was = start,
  state = "live",
}: Case): Decision =>
  decide(
    rulesWith(
      {
        ...defaultSettings,
        automatic,
        deal: { ...defaultSettings.deal, enabled: true, ...deal },
      },
      { definitions },
    ),
    pair({
      objectType: "deal",
      parents: [],
      record:
        workspace === null
          ? null
          : record(workspace, {
              objectType: "deal",
              deletedAt: deletedAt ?? null,
              omittedBytes,
            }),
      object: hubspot === null ? null : object(hubspot),
      link:
        was === null
          ? null
          : link({
              base: baseOf(was),
              state,
              endedAt: state === "live" ? null : 10,
            }),
    }),
    trigger,
  );

/** What each side has of a pipeline and stage once a decision is carried out. */
function placesAfter(it: Case): { workspace: Place; hubspot: Place } {
  const { workspace: update, hubspot: write } = decided(it);
  const here = {
    ...(it.workspace ?? inWorkspace(start)),
    ...(update.kind === "update" ? update.set : {}),
  };
  const there = {
    ...(it.hubspot ?? inHubSpot(start)),
    ...(write.kind === "update"
      ? Object.fromEntries(
          Object.entries(write.sent).map(([name, { h }]) => [name, h]),
        )
      : {}),
  };
  return {
    workspace: [String(here["pipeline"]), String(here["stage"])],
    hubspot: [String(there["pipeline"]), String(there["dealstage"])],
  };
}

describe("pipeline and stage are one", () => {
  const renewal: Place = ["renewals", "due"];
  const renewed: Place = ["renewals", "renewed"];
  const won: Place = ["sales", "won"];
  test.each<[string, Case, Place, Place]>([
    ["HubSpot moved the stage", { hubspot: inHubSpot(won) }, won, won],
    [
      "the workspace moved the stage",
      { workspace: inWorkspace(won) },
      won,
      won,
    ],
    [
      "HubSpot moved it to another pipeline",
      { hubspot: inHubSpot(renewal) },
      renewal,
      renewal,
    ],
    [
      "the workspace moved it to another pipeline",
      { workspace: inWorkspace(renewal) },
      renewal,
      renewal,
    ],
    [
      "both moved the stage: HubSpot wins",
      { workspace: inWorkspace(won), hubspot: inHubSpot(["sales", "new"]) },
      won,
      won,
    ],
    [
      "HubSpot moved the pipeline, and the workspace the stage: HubSpot wins both",
      { workspace: inWorkspace(won), hubspot: inHubSpot(renewed) },
      renewed,
      renewed,
    ],
    [
      "the workspace moved the pipeline, and HubSpot the stage: HubSpot wins both",
      { workspace: inWorkspace(renewed), hubspot: inHubSpot(won) },
      won,
      won,
    ],
    [
      "the same, if the workspace wins",
      {
        deal: { policy: "workspace" },
        workspace: inWorkspace(renewed),
        hubspot: inHubSpot(won),
      },
      renewed,
      renewed,
    ],
    [
      "a stage that HubSpot has archived stays here, and its pipeline with it",
      { workspace: inWorkspace(["renewals", "archived"]) },
      ["renewals", "archived"],
      start,
    ],
    [
      "a pipeline that HubSpot has archived stays here, and its stage with it",
      { workspace: inWorkspace(["archived", "won"]) },
      ["archived", "won"],
      start,
    ],
  ])("%s", (_, given, workspace, hubspot) => {
    expect(placesAfter(given)).toEqual({ workspace, hubspot });
  });

  test("a stage that no option of the mapping names moves nothing, and neither does its pipeline", () => {
    const conversion = {
      kind: "options" as const,
      pairs: [
        { workspace: "open", hubspot: "new" },
        { workspace: "open", hubspot: "due" },
      ],
    };
    const mappings = defaultSettings.deal.mappings.map((mapping) =>
      mapping.field === "stage"
        ? {
            ...mapping,
            conversion,
          }
        : mapping,
    );
    const base = baseOf(start);
    const hubspot = decide(
      rulesWith(
        {
          ...defaultSettings,
          deal: { ...defaultSettings.deal, enabled: true, mappings },
        },
        { definitions },
      ),
      pair({
        objectType: "deal",
        parents: [],
        record: record(inWorkspace(["sales", "open"]), { objectType: "deal" }),
        object: object(inHubSpot(["renewals", "renewed"])),
        link: link({
          base: {
            ...base,
            stage: {
              w: "open",
              h: "new",
              p: "dealstage",
              c: conversionKey(conversion),
            },
          },
        }),
      }),
      automaticPull,
    );
    const moved =
      hubspot.workspace.kind === "update" ? hubspot.workspace.set : {};
    expect(moved).not.toHaveProperty("pipeline");
    expect(moved).not.toHaveProperty("stage");
  });
});

const outside: Place = ["renewals", "due"];
const onlySales = { pipelines: ["sales"], deletionSync: true };

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

const leaves = "updated pipeline_removed; delete record; end link unselected";
const alone = "skipped pipeline_not_selected";

describe("a pipeline that isn't selected", () => {
  test.each<[string, Case, string]>([
    [
      "a record whose pipeline is no longer selected leaves",
      {
        workspace: inWorkspace(outside),
        hubspot: inHubSpot(outside),
        was: outside,
      },
      leaves,
    ],
    [
      "one that HubSpot moved out leaves",
      { hubspot: inHubSpot(outside) },
      leaves,
    ],
    [
      "also as the workspace's own change is looked at",
      { hubspot: inHubSpot(outside), trigger: automaticPush },
      leaves,
    ],
    [
      "also by hand",
      {
        hubspot: inHubSpot(outside),
        trigger: { ...manualPull, confirmed: true },
      },
      leaves,
    ],
    [
      "what it can push goes first",
      { workspace: inWorkspace(start, "Wall"), hubspot: inHubSpot(outside) },
      "updated pushed_before_removal; update record; update object",
    ],
    [
      "what it can't push doesn't hold it",
      {
        workspace: inWorkspace(start, "Wall"),
        hubspot: inHubSpot(outside),
        automatic: { pull: true, push: false },
      },
      leaves,
    ],
    [
      "one that the workspace moved out is pushed",
      { workspace: inWorkspace(outside) },
      "updated updated; update object",
    ],
    [
      "one that the workspace moves back in stays, if the workspace wins",
      {
        deal: { policy: "workspace" },
        workspace: inWorkspace(["sales", "won"]),
        hubspot: inHubSpot(outside),
      },
      "updated updated; update object",
    ],
    [
      "while automatic pull is off, it stays",
      { hubspot: inHubSpot(outside), automatic: { pull: false, push: true } },
      "unchanged unchanged",
    ],
    [
      "an object in it isn't pulled",
      { workspace: null, was: null, hubspot: inHubSpot(outside) },
      alone,
    ],
    [
      "nor by hand",
      {
        workspace: null,
        was: null,
        hubspot: inHubSpot(outside),
        trigger: manualPull,
      },
      alone,
    ],
    [
      "a record in it isn't created in HubSpot",
      {
        workspace: inWorkspace(outside),
        was: null,
        hubspot: null,
        trigger: automaticPush,
      },
      alone,
    ],
    [
      "nor by hand",
      {
        workspace: inWorkspace(outside),
        was: null,
        hubspot: null,
        trigger: manualPush,
      },
      alone,
    ],
    [
      "a record that the workspace deleted stays in HubSpot, although deletion sync is on",
      { deletedAt: 5, hubspot: inHubSpot(outside), trigger: automaticPush },
      "updated record_deleted_outside; end link record-deleted",
    ],
    [
      "one that has left brings nothing with it",
      {
        deletedAt: 10,
        hubspot: inHubSpot(outside),
        was: outside,
        state: "unselected",
      },
      alone,
    ],
    [
      "one that has left and was restored by the product stays alone",
      {
        workspace: inWorkspace(outside),
        hubspot: inHubSpot(outside),
        was: outside,
        state: "unselected",
        trigger: automaticPush,
      },
      alone,
    ],
    [
      "until the product moves it in",
      {
        deal: { policy: "workspace" },
        workspace: inWorkspace(["sales", "won"]),
        hubspot: inHubSpot(outside),
        was: outside,
        state: "unselected",
        trigger: automaticPush,
      },
      "updated restored; update object; revive link",
    ],
    [
      "an object that HubSpot moved back in is a new record",
      {
        deletedAt: 10,
        was: outside,
        state: "unselected",
      },
      "created created_in_workspace; create record; create link",
    ],
    [
      "or the earlier one, if the team chose that",
      {
        deal: { onReselect: "restore" },
        deletedAt: 10,
        was: outside,
        state: "unselected",
      },
      "updated restored; restore record; revive link",
    ],
    [
      "and a new one once the earlier one is gone",
      {
        deal: { onReselect: "restore" },
        workspace: null,
        was: outside,
        state: "unselected",
      },
      "created created_in_workspace; create record; create link",
    ],
  ])("%s", (_, { deal, ...given }, expected) => {
    const decision = decided({ ...given, deal: { ...onlySales, ...deal } });
    expect(told(decision)).toBe(expected);
    expect(decision.hubspot.kind).not.toBe("archive");
    expect(decision.reason).not.toBe("");
  });

  test("its reason names the changes that weren't pushed", () => {
    expect(
      decided({
        deal: onlySales,
        workspace: inWorkspace(["sales", "won"], "Wall"),
        hubspot: inHubSpot(outside),
        automatic: { pull: true, push: false },
      }).reason,
    ).toBe(
      "This deal's pipeline isn't selected, so it was removed from the workspace. HubSpot keeps it. These changes weren't pushed: Deal name, Deal stage.",
    );
  });

  describe("whose values don't fit in the record", () => {
    const large = "x".repeat(1_048_576);
    const onlyRenewals = { pipelines: ["renewals"] };

    test("lets go of it all the same", () => {
      const decision = decided({
        deal: onlyRenewals,
        hubspot: inHubSpot(start, large),
      });
      expect(told(decision)).toBe(leaves);
      expect(decision.problem).toBeNull();
      expect(decision.reason).toBe(
        "This deal's pipeline isn't selected, so it was removed from the workspace. HubSpot keeps it.",
      );
    });

    test("gets the record's own changes first", () => {
      const decision = decided({
        deal: onlyRenewals,
        workspace: { ...inWorkspace(start), amount: 7 },
        hubspot: inHubSpot(start, large),
      });
      expect(told(decision)).toBe(
        "updated pushed_before_removal; update object",
      );
      expect(decision.hubspot).toMatchObject({ sent: { amount: { h: "7" } } });
      expect(decision.fields).toContainEqual(
        expect.objectContaining({ field: "name", kind: "waiting" }),
      );
      expect(decision.problem).toBeNull();
    });

    test("keeps the record that the product moved to a selected pipeline, with a problem", () => {
      const decision = decided({
        deal: { ...onlyRenewals, policy: "workspace" },
        workspace: inWorkspace(outside),
        hubspot: inHubSpot(start, large),
      });
      expect(told(decision)).toBe("failed record_too_large");
      expect(decision.problem).not.toBeNull();
    });

    test("names what the record can't push", () => {
      expect(
        decided({
          deal: onlyRenewals,
          workspace: { ...inWorkspace(start), amount: 7 },
          hubspot: inHubSpot(start, large),
          automatic: { pull: true, push: false },
        }).reason,
      ).toBe(
        "This deal's pipeline isn't selected, so it was removed from the workspace. HubSpot keeps it. These changes weren't pushed: amount.",
      );
    });
  });

  test("a record whose values weren't loaded leaves, and says that its own changes stay behind", () => {
    const decision = decided({
      deal: onlySales,
      workspace: inWorkspace(outside),
      hubspot: inHubSpot(outside),
      omittedBytes: 2_000_000,
    });
    expect(told(decision)).toBe(leaves);
    expect(decision.reason).toContain(
      "It's too large, so changes of its values weren't pushed.",
    );
  });

  test("no brake counts it as a deletion", () => {
    const removal = decided({ deal: onlySales, hubspot: inHubSpot(outside) });
    expect(removal.workspace.kind).toBe("delete");
    expect(movementsOf(removal)).toEqual([]);
  });

  test("of all pipelines, none is left out", () => {
    expect(
      told(
        decided({ workspace: null, was: null, hubspot: inHubSpot(outside) }),
      ),
    ).toBe("created created_in_workspace; create record; create link");
  });
});
