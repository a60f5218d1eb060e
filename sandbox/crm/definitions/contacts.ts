/** Name | type/fieldType | group | flags | label. What HubSpot defines for contacts; the meaning of the columns is in parse-definitions.ts. */
export const contactsProperties = `
hs_object_id | number/number | contactinformation | readOnly | Record ID
createdate | datetime/date | contactinformation | readOnly | Create Date
lastmodifieddate | datetime/date | contactinformation | readOnly | Last Modified Date
hs_createdate | datetime/date | contactinformation | readOnly | Object create date/time
hs_lastmodifieddate | datetime/date | contactinformation | readOnly hidden | Object last modified date/time
hs_merged_object_ids | enumeration/checkbox | contactinformation | readOnly hidden | Merged Contact IDs
hs_calculated_merged_vids | enumeration/select | contactinformation | readOnly calculated hidden | Merged vids with timestamps of a contact
hs_all_contact_vids | enumeration/select | contactinformation | readOnly calculated hidden | All vids for a contact
hs_additional_emails | enumeration/select | contactinformation | readOnly calculated hidden | Additional email addresses
hs_unique_creation_key | string/text | contactinformation | readOnly unique hidden | Unique creation key
hs_created_by_user_id | number/number | contactinformation | readOnly hidden | Created by user ID
hs_updated_by_user_id | number/number | contactinformation | readOnly hidden | Updated by user ID
hs_is_contact | bool/calculation_read_time | contactinformation | readOnly calculated hidden | Is a contact
email | string/text | contactinformation | - | Email
firstname | string/text | contactinformation | - | First Name
lastname | string/text | contactinformation | - | Last Name
salutation | string/text | contactinformation | - | Salutation
phone | string/phonenumber | contactinformation | - | Phone Number
mobilephone | string/phonenumber | contactinformation | - | Mobile Phone Number
fax | string/phonenumber | contactinformation | - | Fax Number
jobtitle | string/text | contactinformation | - | Job Title
company | string/text | contactinformation | - | Company Name
website | string/text | contactinformation | - | Website URL
address | string/text | contactinformation | - | Street Address
city | string/text | contactinformation | - | City
state | string/text | contactinformation | - | State/Region
zip | string/text | contactinformation | - | Postal Code
country | string/text | contactinformation | - | Country/Region
industry | string/text | contactinformation | - | Industry
annualrevenue | string/text | contactinformation | - | Annual Revenue
numemployees | enumeration/select | contactinformation | options:numemployees | Number of Employees
message | string/textarea | contact_activity | - | Message
hs_persona | enumeration/select | contactinformation | - | Persona
hs_language | enumeration/select | contactinformation | options:hs_language | Preferred language
twitterhandle | string/text | contactinformation | - | Twitter Username
linkedinbio | string/text | socialmediainformation | - | LinkedIn Bio
lifecyclestage | enumeration/radio | contactinformation | options:lifecyclestage | Lifecycle Stage
hs_lead_status | enumeration/radio | sales_properties | options:hs_lead_status | Lead Status
hubspot_owner_id | enumeration/select | sales_properties | external refers:OWNER | Contact owner
hubspot_owner_assigneddate | datetime/date | sales_properties | readOnly | Owner assigned date
hubspot_team_id | enumeration/select | sales_properties | readOnly external | HubSpot Team
hs_all_owner_ids | enumeration/select | contactinformation | readOnly hidden external | All owner IDs
hs_all_team_ids | enumeration/select | contactinformation | readOnly hidden external | All team IDs
hs_all_assigned_business_unit_ids | enumeration/checkbox | contactinformation | external | Brands
associatedcompanyid | number/number | contactinformation | hidden external refers:COMPANY | Primary Associated Company ID
hs_buying_role | enumeration/checkbox | deal_information | options:hs_buying_role | Buying Role
hs_lifecyclestage_subscriber_date | datetime/date | contactinformation | readOnly | Became a Subscriber Date
hs_lifecyclestage_lead_date | datetime/date | contactinformation | readOnly | Became a Lead Date
hs_lifecyclestage_marketingqualifiedlead_date | datetime/date | contactinformation | readOnly | Became a Marketing Qualified Lead Date
hs_lifecyclestage_salesqualifiedlead_date | datetime/date | contactinformation | readOnly | Became a Sales Qualified Lead Date
hs_lifecyclestage_opportunity_date | datetime/date | contactinformation | readOnly | Became an Opportunity Date
hs_lifecyclestage_customer_date | datetime/date | contactinformation | readOnly | Became a Customer Date
notes_last_contacted | datetime/date | contact_activity | readOnly | Last Contacted
notes_last_updated | datetime/date | contact_activity | readOnly | Last Activity Date
notes_next_activity_date | datetime/date | contact_activity | readOnly | Next Activity Date
num_notes | number/number | contact_activity | readOnly | Number of Sales Activities
num_contacted_notes | number/number | contact_activity | readOnly | Number of times contacted
hs_last_sales_activity_timestamp | datetime/date | contact_activity | readOnly | Last Engagement Date
hs_sales_email_last_replied | datetime/date | contact_activity | readOnly | Recent Sales Email Replied Date
hs_sales_email_last_opened | datetime/date | contact_activity | readOnly | Recent Sales Email Opened Date
engagements_last_meeting_booked | datetime/date | contact_activity | readOnly | Date of last meeting booked in meetings tool
hs_latest_meeting_activity | datetime/date | contactinformation | readOnly hidden | Latest meeting activity
hs_sequences_is_enrolled | bool/booleancheckbox | contact_activity | readOnly calculated | Currently in Sequence
hs_email_domain | string/text | contactinformation | readOnly calculated | Email Domain
hs_email_optout | bool/booleancheckbox | emailinformation | readOnly | Unsubscribed from all email
hs_email_bounce | number/number | emailinformation | readOnly | Marketing emails bounced
hs_email_delivered | number/number | emailinformation | readOnly | Marketing emails delivered
hs_email_open | number/number | emailinformation | readOnly | Marketing emails opened
hs_email_click | number/number | emailinformation | readOnly | Marketing emails clicked
hs_email_last_send_date | datetime/date | emailinformation | readOnly | Last marketing email send date
hs_email_bad_address | bool/booleancheckbox | emailinformation | readOnly | Invalid email address
hs_marketable_status | enumeration/booleancheckbox | contactinformation | readOnly options:hs_marketable_status | Marketing contact status
hs_marketable_reason_type | enumeration/select | contactinformation | readOnly options:hs_marketable_reason_type | Marketing contact status source type
hs_legal_basis | enumeration/checkbox | emailinformation | options:hs_legal_basis | Legal basis for processing contact's data
hs_analytics_source | enumeration/select | analyticsinformation | options:hs_analytics_source | Original Traffic Source
hs_analytics_source_data_1 | string/text | analyticsinformation | readOnly | Original Traffic Source Drill-Down 1
hs_analytics_source_data_2 | string/text | analyticsinformation | readOnly | Original Traffic Source Drill-Down 2
hs_latest_source | enumeration/select | analyticsinformation | options:hs_analytics_source | Latest Traffic Source
hs_analytics_num_page_views | number/number | analyticsinformation | readOnly | Number of Pageviews
hs_analytics_num_visits | number/number | analyticsinformation | readOnly | Number of Sessions
hs_analytics_first_timestamp | datetime/date | analyticsinformation | readOnly | Time First Seen
hs_analytics_last_timestamp | datetime/date | analyticsinformation | readOnly | Time Last Seen
first_conversion_date | datetime/date | contact_activity | readOnly calculated | First Conversion Date
first_conversion_event_name | string/text | contact_activity | readOnly calculated | First Conversion
recent_conversion_date | datetime/date | conversioninformation | readOnly calculated | Recent Conversion Date
recent_conversion_event_name | string/text | conversioninformation | readOnly calculated | Recent Conversion
num_conversion_events | number/number | conversioninformation | readOnly calculated | Number of Form Submissions
num_associated_deals | number/number | deal_information | readOnly | Number of Associated Deals
recent_deal_amount | number/number | deal_information | readOnly | Recent Deal Amount
recent_deal_close_date | datetime/date | deal_information | readOnly | Recent Deal Close Date
total_revenue | number/number | deal_information | readOnly | Total Revenue
first_deal_created_date | datetime/date | deal_information | readOnly | First Deal Created Date
closedate | datetime/date | deal_information | - | Close Date
days_to_close | number/number | deal_information | readOnly calculated | Days To Close
hubspotscore | number/calculation_score | sales_properties | readOnly | HubSpot Score
hs_full_name_or_email | string/calculation_equation | contactinformation | readOnly calculated | Full name or email
hs_linkedin_url | string/text | contactinformation | - | LinkedIn URL
hs_object_source_label | enumeration/select | contactinformation | readOnly external | Record source
hs_object_source | string/text | contactinformation | readOnly hidden | Record creation source
hs_object_source_id | string/text | contactinformation | readOnly hidden | Record creation source ID
`;
