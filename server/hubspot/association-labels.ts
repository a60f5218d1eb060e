import type { ParentKind } from "../settings/types/index.ts";
import type { AssociationLabel } from "./gateway.ts";

/** HubSpot's own labels of one kind of association. */
export type AssociationLabels = {
  /** Of the one primary parent; comes with the plain label. Null: all parents are equal. */
  readonly primary: AssociationLabel | null;
  readonly plain: AssociationLabel;
};

const defined = (typeId: number): AssociationLabel => ({
  category: "HUBSPOT_DEFINED",
  typeId,
});

/** Returns the labels that HubSpot defines for a kind of association. */
export const labelsOf = ({ hubspot }: ParentKind): AssociationLabels => ({
  primary: hubspot.primary === null ? null : defined(hubspot.primary),
  plain: defined(hubspot.plain),
});

/** Whether two labels are the same: ids are unique per category only. Null is no label. */
export const isSameLabel = (
  left: AssociationLabel,
  right: AssociationLabel | null,
): boolean => left.category === right?.category && left.typeId === right.typeId;
