import type { SettingsDocument } from "../../hubspot-project/src/app/settings/document.ts";
import type {
  Check,
  Installation,
  Page,
  Properties,
} from "../../hubspot-project/src/app/settings/page-answer.ts";
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
  scopes: ["oauth", "crm.objects.contacts.read"],
  warnings: [],
  lastSuccess: { pull: null, push: null, webhooks: null, sweep: null },
  installedAt: "2026-11-02T08:00:00.000Z",
  ...some,
});

const steps = ["connect", "name", "map", "rules", "pull", "push"] as const;

/** A checklist in which these steps are done. */
export const checklist = (...done: (typeof steps)[number][]) =>
  steps.map((step) => ({ step, done: done.includes(step) }));

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
      label: { singular: "Contact", plural: "Contacts" },
      optional: false,
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
          bring: "companyWithContact",
          require: "requireCompany",
        },
      ],
    },
    {
      type: "company",
      singular: "company",
      plural: "companies",
      label: { singular: "Company", plural: "Companies" },
      optional: false,
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
  connectUrl: "https://counterpart.example.com/oauth/install",
  helpUrl: "https://counterpart.example.com/docs",
  checklist: checklist("connect", "name", "pull"),
  progress: null,
  warnings: [],
  ...some,
});

export const check = (some: Partial<Check> = {}): Check => ({
  errors: [],
  warnings: [],
  effects: [],
  changes: [{ path: "automatic.push", sentence: "Automatic push is off." }],
  ...some,
});

export const properties = (
  ...some: Partial<Properties["results"][number]>[]
): Properties => ({
  readAt: "2026-11-20T08:00:00.000Z",
  results: some.map((one) => ({
    name: "email",
    label: "Email",
    group: "contactinformation",
    type: "string",
    several: false,
    owner: false,
    readOnly: false,
    options: 0,
    ...one,
  })),
});
