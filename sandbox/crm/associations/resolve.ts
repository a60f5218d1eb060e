import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import { findRow } from "../objects/lookup.ts";
import { invalid } from "../refusal.ts";
import type { Row } from "../row.ts";
import type { AssociationLabel } from "./labels.ts";

export type TypeInput = {
  readonly associationCategory?: unknown;
  readonly associationTypeId?: unknown;
};

/** An association to make together with an object: HubSpot's form (`to`, `types`), or the control path's (`toType`, `toId`). */
export type AssociationInput = {
  readonly to?: { readonly id?: unknown };
  readonly types?: readonly TypeInput[];
  readonly toType?: string;
  readonly toId?: string;
  readonly primary?: boolean;
};

export type ResolvedAssociation = {
  readonly to: Row;
  readonly labels: readonly AssociationLabel[];
};

/** @throws Refusal 400 for a type or an object that does not exist, or a type of the other direction */
export function resolveAssociations(
  state: CrmState,
  store: ObjectStore,
  inputs: readonly AssociationInput[],
): ResolvedAssociation[] {
  return inputs.map((input) => {
    if (input.toType !== undefined) {
      const target = state.store(input.toType);
      const primary = state.labels.primary(store.type.name, target.type.name);
      const labels =
        input.primary === true && primary !== undefined ? [primary] : [];
      return {
        to: associationTarget(state, target, String(input.toId)),
        labels,
      };
    }
    const labels = resolveTypes(state, store, undefined, input.types ?? []);
    const first = labels[0];
    if (first === undefined)
      throw invalid("One or more associations are invalid");
    return {
      to: associationTarget(state, state.store(first.to), idText(input.to?.id)),
      labels,
    };
  });
}

/**
 * Finds the association types that a call names.
 * @throws Refusal 400 for one that does not exist, or belongs to another pair or to the other direction
 */
export function resolveTypes(
  state: CrmState,
  from: ObjectStore,
  to: ObjectStore | undefined,
  types: readonly TypeInput[],
): AssociationLabel[] {
  return types.map(({ associationCategory, associationTypeId }) => {
    const typeId = Number(associationTypeId ?? Number.NaN);
    if (typeof associationCategory !== "string" || Number.isNaN(typeId))
      throw invalid(
        "Some required fields were not set: [associationCategory, associationTypeId]",
      );
    const label = state.labels.find(associationCategory, typeId);
    if (
      label === undefined ||
      (to !== undefined &&
        label.from === from.type.name &&
        label.to !== to.type.name)
    ) {
      throw invalid("One or more associations are invalid", {
        context: { INVALID_ASSOCIATION_TYPE_ID: [String(typeId)] },
      });
    }
    if (label.from !== from.type.name) {
      const expected = state.store(label.from).type.id;
      throw invalid(
        `${String(typeId)} is invalid from object type ${from.type.id} for associations to be created. expected: ${expected}`,
        { subCategory: "crm.associations.INVALID_IDENTIFIER" },
      );
    }
    return label;
  });
}

/** @throws Refusal 400 for an object that cannot be associated because it is not there */
export function associationTarget(
  state: CrmState,
  store: ObjectStore,
  id: string,
): Row {
  const row = findRow(state, store, id, {
    followMerged: state.options.associationsFollowMergedId,
  });
  if (row !== undefined) return row;
  throw invalid("One or more associations are invalid", {
    subCategory: "crm.associations.INVALID_IDENTIFIER",
    context: { INVALID_OBJECT_IDS: [id] },
  });
}

/** Ids come as text or as numbers. */
export function idText(id: unknown): string {
  if (typeof id === "string" || typeof id === "number") return String(id);
  throw invalid("Some required fields were not set: [id]");
}
