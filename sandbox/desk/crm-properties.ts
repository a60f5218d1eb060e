/** A property that the desk offers to edit on a record page. */
export type DeskProperty = {
  name: string;
  label: string;
  options?: readonly Option[];
  owner?: true;
};
export type Option = { value: string; label: string };

const options = (...pairs: [string, string][]): Option[] =>
  pairs.map(([value, label]) => ({ value, label }));

const LIFECYCLE = options(
  ["subscriber", "Subscriber"],
  ["lead", "Lead"],
  ["marketingqualifiedlead", "Marketing Qualified Lead"],
  ["salesqualifiedlead", "Sales Qualified Lead"],
  ["opportunity", "Opportunity"],
  ["customer", "Customer"],
  ["evangelist", "Evangelist"],
  ["other", "Other"],
);

const LEAD_STATUS = options(
  ["NEW", "New"],
  ["OPEN", "Open"],
  ["IN_PROGRESS", "In Progress"],
  ["OPEN_DEAL", "Open Deal"],
  ["UNQUALIFIED", "Unqualified"],
  ["ATTEMPTED_TO_CONTACT", "Attempted to Contact"],
  ["CONNECTED", "Connected"],
  ["BAD_TIMING", "Bad Timing"],
);

const owner: DeskProperty = {
  name: "hubspot_owner_id",
  label: "Owner",
  owner: true,
};
const lifecycle: DeskProperty = {
  name: "lifecyclestage",
  label: "Lifecycle stage",
  options: LIFECYCLE,
};
const place: DeskProperty[] = [
  { name: "city", label: "City" },
  { name: "state", label: "State/Region" },
  { name: "country", label: "Country/Region" },
];

export type DeskObjectType = {
  id: string;
  singular: string;
  plural: string;
  /** What `/api/v1` calls the records of this type. */
  records: "contacts" | "companies" | null;
  /** The standard fields of those records, in the order of the page. */
  fields: readonly string[];
  properties: readonly DeskProperty[];
  /** Columns of the list, first the name. */
  columns: readonly { name: string; label: string }[];
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
    columns: [
      { name: "email", label: "Email" },
      { name: "phone", label: "Phone number" },
      { name: "lifecyclestage", label: "Lifecycle stage" },
      { name: "city", label: "City" },
    ],
    properties: [
      { name: "firstname", label: "First name" },
      { name: "lastname", label: "Last name" },
      { name: "email", label: "Email" },
      { name: "phone", label: "Phone number" },
      { name: "mobilephone", label: "Mobile phone number" },
      { name: "jobtitle", label: "Job title" },
      lifecycle,
      { name: "hs_lead_status", label: "Lead status", options: LEAD_STATUS },
      owner,
      { name: "hs_linkedin_url", label: "LinkedIn URL" },
      { name: "company", label: "Company name" },
      ...place,
    ],
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
    columns: [
      { name: "domain", label: "Company domain name" },
      { name: "phone", label: "Phone number" },
      { name: "industry", label: "Industry" },
      { name: "city", label: "City" },
    ],
    properties: [
      { name: "name", label: "Company name" },
      { name: "domain", label: "Company domain name" },
      { name: "phone", label: "Phone number" },
      { name: "website", label: "Website URL" },
      { name: "industry", label: "Industry" },
      { name: "numberofemployees", label: "Number of employees" },
      { name: "annualrevenue", label: "Annual revenue" },
      lifecycle,
      owner,
      { name: "linkedin_company_page", label: "LinkedIn company page" },
      ...place,
    ],
  },
  "0-3": {
    id: "0-3",
    singular: "Deal",
    plural: "Deals",
    records: null,
    fields: [],
    columns: [
      { name: "amount", label: "Amount" },
      { name: "dealstage", label: "Deal stage" },
      { name: "closedate", label: "Close date" },
    ],
    properties: [
      { name: "dealname", label: "Deal name" },
      { name: "amount", label: "Amount" },
      { name: "pipeline", label: "Pipeline" },
      { name: "dealstage", label: "Deal stage" },
      { name: "closedate", label: "Close date" },
      owner,
    ],
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
