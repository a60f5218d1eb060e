import type { ObjectType, RecordId } from "../../../settings/object-type.ts";
import { parentRules } from "../../../settings/parent-rules.ts";
import type { ParentKind } from "../../../settings/types/index.ts";
import {
  descriptorOf,
  firstPushedKindOf,
  primaryKindOf,
} from "../../../settings/types/index.ts";
import { refusalOf } from "../../installation/pure/installation-gate.ts";
import { refusalFor } from "../../installation/pure/missing-scope.ts";
import type { Decision } from "../../model.ts";
import { refusalOfActor } from "../../people/pure/actor.ts";
import type { Planned } from "../../decide/plan.ts";
import { changesOf } from "../../decide/plan.ts";
import type {
  Button,
  ChildrenChanged,
  ChildrenOfType,
  ForcingButton,
  SyncView,
} from "./card-view.ts";
import { changeRows } from "./change-rows.ts";
import type { CardData } from "../../preview/read-card.ts";
import {
  capitalized,
  counted,
  labelOf,
  listed,
  nameOf,
} from "../../values/shown-text.ts";

/** Sync now, Pull, and Push: what each would do, or why it can't and what would help. Pure. */

type Action = "sync" | "pull" | "push";

/** If HubSpot doesn't allow one direction, the other one still syncs. */
export function syncButton(look: CardData): Button {
  const waits =
    notPermitted(look, "push") ??
    notPermitted(look, "pull") ??
    refusalOf(look.installation, "push", look.objectType) ??
    look.unreadable;
  if (waits !== null) return refused(waits);
  const { reading } = look;
  return reading === null
    ? refused({
        code: "not_read",
        reason: "HubSpot wasn't read.",
        remedy: null,
      })
    : decided(look, reading.sync, "sync");
}

export function pullButton(look: CardData): ForcingButton {
  const waits = installationRefusal(look, "pull");
  if (waits !== null) return undoesNothing(refused(waits));
  const { reading } = look;
  if (reading === null || reading.pair.object === null)
    return undoesNothing(
      refused({
        code: "no_object",
        reason: `This ${look.objectType} isn't in HubSpot.`,
        remedy: "Push it first.",
      }),
    );
  return forcing(look, reading.pull, "pull");
}

export function pushButton(look: CardData): SyncView["push"] {
  const { facts, objectType, record } = look;
  const kind = primaryKindOf(objectType);
  const children = childrenOf(look);
  const more = {
    children,
    contacts:
      record === null ? null : (firstChildren(objectType, children) ?? null),
    company:
      facts.company === null || kind === null
        ? null
        : {
            name: nameOf(facts.company.properties, `its ${kind.to}`),
            missing: !facts.company.linked,
            choice: parentRules(look.rules.settings, kind).bring,
          },
  };
  const waits = installationRefusal(look, "push");
  if (waits !== null) return { ...undoesNothing(refused(waits)), ...more };
  const { reading } = look;
  if (reading === null || reading.pair.record === null)
    return {
      ...undoesNothing(
        refused({
          code: "no_record",
          reason: `This ${objectType} isn't in the workspace.`,
          remedy: "Pull it first.",
        }),
      ),
      ...more,
    };
  return { ...forcing(look, reading.push, "push"), ...more };
}

const childrenOf = ({ facts }: CardData): ChildrenOfType[] =>
  facts.children.map(({ type, count, changed, named }) => ({
    type,
    count,
    changed,
    named: named.map(({ id, properties, creates }) => ({
      id,
      name: nameOf(properties, id),
      creates,
    })),
    more: changed - named.length,
  }));

/** The entry that a card knows which knows one type of children only. */
export function firstChildren(
  objectType: ObjectType,
  children: readonly ChildrenOfType[],
): ChildrenChanged | undefined {
  const first = children.find(
    ({ type }) => type === firstPushedKindOf(objectType)?.from,
  );
  if (first === undefined) return undefined;
  const { count, changed, named, more } = first;
  return { count, changed, named, more };
}

type Why = {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
};

const refused = ({ code, reason, remedy }: Why): Button => ({
  allowed: false,
  creates: false,
  idle: false,
  summary: "",
  code,
  reason,
  remedy,
});

