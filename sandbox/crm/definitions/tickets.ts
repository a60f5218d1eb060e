/** Name | type/fieldType | group | flags | label. What HubSpot defines for tickets; the meaning of the columns is in parse-definitions.ts. */
export const ticketsProperties = `
subject | string/text | ticketinformation | - | Ticket name
content | string/textarea | ticketinformation | - | Ticket description
hs_pipeline | enumeration/select | ticketinformation | external | Pipeline
hs_pipeline_stage | enumeration/select | ticketinformation | external | Ticket status
hs_ticket_priority | enumeration/select | ticketinformation | options:hs_ticket_priority | Priority
hs_ticket_category | enumeration/select | ticketinformation | options:hs_ticket_category | Category
source_type | enumeration/select | ticketinformation | options:source_type | Source
createdate | datetime/date | ticketinformation | - | Create date
closed_date | datetime/date | ticketinformation | - | Close date
hubspot_owner_id | enumeration/select | ticketinformation | external refers:OWNER | Ticket owner
hubspot_owner_assigneddate | datetime/date | ticketinformation | readOnly | Owner assigned date
hubspot_team_id | enumeration/select | ticketinformation | readOnly external | HubSpot team
hs_object_id | number/number | ticketinformation | readOnly | Record ID
hs_ticket_id | number/number | ticketinformation | readOnly | Ticket ID
hs_createdate | datetime/date | ticketinformation | readOnly | Object create date/time
hs_lastmodifieddate | datetime/date | ticketinformation | readOnly | Last modified date
hs_merged_object_ids | enumeration/checkbox | ticketinformation | readOnly | Merged Ticket IDs
hs_created_by_user_id | number/number | ticketinformation | readOnly | Created by user ID
hs_updated_by_user_id | number/number | ticketinformation | readOnly | Updated by user ID
hs_object_source | string/text | ticketinformation | readOnly hidden | Record creation source
hs_object_source_id | string/text | ticketinformation | readOnly hidden | Record creation source ID
hs_object_source_label | enumeration/select | ticketinformation | readOnly external | Record source
hs_unique_creation_key | string/text | ticketinformation | readOnly unique | Unique creation key
num_notes | number/number | ticketactivity | readOnly | Number of Sales Activities
notes_last_updated | datetime/date | ticketactivity | readOnly | Last Activity Date
`;
