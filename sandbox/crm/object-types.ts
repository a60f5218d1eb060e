import { salesPipeline, supportPipeline } from "./first-pipelines.ts";
import type { ObjectType } from "./object-type.ts";

type Named = Pick<ObjectType, "id" | "name" | "singular" | "firstId">;

/** A type of CRM records, with the scopes and calculated properties that all of them have. */
function record(
  own: Named & Pick<ObjectType, "search" | "required"> & Partial<ObjectType>,
  shown: readonly string[],
): ObjectType {
  const { name, modifiedProperty = "hs_lastmodifieddate" } = own;
  return {
    aliases: [],
    activity: false,
    readScopes: [`crm.objects.${name}.read`],
    writeScopes: [`crm.objects.${name}.write`],
    schemaScopes: {
      read: `crm.schemas.${name}.read`,
      write: `crm.schemas.${name}.write`,
    },
    modifiedProperty,
    defaultProperties: [
      ...shown,
      "createdate",
      "hs_object_id",
      modifiedProperty,
    ],
    calculated: ["created", "activity rollups"],
    bodies: [],
    time: {},
    restorable: true,
    ...own,
  };
}

/** A type of activities. Its scopes are those of contacts. */
function activity(
  own: Named & Partial<ObjectType>,
  query: readonly string[],
  closed: readonly string[] = [],
): ObjectType {
  return {
    aliases: [],
    activity: true,
    readScopes: ["crm.objects.contacts.read"],
    writeScopes: ["crm.objects.contacts.write"],
    schemaScopes: {
      read: "crm.schemas.contacts.read",
      write: "crm.schemas.contacts.write",
    },
    modifiedProperty: "hs_lastmodifieddate",
    defaultProperties: ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
    calculated: [],
    search: { query, closed: ["hs_body_preview_html", ...closed] },
    required: { oneOf: [], allOf: ["hs_timestamp"], byGuide: [] },
    bodies: [],
    time: {},
    restorable: true,
    ...own,
  };
}

/** Where ids of all types overlap, they count up from here: an id alone names nothing. */
export const firstOverlappingId = 110_000_000_001;

/**
 * All types. The default properties are those of HubSpot's search guide, as are the properties that `query` reads; what a new
 * object needs is from the guide of each type.
 */
export const objectTypes: readonly ObjectType[] = [
  record(
    {
      id: "0-1",
      name: "contacts",
      singular: "contact",
      firstId: firstOverlappingId,
      modifiedProperty: "lastmodifieddate",
      identity: "email",
      required: {
        oneOf: ["email", "firstname", "lastname"],
        allOf: [],
        byGuide: [],
      },
      calculated: ["created", "person", "deal count", "activity rollups"],
      search: {
        query: [
          "email",
          "hs_additional_emails",
          "firstname",
          "lastname",
          "phone",
          "mobilephone",
          "fax",
          "company",
        ],
        closed: [],
      },
    },
    ["email", "firstname", "lastname"],
  ),
  record(
    {
      id: "0-2",
      name: "companies",
      singular: "company",
      firstId: 210_000_000_001,
      identity: "domain",
      required: { oneOf: ["name", "domain"], allOf: [], byGuide: [] },
      calculated: [
        "created",
        "contact count",
        "deal count",
        "activity rollups",
      ],
      search: { query: ["name", "domain", "website", "phone"], closed: [] },
    },
    ["domain", "name"],
  ),
  record(
    {
      id: "0-3",
      name: "deals",
      singular: "deal",
      firstId: 310_000_000_001,
      required: {
        oneOf: [],
        allOf: ["dealname"],
        byGuide: ["dealstage", "pipeline"],
      },
      pipeline: {
        pipeline: "pipeline",
        stage: "dealstage",
        closeDate: "closedate",
        metadata: "probability",
        first: salesPipeline,
      },
      calculated: [
        "created",
        "contact count",
        "deal amounts",
        "activity rollups",
      ],
      search: {
        query: ["dealname", "pipeline", "dealstage", "description", "dealtype"],
        closed: [],
      },
    },
    ["amount", "closedate", "dealname", "dealstage", "pipeline"],
  ),
  record(
    {
      id: "0-5",
      name: "tickets",
      singular: "ticket",
      firstId: 320_000_000_001,
      // Tickets have one scope of their own, older than the granular ones.
      readScopes: ["tickets"],
      writeScopes: ["tickets"],
      schemaScopes: { read: "tickets", write: "tickets" },
      required: {
        oneOf: [],
        allOf: ["subject", "hs_pipeline_stage"],
        byGuide: [],
      },
      pipeline: {
        pipeline: "hs_pipeline",
        stage: "hs_pipeline_stage",
        metadata: "ticketState",
        first: supportPipeline,
      },
      calculated: ["created", "ticket id", "activity rollups"],
      search: {
        query: [
          "subject",
          "content",
          "hs_pipeline_stage",
          "hs_ticket_category",
          "hs_ticket_id",
        ],
        closed: [],
      },
    },
    [
      "content",
      "hs_pipeline",
      "hs_pipeline_stage",
      "hs_ticket_category",
      "hs_ticket_priority",
      "subject",
    ],
  ),
  activity(
    {
      id: "0-18",
      name: "communications",
      singular: "communication",
      firstId: 460_000_000_001,
      // The search guide names no property for them.
      bodies: ["hs_communication_body"],
    },
    ["hs_communication_body"],
  ),
  activity(
    {
      id: "0-27",
      name: "tasks",
      singular: "task",
      firstId: 410_000_000_001,
      bodies: ["hs_task_body"],
      time: { isDue: true },
    },
    ["hs_task_subject", "hs_task_body"],
  ),
  activity(
    {
      id: "0-46",
      name: "notes",
      singular: "note",
      firstId: 420_000_000_001,
      bodies: ["hs_note_body"],
    },
    ["hs_note_body"],
  ),
  activity(
    {
      id: "0-47",
      name: "meetings",
      singular: "meeting_event",
      aliases: ["meeting"],
      firstId: 430_000_000_001,
      required: {
        oneOf: ["hs_timestamp", "hs_meeting_start_time"],
        allOf: [],
        byGuide: [],
      },
      bodies: ["hs_meeting_body"],
      time: { startsAt: "hs_meeting_start_time" },
    },
    ["hs_meeting_title", "hs_meeting_body"],
  ),
  activity(
    {
      id: "0-48",
      name: "calls",
      singular: "call",
      firstId: 440_000_000_001,
      bodies: ["hs_call_body"],
    },
    ["hs_call_title", "hs_body_preview"],
  ),
  activity(
    {
      id: "0-49",
      name: "emails",
      singular: "email",
      firstId: 450_000_000_001,
      readScopes: ["crm.objects.contacts.read", "sales-email-read"],
      writeScopes: ["crm.objects.contacts.write", "sales-email-read"],
      required: {
        oneOf: [],
        allOf: ["hs_timestamp", "hs_email_direction"],
        byGuide: [],
      },
      bodies: ["hs_email_text", "hs_email_html"],
      restorable: false,
    },
    ["hs_email_subject"],
    ["hs_email_html", "hs_body_preview"],
  ),
];

const byName = new Map(
  objectTypes.flatMap((type) =>
    [type.name, type.id, type.singular, ...type.aliases].map(
      (name) => [name, type] as const,
    ),
  ),
);

/** Finds a type by plural or singular name, in any case, or by its id. */
export function findObjectType(text: string): ObjectType | undefined {
  return byName.get(text) ?? byName.get(text.toLowerCase());
}
