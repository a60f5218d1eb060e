/** Options of HubSpot's own enumerations, `value | label`, one a line. A property names its set with `options:<set>`. */
export const optionSets: Readonly<Record<string, string>> = {
  numemployees: `
1-5 | 1-5
5-25 | 5-25
25-50 | 25-50
50-100 | 50-100
100-500 | 100-500
500-1000 | 500-1000
1000+ | 1000+
`,
  lifecyclestage: `
subscriber | Subscriber
lead | Lead
marketingqualifiedlead | Marketing Qualified Lead
salesqualifiedlead | Sales Qualified Lead
opportunity | Opportunity
customer | Customer
evangelist | Evangelist
other | Other
`,
  hs_lead_status: `
NEW | New
OPEN | Open
IN_PROGRESS | In Progress
OPEN_DEAL | Open Deal
UNQUALIFIED | Unqualified
ATTEMPTED_TO_CONTACT | Attempted to Contact
CONNECTED | Connected
BAD_TIMING | Bad Timing
`,
  hs_buying_role: `
BLOCKER | Blocker
BUDGET_HOLDER | Budget Holder
CHAMPION | Champion
DECISION_MAKER | Decision Maker
END_USER | End User
EXECUTIVE_SPONSOR | Executive Sponsor
INFLUENCER | Influencer
LEGAL_AND_COMPLIANCE | Legal & Compliance
OTHER | Other
`,
  hs_marketable_status: `
true | Marketing contact
false | Non-marketing contact
`,
  hs_marketable_reason_type: `
AD | Ad
CONTACT_IMPORT | Contact Import
CONVERSATION | Conversation
FORM_SUBMISSION | Form Submission
INITIAL_STATE | Initial State
INTEGRATOR_SET | Integrator Set
USER_SET | User Set
WORKFLOW | Workflow
EMAIL | Email
SAMPLE_CONTACT | Sample Contact
FEEDBACK_SUBMISSION | Feedback Submission
`,
  hs_legal_basis: `
Legitimate interest – prospect/lead | Legitimate interest - prospect/lead
Legitimate interest – existing customer | Legitimate interest - existing customer
Legitimate interest - other | Legitimate interest - other
Performance of a contract | Performance of a contract
Freely given consent from contact | Freely given consent from contact
Not applicable | Not applicable
`,
  hs_analytics_source: `
ORGANIC_SEARCH | Organic Search
PAID_SEARCH | Paid Search
EMAIL_MARKETING | Email Marketing
SOCIAL_MEDIA | Organic Social
REFERRALS | Referrals
OTHER_CAMPAIGNS | Other Campaigns
DIRECT_TRAFFIC | Direct Traffic
OFFLINE | Offline Sources
PAID_SOCIAL | Paid Social
AI_REFERRALS | AI Referrals
`,
  type: `
PROSPECT | Prospect
PARTNER | Partner
RESELLER | Reseller
VENDOR | Vendor
OTHER | Other
`,
  hs_ideal_customer_profile: `
tier_1 | Tier 1
tier_2 | Tier 2
tier_3 | Tier 3
`,
  dealtype: `
newbusiness | New Business
existingbusiness | Existing Business
`,
  hs_manual_forecast_category: `
OMIT | Not forecasted
PIPELINE | Pipeline
BEST_CASE | Best case
COMMIT | Commit
CLOSED | Closed won
`,
  hs_priority: `
low | Low
medium | Medium
high | High
`,
  hs_call_direction: `
INBOUND | Inbound
OUTBOUND | Outbound
`,
  hs_call_disposition: `
9d9162e7-6cf3-4944-bf63-4dff82258764 | Busy
f240bbac-87c9-4f6e-bf70-924b57d47db7 | Connected
a4c4c377-d246-4b32-a13b-75a56a4cd0ff | Left live message
b2cf5968-551e-4856-9783-52b3da59a7d0 | Left voicemail
73a0d17f-1163-4015-bdd5-ec830791da20 | No answer
17b47fee-58de-441e-a44c-c6300d46f273 | Wrong number
`,
  hs_call_status: `
BUSY | Busy
CALLING_CRM_USER | Calling CRM user
CANCELED | Canceled
COMPLETED | Completed
CONNECTING | Connecting
FAILED | Failed
IN_PROGRESS | In progress
MISSED | Missed
NO_ANSWER | No answer
QUEUED | Queued
RINGING | Ringing
`,
  hs_email_direction: `
EMAIL | Email sent to contact
INCOMING_EMAIL | Email reply from contact
FORWARDED_EMAIL | Forwarded email
`,
  hs_email_status: `
BOUNCED | Bounced
FAILED | Failed
SCHEDULED | Scheduled
SENDING | Sending
SENT | Sent
`,
  hs_meeting_outcome: `
SCHEDULED | Scheduled
COMPLETED | Completed
RESCHEDULED | Rescheduled
NO_SHOW | No show
CANCELED | Canceled
`,
  hs_meeting_location_type: `
ADDRESS | Address
CUSTOM | Custom
PHONE | Phone
`,
  hs_task_status: `
NOT_STARTED | Not started
IN_PROGRESS | In progress
WAITING | Waiting
DEFERRED | Deferred
COMPLETED | Completed
`,
  hs_ticket_priority: `
LOW | Low
MEDIUM | Medium
HIGH | High
URGENT | Urgent
`,
  hs_ticket_category: `
PRODUCT_ISSUE | Product issue
BILLING_ISSUE | Billing issue
FEATURE_REQUEST | Feature request
GENERAL_INQUIRY | General inquiry
`,
  source_type: `
CHAT | Chat
EMAIL | Email
FORM | Form
PHONE | Phone
`,
  hs_communication_channel_type: `
WHATS_APP | WhatsApp
LINKEDIN_MESSAGE | LinkedIn message
SMS | SMS
`,
  hs_task_priority: `
NONE | None
LOW | Low
MEDIUM | Medium
HIGH | High
`,
  hs_task_type: `
CALL | Call
EMAIL | Email
TODO | To-do
`,
};

/** The options of a set, or of a text like one, as values and their labels. */
export function optionsIn(
  text: string,
): { readonly value: string; readonly label: string }[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [value = "", label = ""] = line.split(" | ");
      return { value, label };
    });
}
