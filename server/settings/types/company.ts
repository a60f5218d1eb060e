import type { ObjectTypeDescriptor } from "./descriptor.ts";

/** Organizations. Several companies in HubSpot can have one domain. */
export const company = {
  names: {
    singular: "company",
    plural: "companies",
    route: "companies",
    label: { singular: "Company", plural: "Companies" },
  },
  hubspot: {
    typeId: "0-2",
    path: "companies",
    eventName: "COMPANY",
    modifiedProperty: "hs_lastmodifieddate",
    propertyGroup: "companyinformation",
    scopes: {
      read: "crm.objects.companies.read",
      write: "crm.objects.companies.write",
      readDefinitions: "crm.schemas.companies.read",
      writeDefinitions: "crm.schemas.companies.write",
    },
    required: true,
  },
  identity: {
    kind: "domain",
    field: "domain",
    property: "domain",
    additional: "hs_additional_domains",
    unique: false,
    several: { choose: "lowest-id" },
    taken: "domain_conflict",
  },
  fields: {
    name: {
      kind: "text",
      label: "Company name",
      mapping: { property: "name" },
    },
    domain: {
      kind: "text",
      label: "Company domain name",
      mapping: { property: "domain" },
    },
    phone: {
      kind: "text",
      label: "Phone number",
      mapping: { property: "phone" },
    },
    website_url: {
      kind: "text",
      label: "Website URL",
      mapping: { property: "website" },
    },
    industry: {
      kind: "text",
      label: "Industry",
      mapping: { property: "industry" },
    },
    linkedin_url: {
      kind: "text",
      label: "LinkedIn company page",
      mapping: { property: "linkedin_company_page" },
    },
    city: { kind: "text", label: "City", mapping: { property: "city" } },
    state: {
      kind: "text",
      label: "State/Region",
      mapping: { property: "state" },
    },
    country: {
      kind: "text",
      label: "Country/Region",
      mapping: { property: "country" },
    },
    employees: {
      kind: "number",
      label: "Number of employees",
      mapping: { property: "numberofemployees", conversion: "number" },
    },
    annual_revenue: {
      kind: "number",
      label: "Annual revenue",
      mapping: { property: "annualrevenue", conversion: "number" },
    },
    stage: {
      kind: "text",
      label: "Lifecycle stage",
      mapping: { property: "lifecyclestage" },
    },
    owner_email: {
      kind: "text",
      label: "Company owner",
      mapping: { property: "hubspot_owner_id", conversion: "owner" },
    },
  },
  together: [],
  namedBy: [["name"], ["domain"]],
  policy: "initiator",
  flows: {
    pull: true,
    push: true,
    sweep: true,
    merge: true,
    restore: true,
    delete: true,
    erase: false,
  },
  creation: { waitsForFirstPull: true, needs: [] },
} as const satisfies ObjectTypeDescriptor;
