import type { SettingsDocument } from "../../hubspot-project/src/app/settings/document.ts";
import type {
  Check,
  Field,
  Finding,
  Fittings,
  Installation,
  Page,
  Pipelines,
  Properties,
  Step,
} from "../../hubspot-project/src/app/settings/page-answer.ts";
import { setupSteps } from "../../server/sync/installation/setup-steps.ts";
import { defaultSettings } from "../../server/settings/schema.ts";

/** The document of a fresh installation, as the server sends it. */
export const settings = (some: Partial<SettingsDocument> = {}) =>
  ({
    ...structuredClone(defaultSettings),
    productName: "Acme",
    ...some,
  }) as unknown as SettingsDocument;

export const installation = (
  some: Partial<Installation> = {},
): Installation => ({
  portalId: 4711,
  state: "active",
  since: "2026-11-02T08:00:00.000Z",
  reason: "",
  windowEndsAt: null,
  syncUser: { email: "ada@example.com" },
  chosenSyncUser: null,
  scopes: ["oauth", "crm.objects.contacts.read"],
  warnings: [],
  lastSuccess: { pull: null, push: null, webhooks: null, sweep: null },
  definitionsReadAt: "2026-11-20T08:00:00.000Z",
  installedAt: "2026-11-02T08:00:00.000Z",
  ...some,
});

/** A checklist in which these steps are done. */
export const checklist = (...done: Step[]): Page["checklist"] =>
  setupSteps.map((step) => ({
    step,
    done: done.includes(step),
    at: null,
    can: null,
    helpUrl: null,
  }));

/** What the server sends to the person who connected HubSpot. */
export const page = (some: Partial<Page> = {}): Page => ({
  version: 3,
  settings: settings(),
  savedAt: "2026-11-20T08:02:00.000Z",
  savedBy: "ada@example.com",
  canChange: true,
  whyNot: null,
  user: "ada@example.com",
  types: [
    {
      type: "contact",
      singular: "contact",
      plural: "contacts",
      route: "contacts",
      label: { singular: "Contact", plural: "Contacts" },
      optional: false,
      synced: true,
      missing: [],
      pulling: null,
      pipelines: false,
      pulls: true,
      pushes: true,
      deletes: true,
      merges: true,
      identityField: "email",
      fields: [
        { field: "email", label: "Email", kind: "text" },
        { field: "first_name", label: "First name", kind: "text" },
        { field: "phone", label: "Phone number", kind: "text" },
        { field: "stage", label: "Lifecycle stage", kind: "text" },
        { field: "email_status", label: "Email status", kind: "text" },
      ],
      parents: [
        {
          singular: "company",
          plural: "companies",
          bring: "companyWithContact",
          require: "requireCompany",
          createdByHubSpot: {
            setting: "Create and associate companies with contacts",
            place: "Settings > Objects > Companies",
          },
        },
      ],
    },
    {
      type: "company",
      singular: "company",
      plural: "companies",
      route: "companies",
      label: { singular: "Company", plural: "Companies" },
      optional: false,
      synced: true,
      missing: [],
      pulling: null,
      pipelines: false,
      pulls: true,
      pushes: true,
      deletes: true,
      merges: true,
      identityField: "domain",
      fields: [{ field: "employees", label: "Employees", kind: "number" }],
      parents: [],
    },
  ],
  installation: installation(),
  connected: true,
  apiKey: { hint: "ppbU", madeAt: "2026-11-02T08:00:00.000Z" },
  superAdmins: {
    known: false,
    askUrl:
      "https://counterpart.example.com/oauth/install?optional_scope=settings.users.read",
  },
  connectUrl: "https://counterpart.example.com/oauth/install",
  helpUrl: "https://counterpart.example.com/docs",
  checklist: checklist("connect", "name", "pull"),
  progress: null,
  warnings: [],
  drift: { count: 0, results: [] },
  applying: [],
  ...some,
});

/** Deals, turned on and synced unless a test says otherwise. */
export const deals = (
  some: Partial<Page["types"][number]> = {},
): Page["types"][number] => ({
  type: "deal",
  singular: "deal",
  plural: "deals",
  route: "deals",
  label: { singular: "Deal", plural: "Deals" },
  optional: true,
  synced: true,
  missing: [],
  pulling: null,
  pipelines: true,
  pulls: true,
  pushes: true,
  deletes: true,
  merges: true,
  identityField: null,
  fields: [
    { field: "name", label: "Deal name", kind: "text" },
    { field: "stage", label: "Deal stage", kind: "text" },
  ],
  parents: [],
  ...some,
});

/** HubSpot's pipelines of deals, as the server lists them. */
export const pipelines = (
  ...some: Partial<Pipelines["results"][number]>[]
): Pipelines => ({
  results: some.map((one) => ({
    id: "default",
    label: "Sales Pipeline",
    selected: true,
    gone: false,
    dealCount: 1_204,
    state: "active",
    progress: null,
    stages: [
      { id: "s1", label: "Qualified To Buy" },
      { id: "s2", label: "Closed Won" },
    ],
    ...one,
  })),
});

export const check = (some: Partial<Check> = {}): Check => ({
  errors: [],
  warnings: [],
  effects: [],
  apply: null,
  changes: [{ path: "automatic.push", sentence: "Automatic push is off." }],
  ...some,
});

export const properties = (
  ...some: Partial<Properties["results"][number]>[]
): Properties => ({
  readAt: "2026-11-20T08:00:00.000Z",
  groups: [{ name: "contactinformation", label: "Contact information" }],
  results: some.map((one) => ({
    name: "email",
    label: "Email",
    group: "contactinformation",
    custom: false,
    readOnly: false,
    options: 0,
    ...one,
  })),
});

export const finding = (some: Partial<Finding> = {}): Finding => ({
  objectType: "contact",
  field: "phone",
  code: "property_missing",
  cause:
    "The mapping of phone no longer fits. HubSpot has no property phone. This concerns 12 contacts.",
  fix: "Create it in HubSpot, or map another one.",
  records: 12,
  since: "2026-11-20T08:00:00.000Z",
  ...some,
});

/** Fields as the server names them, and some that someone has added. */
export const fields = (...own: Partial<Field>[]): { results: Field[] } => ({
  results: [
    {
      name: "phone",
      label: "Phone number",
      type: "text",
      standard: true,
      options: 0,
    },
    {
      name: "email_status",
      label: "Email status",
      type: "text",
      standard: true,
      options: 0,
    },
    ...own.map((some) => ({
      name: "level",
      label: "Level",
      type: "option",
      standard: false,
      options: 2,
      ...some,
    })),
  ],
});

/** What the server says of a property and a field that fit. */
export const fitting = (some: Partial<Fittings> = {}): Fittings => ({
  fault: null,
  type: "text",
  fittings: [{ conversion: { kind: "text" }, direction: "both", note: null }],
  note: null,
  ...some,
});
