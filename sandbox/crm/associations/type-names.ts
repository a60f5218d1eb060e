import type { CrmState } from "../crm-state.ts";
import type { ObjectType } from "../object-type.ts";
import { objectTypes } from "../object-types.ts";
import type { AssociationLabel } from "./labels.ts";

/** Returns v3's name for associations of two types: `contact_to_company`. The portal's option decides the direction. */
export function pairName(
  state: CrmState,
  from: ObjectType,
  to: ObjectType,
): string {
  const turned =
    state.options.associationNames === "by-pair" &&
    objectTypes.indexOf(from) > objectTypes.indexOf(to);
  return turned
    ? `${to.singular}_to_${from.singular}`
    : `${from.singular}_to_${to.singular}`;
}

/** Returns v3's name for one association type. If a pair has a primary type, that type has the plain name. */
export function typeName(state: CrmState, label: AssociationLabel): string {
  const from = state.store(label.from).type;
  const to = state.store(label.to).type;
  const name = pairName(state, from, to);
  const primary =
    state.labels.primary(label.from, label.to) ??
    state.labels.primary(label.to, label.from);
  if (label.kind === "unlabeled")
    return primary === undefined ? name : `${name}_unlabeled`;
  const isPrimary =
    label.typeId === primary?.typeId || label.inverse === primary?.typeId;
  return isPrimary
    ? name
    : (label.label ?? name).toLowerCase().replaceAll(" ", "_");
}

/** Finds a pair's association type by v3's name or by number. Returns undefined if the pair has no such type. */
export function typeByName(
  state: CrmState,
  from: ObjectType,
  to: ObjectType,
  named: string,
): AssociationLabel | undefined {
  const all = state.labels.list(from.name, to.name);
  return (
    all.find((label) => String(label.typeId) === named) ??
    all.find((label) => typeName(state, label) === named) ??
    // The plain name works for every pair, whichever type has it.
    (named === `${from.singular}_to_${to.singular}`
      ? all.find(({ kind }) => kind === "unlabeled")
      : undefined)
  );
}
