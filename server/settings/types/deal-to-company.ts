import type { AssociationKind } from "./descriptor.ts";

/** A deal belongs to any number of companies, one of which is its primary company. */
export const dealToCompany = {
  name: "deal_to_company",
  from: "deal",
  to: "company",
  hubspot: { plain: 341, primary: 5 },
  primary: { column: "company_id", field: "companyId", property: null },
  pushedWithParent: true,
  settings: { bring: "companyWithDeal", require: "requireCompany" },
} as const satisfies AssociationKind;
