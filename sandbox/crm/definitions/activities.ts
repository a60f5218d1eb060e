/** What HubSpot defines for activities; the meaning of the columns is in parse-definitions.ts. */
export const activityProperties: Readonly<Record<string, string>> = {
  calls: `
${common({ kind: "Call" })}
hs_call_title | string/text | call | - | Call Title
hs_call_body | string/html | call | - | Call notes
hs_call_direction | enumeration/select | call | options:hs_call_direction | Call direction
hs_call_disposition | enumeration/select | call | external options:hs_call_disposition | Call outcome
hs_call_status | enumeration/select | call | options:hs_call_status | Call status
hs_call_duration | number/number | call | - | Call duration
hs_call_from_number | string/text | call | - | From number
hs_call_to_number | string/text | call | - | To number
hs_call_recording_url | string/text | call | - | Recording URL
hs_call_source | string/text | call | - | Call source
hs_call_callee_object_id | number/number | call | - | Callee object ID
hs_call_callee_object_type | string/text | call | - | Callee object type
hs_activity_type | enumeration/select | call | external | Call and meeting type
`,
  communications: `
${common({ kind: "Communication" })}
hs_communication_channel_type | enumeration/select | communication | options:hs_communication_channel_type | Channel type
hs_communication_logged_from | string/text | communication | - | Logged from
hs_communication_body | string/html | communication | - | Communication body
`,
  emails: `
${common({ kind: "Email" })}
hs_email_subject | string/text | email | - | Email subject
hs_email_text | string/textarea | email | - | Email body
hs_email_html | string/html | email | - | Email HTML body
hs_email_direction | enumeration/select | email | options:hs_email_direction | Email direction
hs_email_status | enumeration/select | email | options:hs_email_status | Email send status
hs_email_headers | string/textarea | email | - | Email headers
hs_email_from_email | string/text | email | readOnly | Email from address
hs_email_from_firstname | string/text | email | readOnly | Email from first name
hs_email_from_lastname | string/text | email | readOnly | Email from last name
hs_email_to_email | string/text | email | readOnly | Email to address
hs_email_to_firstname | string/text | email | readOnly | Email to first name
hs_email_to_lastname | string/text | email | readOnly | Email to last name
`,
  meetings: `
${common({ kind: "Meeting" })}
hs_meeting_title | string/text | meeting | - | Meeting name
hs_meeting_body | string/html | meeting | - | Meeting description
hs_internal_meeting_notes | string/html | meeting | - | Internal meeting notes
hs_meeting_start_time | datetime/date | meeting | - | Meeting start time
hs_meeting_end_time | datetime/date | meeting | - | Meeting end time
hs_meeting_outcome | enumeration/select | meeting | options:hs_meeting_outcome | Meeting outcome
hs_meeting_location | string/text | meeting | - | Meeting location
hs_meeting_location_type | enumeration/select | meeting | options:hs_meeting_location_type | Location type
hs_meeting_external_url | string/text | meeting | - | External URL
hs_meeting_source | string/text | meeting | - | Meeting source
hs_attendee_owner_ids | enumeration/checkbox | meeting | external | Attendee owner IDs
hs_activity_type | enumeration/select | meeting | external | Call and meeting type
`,
  notes: `
${common({ kind: "Note" })}
hs_note_body | string/html | note | - | Note body
`,
  tasks: `
${common({ kind: "Task", time: "Due date", owner: "Assigned to" })}
hs_task_subject | string/text | task | - | Task title
hs_task_body | string/html | task | - | Task notes
hs_task_status | enumeration/select | task | options:hs_task_status | Task status
hs_task_priority | enumeration/select | task | options:hs_task_priority | Priority
hs_task_type | enumeration/select | task | options:hs_task_type | Task type
hs_task_completion_date | datetime/date | task | - | Completed at
hs_task_reminders | string/text | task | - | Reminders
hs_queue_membership_ids | enumeration/checkbox | task | external | Queue
`,
};

/** What every activity has, in the words of its type. */
function common(words: {
  readonly kind: string;
  readonly time?: string;
  readonly owner?: string;
}): string {
  const {
    kind,
    time = "Activity date",
    owner = "Activity assigned to",
  } = words;
  return `
hs_object_id | number/number | engagement | readOnly | Record ID
hs_createdate | datetime/date | engagement | readOnly | Create date
hs_lastmodifieddate | datetime/date | engagement | readOnly | Last modified date
hs_timestamp | datetime/date | engagement | - | ${time}
hubspot_owner_id | enumeration/select | engagement | external refers:OWNER | ${owner}
hubspot_owner_assigneddate | datetime/date | engagement | readOnly | Owner assigned date
hubspot_team_id | enumeration/select | engagement | readOnly external | HubSpot team
hs_attachment_ids | enumeration/checkbox | engagement | - | Attached file IDs
hs_body_preview | string/text | engagement | readOnly | Body preview
hs_created_by_user_id | number/number | engagement | readOnly | Created by user ID
hs_merged_object_ids | enumeration/checkbox | engagement | readOnly | Merged ${kind} IDs
hs_unique_creation_key | string/text | engagement | readOnly unique | Unique creation key
`;
}
