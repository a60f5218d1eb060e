/** An object type that the sandbox knows, by HubSpot's names for it. */
export type ObjectType = {
  /** `0-1` */
  readonly id: string;
  /** As paths name it: `contacts`. */
  readonly name: ObjectTypeName;
  /** As association names use it: `contact`. */
  readonly singular: string;
  readonly activity: boolean;
  /** The property that mirrors `updatedAt`. */
  readonly modifiedProperty: string;
  /** What a read answers when no property was asked for. */
  readonly defaultProperties: readonly string[];
  /** Ids count up from here, unless those of all types overlap. Beyond 32 bits, as HubSpot's are, and the same in every portal. */
  readonly firstId: number;
  readonly readScopes: readonly string[];
  readonly writeScopes: readonly string[];
  /** The scopes for reading and changing its definitions. */
  readonly schemaScopes: { readonly read: string; readonly write: string };
  /** The properties that name an object's pipeline and its stage there, if the type has pipelines. */
  readonly pipeline?: { readonly pipeline: string; readonly stage: string };
};

export type ObjectTypeName =
  | "contacts"
  | "companies"
  | "deals"
  | "tickets"
  | "tasks"
  | "notes"
  | "meetings"
  | "calls"
  | "emails"
  | "communications";

function record(
  id: string,
  name: ObjectTypeName,
  singular: string,
  firstId: number,
  modifiedProperty: string,
  shown: readonly string[],
): ObjectType {
  return {
    id,
    name,
    singular,
    activity: false,
    modifiedProperty,
    defaultProperties: [
      ...shown,
      "createdate",
      "hs_object_id",
      modifiedProperty,
    ],
    firstId,
    readScopes: [`crm.objects.${name}.read`],
    writeScopes: [`crm.objects.${name}.write`],
    schemaScopes: {
      read: `crm.schemas.${name}.read`,
      write: `crm.schemas.${name}.write`,
    },
  };
}

function activity(
  id: string,
  name: ObjectTypeName,
  singular: string,
  firstId: number,
): ObjectType {
  const mail = name === "emails" ? ["sales-email-read"] : [];
  return {
    id,
    name,
    singular,
    activity: true,
    modifiedProperty: "hs_lastmodifieddate",
    defaultProperties: ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
    firstId,
    readScopes: ["crm.objects.contacts.read", ...mail],
    writeScopes: ["crm.objects.contacts.write", ...mail],
    schemaScopes: {
      read: "crm.schemas.contacts.read",
      write: "crm.schemas.contacts.write",
    },
  };
}

/** Where ids of all types overlap, they count up from here: an id alone names nothing. */
export const firstOverlappingId = 110_000_000_001;

export const objectTypes: readonly ObjectType[] = [
  record("0-1", "contacts", "contact", firstOverlappingId, "lastmodifieddate", [
    "email",
    "firstname",
    "lastname",
  ]),
  record(
    "0-2",
    "companies",
    "company",
    210_000_000_001,
    "hs_lastmodifieddate",
    ["domain", "name"],
  ),
  {
    ...record("0-3", "deals", "deal", 310_000_000_001, "hs_lastmodifieddate", [
      "amount",
      "closedate",
      "dealname",
      "dealstage",
      "pipeline",
    ]),
    pipeline: { pipeline: "pipeline", stage: "dealstage" },
  },
  {
    ...record(
      "0-5",
      "tickets",
      "ticket",
      320_000_000_001,
      "hs_lastmodifieddate",
      [
        "content",
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "subject",
      ],
    ),
    pipeline: { pipeline: "hs_pipeline", stage: "hs_pipeline_stage" },
    // Tickets have one scope of their own, older than the granular ones.
    readScopes: ["tickets"],
    writeScopes: ["tickets"],
    schemaScopes: { read: "tickets", write: "tickets" },
  },
  activity("0-18", "communications", "communication", 460_000_000_001),
  activity("0-27", "tasks", "task", 410_000_000_001),
  activity("0-46", "notes", "note", 420_000_000_001),
  activity("0-47", "meetings", "meeting_event", 430_000_000_001),
  activity("0-48", "calls", "call", 440_000_000_001),
  activity("0-49", "emails", "email", 450_000_000_001),
];

const byName = new Map<string, ObjectType>();
for (const type of objectTypes) {
  byName.set(type.name, type).set(type.id, type).set(type.singular, type);
}
for (const type of objectTypes)
  if (type.name === "meetings") byName.set("meeting", type);

/** Finds a type by plural or singular name, in any case, or by its id. */
export function findObjectType(text: string): ObjectType | undefined {
  return byName.get(text) ?? byName.get(text.toLowerCase());
}
