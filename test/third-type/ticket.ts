import type {
  AssociationKind,
  ObjectTypeDescriptor,
} from "../../server/settings/types/descriptor.ts";

/** Support tickets: an optional type without an identity, which belongs to contacts and to companies. */
export const ticket = {
  names: {
    singular: "ticket",
    plural: "tickets",
    route: "tickets",
    label: { singular: "Ticket", plural: "Tickets" },
  },
  hubspot: {
    typeId: "0-5",
    path: "tickets",
    eventName: "TICKET",
    modifiedProperty: "hs_lastmodifieddate",
    propertyGroup: "ticketinformation",
    pipelines: { pipeline: "hs_pipeline", stage: "hs_pipeline_stage" },
    scopes: {
      read: "tickets",
      write: "tickets",
      readDefinitions: "tickets",
      writeDefinitions: "tickets",
    },
    required: false,
  },
  identity: null,
  fields: {
    subject: {
      kind: "text",
      label: "Ticket name",
      mapping: { property: "subject" },
    },
    content: {
      kind: "text",
      label: "Ticket description",
      mapping: { property: "content" },
    },
    priority: {
      kind: "text",
      label: "Priority",
      mapping: { property: "hs_ticket_priority" },
    },
    pipeline: {
      kind: "text",
      label: "Pipeline",
      mapping: { property: "hs_pipeline" },
    },
    stage: {
      kind: "text",
      label: "Ticket status",
      mapping: { property: "hs_pipeline_stage" },
    },
    owner_email: {
      kind: "text",
      label: "Ticket owner",
      mapping: { property: "hubspot_owner_id", conversion: "owner" },
    },
  },
  // A stage belongs to one pipeline.
  together: [["pipeline", "stage"]],
  namedBy: [["subject"]],
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
  creation: {
    waitsForFirstPull: true,
    needs: [
      {
        anyOf: ["subject"],
        code: "no_ticket_name",
        reason: "HubSpot needs a ticket name.",
      },
      {
        anyOf: ["hs_pipeline_stage"],
        code: "no_ticket_status",
        reason: "HubSpot needs a ticket status.",
      },
    ],
  },
} as const satisfies ObjectTypeDescriptor;

/** A ticket belongs to any number of contacts, all of them equal. */
export const ticketToContact = {
  name: "ticket_to_contact",
  from: "ticket",
  to: "contact",
  hubspot: { plain: 16, primary: null },
  primary: null,
  pushedWithParent: false,
  settings: { bring: "contactWithTicket", require: "requireContact" },
} as const satisfies AssociationKind;

/** A ticket belongs to any number of companies, one of which is its primary company. */
export const ticketToCompany = {
  name: "ticket_to_company",
  from: "ticket",
  to: "company",
  hubspot: { plain: 339, primary: 26 },
  primary: { column: "company_id", field: "companyId", property: null },
  pushedWithParent: false,
  settings: { bring: "companyWithTicket", require: "requireCompany" },
} as const satisfies AssociationKind;
