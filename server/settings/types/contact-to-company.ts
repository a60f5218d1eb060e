import type { AssociationKind } from "./descriptor.ts";

/** A contact belongs to any number of companies, one of which is its primary company. */
export const contactToCompany = {
  name: "contact_to_company",
  from: "contact",
  to: "company",
  hubspot: { plain: 279, primary: 1 },
  primary: {
    column: "company_id",
    field: "companyId",
    property: "associatedcompanyid",
  },
  createdByHubSpot: {
    setting: "Create and associate companies with contacts",
    place: "Settings > Objects > Companies",
  },
  pushedWithParent: true,
  settings: { bring: "companyWithContact", require: "requireCompany" },
  presets: {
    // AP-011, AP-084
    apollo: { bring: "if-missing", require: false },
    // AC-015, AC-012
    accelo: { bring: "never", require: true },
  },
} as const satisfies AssociationKind;
