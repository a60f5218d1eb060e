import type { ObjectTypeName } from "../object-types.ts";

/** The properties that a search's `query` reads, by type: the default searchable ones of HubSpot's search guide. */
export const queryProperties: Readonly<
  Record<ObjectTypeName, readonly string[]>
> = {
  contacts: [
    "email",
    "firstname",
    "lastname",
    "phone",
    "mobilephone",
    "fax",
    "company",
  ],
  companies: ["name", "domain", "website", "phone"],
  deals: ["dealname", "pipeline", "dealstage", "description", "dealtype"],
  tickets: ["subject", "content", "hs_pipeline_stage", "hs_ticket_category"],
  tasks: ["hs_task_subject", "hs_task_body"],
  notes: ["hs_note_body"],
  meetings: ["hs_meeting_title", "hs_meeting_body"],
  calls: ["hs_call_title", "hs_body_preview"],
  emails: ["hs_email_subject"],
  communications: ["hs_communication_body"],
};
