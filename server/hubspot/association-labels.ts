import type { ParentKind } from "../settings/types/index.ts";
import type { AssociationLabel } from "./gateway.ts";

/** HubSpot's own labels of one kind of association. */
export type AssociationLabels = {
  /** Of the one primary parent; comes with the plain label. */
  readonly primary: AssociationLabel;
  readonly plain: AssociationLabel;
};

const defined = (typeId: number): AssociationLabel => ({
  category: "HUBSPOT_DEFINED",
  typeId,
});

const labels: Readonly<Record<ParentKind["name"], AssociationLabels>> = {
  contact_to_company: { primary: defined(1), plain: defined(279) },
};

/** Returns the labels that HubSpot defines for a kind of association. */
export const labelsOf = ({ name }: ParentKind): AssociationLabels =>
  labels[name];

/** Whether two labels are the same: ids are unique per category only. */
export const isSameLabel = (
  left: AssociationLabel,
  right: AssociationLabel,
): boolean => left.category === right.category && left.typeId === right.typeId;