const undoesNothing = (button: Button): ForcingButton => ({
  ...button,
  undoes: [],
  moreUndoes: 0,
});

const parentName = ({ facts }: CardData, id: RecordId): string =>
  nameOf(facts.companyNames.get(id) ?? {}, id);

const mostUndoes = 25;

/** A button that needs confirmation first if it would replace newer values of the other side, which it lists. */
function forcing(
  look: CardData,
  plan: Planned,
  action: "pull" | "push",
): ForcingButton {
  const button = decided(look, plan, action);
  if (!button.allowed) return undoesNothing(button);
  const undoing = new Set(
    plan.decision.fields
      .filter(({ undoes }) => undoes === true)
      .map(({ field }) => field),
  );
  const rows = changeRows(
    look,
    changesOf(plan).filter(({ field }) => undoing.has(field)),
  ).map(({ field, label, before, after }) => ({ field, label, before, after }));
  for (const { kind, outcome } of plan.edges)
    if (outcome.undoes !== undefined && kind.primary !== null)
      rows.push({
        field: kind.primary.column,
        label: descriptorOf(kind.to).names.label.singular,
        before: parentName(look, outcome.undoes.lost.parentId),
        after: parentName(look, outcome.undoes.kept.parentId),
      });
  return {
    ...button,
    undoes: rows.slice(0, mostUndoes),
    moreUndoes: Math.max(0, rows.length - mostUndoes),
  };
}

function installationRefusal(
  look: CardData,
  action: "pull" | "push",
): Why | null {
  const unpermitted = notPermitted(look, action);
  if (unpermitted !== null) return unpermitted;
  const refusal = refusalOf(look.installation, action, look.objectType);
  if (refusal?.code === "first_pull_running")
    return {
      ...refusal,
      reason: `${firstPullProgress(look)}. Push starts when it ends.`,
      remedy: null,
    };
  return refusal ?? look.unreadable ?? missingScope(look, action);
}

/** Why the person who sees the card may not do this, or null (AP-117). */
export const notPermitted = (
  { actor, rules }: CardData,
  permission: "push" | "pull",
): Why | null => refusalOfActor(actor, permission, rules.settings.unknownUsers);

/** "First pull 43%". */
export function firstPullProgress({ facts: { firstPull } }: CardData): string {
  if (firstPull === null || firstPull.total === null || firstPull.total === 0)
    return firstPull === null
      ? "The first pull hasn't ended yet"
      : `First pull: ${firstPull.done} so far`;
  const share = Math.min(
    99,
    Math.floor((firstPull.done / firstPull.total) * 100),
  );
  return `First pull ${share}%`;
}

function missingScope(
  { installation, objectType }: CardData,
  action: "pull" | "push",
): Why | null {
  const capability =
    action === "push"
      ? (`write:${objectType}` as const)
      : (`read:${objectType}` as const);
  const missing = installation.missingCapabilities[capability];
  return missing === undefined ? null : refusalFor(capability);
}

const remedies: Readonly<Record<string, string>> = {
  push_off: "Turn on push in the sync settings.",
  first_pull_running: "Wait until the first pull has ended.",
  nothing_to_identify: "Add an email or a name.",
};

function decided(look: CardData, plan: Planned, action: Action): Button {
  const { decision } = plan;
  if (decision.problem !== null)
    return refused({
      code: decision.problem.code,
      reason: decision.problem.cause,
      remedy: decision.problem.fix,
    });
  if (decision.outcome === "skipped")
    return refused({
      code: decision.code,
      reason: decision.reason,
      remedy: remedies[decision.code] ?? null,
    });
  const summary = withParents(look, summaryOf(look, plan, action), action);
  const [nothing = "", ...why] = summary.split(": ");
  const idle = nothing === `Nothing to ${action}`;
  return {
    allowed: true,
    creates:
      decision.hubspot.kind === "create" ||
      decision.workspace.kind === "create",
    idle,
    summary,
    code: null,
    reason: idle ? capitalized(why.join(": ")) : null,
    remedy: null,
  };
}

