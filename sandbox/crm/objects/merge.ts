import { edgeBetween, setEdge, typeSet } from "../associations/edges.ts";
import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import { Refusal } from "../refusal.ts";
import type { Row, Version } from "../row.ts";
import { emitLifecycle } from "./archive.ts";
import { historyOf } from "./history.ts";
import { stageRank } from "./prepare.ts";

const mostMerges = 250;

/**
 * Merges one live object into another. The primary's values win and its blanks are filled; associations are joined, and the
 * primary's primary association stays. The result has a new id, or the primary's by option; ids that went keep leading to it.
 * No propertyChange is told, only the merge and the deletion of the object that was merged in.
 * @throws Refusal 414 for the 251st merge
 */
export function mergeRows(
  state: CrmState,
  primary: Row,
  other: Row,
  at: number,
  by: Actor,
): Row {
  const { store } = primary;
  const gone = state.options.mergeKeepsId ? [other.id] : [primary.id, other.id];
  const merges = [
    ...(primary.merges ?? []),
    ...(other.merges ?? []),
    { ids: gone, at },
  ];
  if (merges.length > mostMerges) {
    throw new Refusal(414, {
      message: "Cannot have more than 250 identities on a profile",
    });
  }
  const { values, moved } = mergedValues(state, primary, other);
  const histories = new Map(
    [...values.keys()].map((name) => [
      name,
      mergedHistory(primary, other, name, values.get(name) ?? ""),
    ]),
  );
  const domains = mergedDomains(primary, other, values.get("domain"));
  if (store.type.identity === "domain" && domains !== "") {
    const name = "hs_additional_domains";
    const versions = histories.get(name) ?? [];
    if (values.get(name) !== domains)
      histories.set(name, [{ value: domains, at, by }, ...versions]);
    values.set(name, domains);
  }
  const emails = mergedEmails(primary, other, values.get("email"));

  store.releaseAll(primary);
  store.releaseAll(other);
  state.indexLag.before(other, at);
  let survivor = primary;
  if (state.options.mergeKeepsId) state.indexLag.before(primary, at);
  else {
    survivor = store.add(at, by);
    survivor.createdAt = Math.min(primary.createdAt, other.createdAt);
    state.indexLag.added(survivor, at);
    state.indexLag.before(primary, at);
    leadTo(primary, survivor);
  }
  leadTo(other, survivor);
  survivor.updatedAt = at;
  survivor.updatedBy = by;
  survivor.merges = merges;
  survivor.values = [];
  for (const [name, value] of values) {
    survivor.values[store.slot(name)] = value;
    store.remember(name, value, survivor);
  }
  survivor.history = histories;
  survivor.additionalEmails = emails.length === 0 ? undefined : emails;
  store.claimAll(survivor);
  moveEdges(state, primary, survivor);
  moveEdges(state, other, survivor);

  if (state.heard) {
    state.emit({
      kind: "merge",
      objectTypeId: store.type.id,
      objectId: primary.id,
      occurredAt: at,
      changeSource: by.changeSource,
      sourceId: by.sourceId,
      primaryObjectId: primary.id,
      mergedObjectIds: [other.id],
      newObjectId: survivor.id,
      numberOfPropertiesMoved: moved,
    });
    emitLifecycle(state, "deletion", other, at, by);
  }
  return survivor;
}

function leadTo(row: Row, survivor: Row): void {
  row.state = "merged";
  row.mergedInto = survivor;
  row.values = [];
  row.history = undefined;
  row.additionalEmails = undefined;
  row.merges = undefined;
}

function mergedValues(state: CrmState, primary: Row, other: Row) {
  const { store } = primary;
  const values = new Map<string, string>();
  let moved = 0;
  for (const name of store.usedNames()) {
    const mine = store.stored(primary, name);
    const theirs = store.stored(other, name);
    const value = winner(state, primary, name, mine, theirs);
    if (value === undefined) continue;
    values.set(name, value);
    if (value !== mine) moved += 1;
  }
  return { values, moved };
}

function winner(
  state: CrmState,
  primary: Row,
  name: string,
  mine: string | undefined,
  theirs: string | undefined,
): string | undefined {
  const has = (value: string | undefined) =>
    value !== undefined && value !== "";
  if (name !== "email" && primary.store.isUnique(name)) {
    if (state.options.mergeUniqueSurvives === "none")
      return has(mine) || has(theirs) ? "" : undefined;
    if (state.options.mergeUniqueSurvives === "merged" && has(theirs))
      return theirs;
  }
  if (
    name === "lifecyclestage" &&
    state.options.mergeKeepsFurthestStage &&
    has(theirs)
  ) {
    if (
      stageRank(primary.store, theirs ?? "") >
      stageRank(primary.store, mine ?? "")
    )
      return theirs;
  }
  return has(mine) ? mine : (theirs ?? mine);
}

/** The history of whichever side won, and below it the other's. */
function mergedHistory(
  primary: Row,
  other: Row,
  name: string,
  value: string,
): Version[] {
  const mine = historyOf(primary, name);
  const theirs = historyOf(other, name);
  const [won, lost] =
    mine[0]?.value === value ? [mine, theirs] : [theirs, mine];
  const below = [...won.slice(1), ...lost].sort((a, b) => b.at - a.at);
  const top = won[0];
  return top === undefined ? below : [top, ...below];
}

function mergedEmails(
  primary: Row,
  other: Row,
  main: string | undefined,
): string[] {
  const all = [primary, other].flatMap((row) => [
    row.store.stored(row, "email") ?? "",
    ...(row.additionalEmails ?? []),
  ]);
  return [...new Set(all)].filter((email) => email !== "" && email !== main);
}

/** One domain stays the main one; the others of both become additional ones (HubSpot's blog on merging companies). */
function mergedDomains(
  primary: Row,
  other: Row,
  main: string | undefined,
): string {
  const all = [primary, other].flatMap((row) => [
    row.store.stored(row, "domain") ?? "",
    ...(row.store.stored(row, "hs_additional_domains") ?? "").split(";"),
  ]);
  return [...new Set(all)]
    .filter((domain) => domain !== "" && domain !== main)
    .join(";");
}

/** Gives a row's associations to the survivor; a second primary association becomes an ordinary one. */
function moveEdges(state: CrmState, from: Row, survivor: Row): void {
  if (from === survivor) return;
  for (const edge of from.edges ?? []) {
    const target = edge.to;
    setEdge(target, from, []);
    if (target === survivor) continue;
    const labels = state.labels.list(
      survivor.store.type.name,
      target.store.type.name,
    );
    const kept = labels.filter((label) => {
      if (!edge.types.includes(label.typeId)) return false;
      return label.kind !== "primary" || !hasType(survivor, label.typeId);
    });
    const types = typeSet([
      ...kept.map((label) => label.typeId),
      ...(edgeBetween(survivor, target)?.types ?? []),
    ]);
    setEdge(survivor, target, types);
    const inverses = labels
      .filter((label) => types.includes(label.typeId))
      .map((label) => label.inverse);
    setEdge(target, survivor, typeSet(inverses));
  }
  from.edges = undefined;
}

function hasType(row: Row, typeId: number): boolean {
  return row.edges?.some((edge) => edge.types.includes(typeId)) === true;
}
