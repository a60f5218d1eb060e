import type { AssociationKind } from "./descriptor.ts";

/** A deal belongs to any number of contacts, all of them equal. */
export const dealToContact = {
  name: "deal_to_contact",
  from: "deal",
  to: "contact",
  hubspot: { plain: 3, primary: null },
  primary: null,
  pushedWithParent: false,
  settings: { bring: "contactWithDeal", require: "requireContact" },
} as const satisfies AssociationKind;
