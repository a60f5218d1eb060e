import type { CrmState } from "../crm-state.ts";
import { isActivityOf, moveRollups } from "../derived/rollups.ts";
import type { Actor } from "../events.ts";
import { invalid } from "../refusal.ts";
import type { Edge, Row } from "../row.ts";
import { touch } from "../touch.ts";
import { edgeBetween, edgesTo, setEdge, typeSet } from "./edges.ts";
import type { AssociationLabel } from "./labels.ts";

/**
 * Associates two rows with exactly these types, both directions: what the pair had before is replaced, and the unlabeled type
 * always comes along. Answers false when nothing changed. Emits an event for each direction of each type that came or went.
 * @throws Refusal 400 for an object with itself
 */
export function associateRows(
  state: CrmState,
  from: Row,
  to: Row,
  labels: readonly AssociationLabel[],
  at: number,
  by: Actor,
): boolean {
  if (from === to)
    throw invalid("One or more associations are invalid", {
      context: { INVALID_OBJECT_IDS: [from.id] },
    });
  const base = state.labels.unlabeled(from.store.type.name, to.store.type.name);
  const wanted = new Map(labels.map((label) => [label.typeId, label]));
  if (base !== undefined) wanted.set(base.typeId, base);
  const becomesPrimary = primaryByItself(state, from, to);
  if (becomesPrimary !== undefined)
    wanted.set(becomesPrimary.typeId, becomesPrimary);
  for (const label of wanted.values()) {
    if (label.kind === "primary")
      dropOtherPrimaries(state, from, to, label, at, by);
    const inverse = state.labels.find(label.category, label.inverse);
    if (inverse?.kind === "primary")
      dropOtherPrimaries(state, to, from, inverse, at, by);
  }
  return setTypes(state, from, to, [...wanted.values()], at, by);
}

/** Takes types away from a pair; taking the unlabeled one away ends the association. */
export function dissociateRows(
  state: CrmState,
  from: Row,
  to: Row,
  labels: readonly AssociationLabel[] | "all",
  at: number,
  by: Actor,
): boolean {
  const edge = edgeBetween(from, to);
  if (edge === undefined) return false;
  const gone = new Set(
    labels === "all" ? [] : labels.map((label) => label.typeId),
  );
  const all =
    labels === "all" || labels.some((label) => label.kind === "unlabeled");
  const kept = all
    ? []
    : labelsOf(state, from, to, edge).filter(
        (label) => !gone.has(label.typeId),
      );
  return setTypes(state, from, to, kept, at, by);
}

/** Deletes a label of the portal's own: every association that had it loses it. */
export function deleteLabel(
  state: CrmState,
  label: AssociationLabel,
  at: number,
  by: Actor,
): void {
  const holders = [...state.store(label.from).rows.values()];
  for (const row of holders)
    for (const edge of row.edges?.slice() ?? [])
      if (edge.types.includes(label.typeId))
        dissociateRows(state, row, edge.to, [label], at, by);
  state.labels.remove(label);
}

/** The types of an edge as labels. */
export function labelsOf(
  state: CrmState,
  from: Row,
  to: Row,
  edge: Edge,
): AssociationLabel[] {
  return state.labels
    .list(from.store.type.name, to.store.type.name)
    .filter((label) => edge.types.includes(label.typeId));
}

function setTypes(
  state: CrmState,
  from: Row,
  to: Row,
  labels: readonly AssociationLabel[],
  at: number,
  by: Actor,
): boolean {
  const before = edgeBetween(from, to)?.types ?? [];
  const after = typeSet(labels.map((label) => label.typeId));
  const added = after.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !after.includes(id));
  if (added.length === 0 && removed.length === 0) return false;
  const pairTypes = state.labels.list(from.store.type.name, to.store.type.name);
  const inverses = typeSet(
    pairTypes
      .filter((label) => after.includes(label.typeId))
      .map((label) => label.inverse),
  );
  setEdge(from, to, after);
  setEdge(to, from, inverses);
  if (state.options.associationsTouchModified) {
    touch(state, from, at, by);
    touch(state, to, at, by);
  }
  if (before.length === 0 || after.length === 0) {
    for (const [activity, owner] of [
      [from, to],
      [to, from],
    ] as const)
      if (isActivityOf(activity, owner)) moveRollups(state, [owner], at);
  }
  if (state.heard) {
    for (const label of pairTypes) {
      const isAdded = added.includes(label.typeId);
      if (!isAdded && !removed.includes(label.typeId)) continue;
      emitBoth(state, from, to, label, !isAdded, at, by);
    }
  }
  return true;
}

function primaryByItself(
  state: CrmState,
  from: Row,
  to: Row,
): AssociationLabel | undefined {
  if (!state.options.firstCompanyBecomesPrimary) return undefined;
  const forward = state.labels.primary(
    from.store.type.name,
    to.store.type.name,
  );
  const backward = state.labels.primary(
    to.store.type.name,
    from.store.type.name,
  );
  const [label, owner, other] =
    forward !== undefined
      ? [forward, from, to]
      : backward !== undefined
        ? [backward, to, from]
        : [];
  if (label === undefined || owner === undefined || other === undefined)
    return undefined;
  if (
    edgesTo(owner, other.store.type.name).some((edge) =>
      edge.types.includes(label.typeId),
    )
  )
    return undefined;
  return forward ?? state.labels.find(label.category, label.inverse);
}

function dropOtherPrimaries(
  state: CrmState,
  owner: Row,
  kept: Row,
  label: AssociationLabel,
  at: number,
  by: Actor,
): void {
  for (const edge of owner.edges?.slice() ?? []) {
    if (edge.to === kept || !edge.types.includes(label.typeId)) continue;
    const rest = labelsOf(state, owner, edge.to, edge).filter(
      (other) => other.typeId !== label.typeId,
    );
    setTypes(state, owner, edge.to, rest, at, by);
  }
}

function emitBoth(
  state: CrmState,
  from: Row,
  to: Row,
  label: AssociationLabel,
  removed: boolean,
  at: number,
  by: Actor,
): void {
  const inverse = state.labels.find(label.category, label.inverse);
  const isPrimary = label.kind === "primary" || inverse?.kind === "primary";
  const sides: readonly [Row, Row, number][] = [
    [from, to, label.typeId],
    [to, from, label.inverse],
  ];
  for (const [source, target, associationTypeId] of sides) {
    state.emit({
      kind: "associationChange",
      objectTypeId: source.store.type.id,
      objectId: source.id,
      occurredAt: at,
      changeSource: by.changeSource,
      sourceId: by.sourceId,
      fromObjectId: source.id,
      toObjectId: target.id,
      fromObjectTypeId: source.store.type.id,
      toObjectTypeId: target.store.type.id,
      associationTypeId,
      associationCategory: label.category,
      associationType:
        `${source.store.type.singular}_to_${target.store.type.singular}`.toUpperCase(),
      associationRemoved: removed,
      isPrimaryAssociation: isPrimary,
    });
  }
}