/** A parent that isn't in HubSpot is created before its child (AP-011). */
function withParents(
  { reading }: CardData,
  summary: string,
  action: Action,
): string {
  if (action === "pull" || reading === null || reading.parents.length === 0)
    return summary;
  const named = listed(
    reading.parents.map(({ kind: { to }, ids }) =>
      ids.length === 1 ? to : descriptorOf(to).names.plural,
    ),
  );
  return summary.startsWith("Nothing")
    ? `Creates its ${named} in HubSpot`
    : `${summary}; creates its ${named} first`;
}

function summaryOf(look: CardData, plan: Planned, action: Action): string {
  const { decision } = plan;
  const { taken, sent } = movesOf(decision);
  const type = look.objectType;
  if (decision.workspace.kind === "create")
    return `Creates the ${type} in the workspace with ${counted(taken, "value")}`;
  if (decision.hubspot.kind === "create")
    return `Creates the ${type} in HubSpot with ${counted(Object.keys(decision.hubspot.sent).length, "value")}`;
  if (decision.link.kind === "end" || decision.workspace.kind === "restore")
    return decision.reason;
  const parts = [
    taken > 0 ? `pulls ${counted(taken, "value")} from HubSpot` : "",
    sent > 0 ? `pushes ${counted(sent, "value")} to HubSpot` : "",
  ];
  if (action === "push") parts.reverse();
  const moved = movedKinds(plan).map(({ to }) => descriptorOf(to).names.plural);
  if (moved.length > 0) parts.push(`syncs its ${listed(moved)}`);
  if (decision.link.kind !== "keep") parts.unshift("links the two");
  const conflicts = decision.fields.filter(
    ({ kind }) => kind === "held",
  ).length;
  const opened = look.facts.attention.filter(
    ({ kind }) => kind === "held",
  ).length;
  const said = listed(parts.filter((part) => part !== ""));
  if (said !== "" || conflicts > opened) {
    const rest =
      conflicts === 0
        ? []
        : [`leaves ${counted(conflicts, "conflict")} to resolve`];
    const all = [...(said === "" ? [] : [said]), ...rest].join("; ");
    return capitalized(all);
  }
  if (conflicts > 0)
    return `Nothing to ${action}: ${counted(conflicts, "conflict")} to resolve`;
  const parked = notTaken(look, decision);
  if (parked !== "") return `Nothing to ${action}: ${parked}`;
  return decision.fields.some(({ kind }) => kind === "waiting")
    ? `Nothing to ${action}: nothing changed ${action === "pull" ? "in HubSpot" : "in the workspace"}`
    : `Nothing to ${action}: ${decision.reason.charAt(0).toLowerCase()}${decision.reason.slice(1)}`;
}

/** "HubSpot rejected Email and Contact owner"; "" if nothing is parked. */
function notTaken(look: CardData, { fields }: Decision): string {
  const said = (["hubspot", "workspace"] as const).flatMap((side) => {
    const labels = fields
      .filter(({ parked }) => parked?.side === side)
      .map(({ field, property }) =>
        labelOf(look.objectType, look.rules, field, property),
      );
    return labels.length === 0
      ? []
      : [
          `${side === "hubspot" ? "HubSpot" : "the workspace"} rejected ${listed(labels)}`,
        ];
  });
  return said.join("; ");
}

/** How many values a decision pulls from HubSpot, and how many it pushes. */
export const movesOf = (
  decision: Decision,
): { taken: number; sent: number } => ({
  taken: decision.fields.filter(({ kind }) => kind === "to-workspace").length,
  sent: decision.fields.filter(({ kind }) => kind === "to-hubspot").length,
});

/** The kinds whose associations would move, on either side. */
export const movedKinds = ({ edges }: Planned): ParentKind[] =>
  edges
    .filter(
      ({ outcome }) =>
        outcome.addToWorkspace.length > 0 ||
        outcome.removeFromWorkspace.length > 0 ||
        outcome.addToHubSpot.length > 0 ||
        outcome.removeFromHubSpot.length > 0 ||
        outcome.primaryInWorkspace !== undefined ||
        outcome.primaryInHubSpot !== undefined,
    )
    .map(({ kind }) => kind);
