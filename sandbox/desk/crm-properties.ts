import { industries } from "../crm/definitions/industries.ts";
import { optionsIn, optionSets } from "../crm/definitions/option-sets.ts";

/** A property that the desk offers to edit on a record page. */
export type DeskProperty = {
  name: string;
  label: string;
  options?: readonly Option[];
  owner?: true;
  /** Its options are the type's pipelines, or the stages of the one that is chosen. */
  of?: "pipelines" | "stages";
};
export type Option = { value: string; label: string };

/** What a field of these names is, beside a text. */
const special: Readonly<Record<string, Partial<DeskProperty>>> = {
  lifecyclestage: { options: optionsIn(optionSets["lifecyclestage"] ?? "") },
  hs_lead_status: { options: optionsIn(optionSets["hs_lead_status"] ?? "") },
  industry: { options: optionsIn(industries) },
  hubspot_owner_id: { owner: true },
  pipeline: { of: "pipelines" },
  dealstage: { of: "stages" },
};

/** Properties in the order of the page, by their labels. */
const properties = (labels: Readonly<Record<string, string>>): DeskProperty[] =>
  Object.entries(labels).map(([name, label]) => ({
    name,
    label,
    ...special[name],
  }));

const place = {
  city: "City",
  state: "State/Region",
  country: "Country/Region",
};
const stage = { lifecyclestage: "Lifecycle stage" };
const owner = { hubspot_owner_id: "Owner" };

const contact = properties({
  firstname: "First name",
  lastname: "Last name",
  email: "Email",
  phone: "Phone number",
  mobilephone: "Mobile phone number",
  jobtitle: "Job title",
  ...stage,
  hs_lead_status: "Lead status",
  ...owner,
  hs_linkedin_url: "LinkedIn URL",
  company: "Company name",
  ...place,
});
const company = properties({
  name: "Company name",
  domain: "Company domain name",
  phone: "Phone number",
  website: "Website URL",
  industry: "Industry",
  numberofemployees: "Number of employees",
  annualrevenue: "Annual revenue",
  ...stage,
  ...owner,
  linkedin_company_page: "LinkedIn company page",
  ...place,
});
const deal = properties({
  dealname: "Deal name",
  amount: "Amount",
  deal_currency_code: "Currency",
  pipeline: "Pipeline",
  dealstage: "Deal stage",
  closedate: "Close date",
  ...owner,
});

/** Some of the properties, as columns. */
const columns = (of: readonly DeskProperty[], ...names: readonly string[]) =>
  names.map((name) => ({
    name,
    label: of.find((property) => property.name === name)?.label ?? name,
  }));

export type DeskObjectType = {
  id: string;
  singular: string;
  plural: string;
  /** What `/api/v1` calls the records of this type. */
  records: "contacts" | "companies" | "deals";
  /** The standard fields of those records, in the order of the page. */
  fields: readonly string[];
  properties: readonly DeskProperty[];
  /** Columns of the list, first the name. */
  columns: readonly { name: string; label: string }[];
  /** The properties of an object's pipeline and of its stage there. Absent: objects go through none, and there is no board. */
  pipelines?: { readonly pipeline: string; readonly stage: string };
};

/** The object types that the desk shows, by HubSpot's id. */
export const OBJECT_TYPES: Readonly<Record<string, DeskObjectType>> = {
  "0-1": {
    id: "0-1",
    singular: "Contact",
    plural: "Contacts",
    records: "contacts",
    fields: [
      "first_name",
      "last_name",
      "email",
      "phone",
      "mobile_phone",
      "job_title",
      "stage",
      "lead_status",
      "email_status",
      "linkedin_url",
      "city",
      "state",
      "country",
      "owner_email",
    ],
    columns: columns(contact, "email", "phone", "lifecyclestage", "city"),
    properties: contact,
  },
  "0-2": {
    id: "0-2",
    singular: "Company",
    plural: "Companies",
    records: "companies",
    fields: [
      "name",
      "domain",
      "phone",
      "website_url",
      "industry",
      "employees",
      "annual_revenue",
      "stage",
      "linkedin_url",
      "city",
      "state",
      "country",
      "owner_email",
    ],
    columns: columns(company, "domain", "phone", "industry", "city"),
    properties: company,
  },
  "0-3": {
    id: "0-3",
    singular: "Deal",
    plural: "Deals",
    records: "deals",
    fields: [
      "name",
      "amount",
      "currency",
      "pipeline",
      "stage",
      "close_date",
      "owner_email",
    ],
    columns: columns(deal, "amount", "pipeline", "dealstage", "closedate"),
    properties: deal,
    pipelines: { pipeline: "pipeline", stage: "dealstage" },
  },
};

type Values = Readonly<Record<string, string | null>>;

/** What a person calls this object: its name, else its address, else its id. */
export function objectName(
  objectTypeId: string,
  id: string,
  values: Values,
): string {
  const candidates =
    objectTypeId === "0-1"
      ? [
          [values["firstname"], values["lastname"]].filter(Boolean).join(" "),
          values["email"],
        ]
      : [values["name"], values["dealname"], values["domain"]];
  return (
    candidates.find((candidate) => candidate) ??
    `${OBJECT_TYPES[objectTypeId]?.singular ?? "Object"} ${id}`
  );
}
