/** Name | type/fieldType | group | flags | label. What HubSpot defines for companies; the meaning of the columns is in parse-definitions.ts. */
export const companiesProperties = `
hs_object_id | number/number | companyinformation | readOnly | Record ID
createdate | datetime/date | companyinformation | readOnly | Create Date
hs_createdate | datetime/date | companyinformation | readOnly | Object create date/time
hs_lastmodifieddate | datetime/date | companyinformation | readOnly | Last Modified Date
hs_merged_object_ids | enumeration/checkbox | companyinformation | readOnly | Merged Company IDs
hs_unique_creation_key | string/text | companyinformation | readOnly unique | Unique creation key
hs_created_by_user_id | number/number | companyinformation | readOnly | Created by user ID
hs_updated_by_user_id | number/number | companyinformation | readOnly | Updated by user ID
hubspot_owner_assigneddate | datetime/date | companyinformation | readOnly | Owner assigned date
days_to_close | number/calculation_equation | companyinformation | readOnly | Days to Close
num_associated_contacts | number/number | companyinformation | readOnly | Number of Associated Contacts
num_associated_deals | number/number | companyinformation | readOnly | Number of Associated Deals
hs_num_child_companies | number/number | companyinformation | readOnly | Number of child companies
hs_num_open_deals | number/number | companyinformation | readOnly | Number of open deals
hs_total_deal_value | number/number | companyinformation | readOnly | Total open deal value
recent_deal_amount | number/number | companyinformation | readOnly calculated | Recent Deal Amount
recent_deal_close_date | datetime/date | companyinformation | readOnly | Recent Deal Close Date
total_revenue | number/calculation_rollup | companyinformation | readOnly | Total Revenue
first_deal_created_date | datetime/date | companyinformation | readOnly | First Deal Created Date
first_contact_createdate | datetime/date | companyinformation | readOnly | First Contact Create Date
hs_num_decision_makers | number/number | companyinformation | readOnly | Number of decision makers
hs_num_contacts_with_buying_roles | number/number | companyinformation | readOnly | Number of contacts with a buying role
hs_parent_company_id | number/number | companyinformation | readOnly external refers:COMPANY | Parent Company
name | string/text | companyinformation | - | Company name
domain | string/text | companyinformation | - | Company Domain Name
website | string/text | companyinformation | - | Website URL
phone | string/phonenumber | companyinformation | - | Phone Number
address | string/text | companyinformation | - | Street Address
address2 | string/text | companyinformation | - | Street Address 2
city | string/text | companyinformation | - | City
state | string/text | companyinformation | - | State/Region
zip | string/text | companyinformation | - | Postal Code
country | string/text | companyinformation | - | Country/Region
industry | enumeration/select | companyinformation | options:industry | Industry
type | enumeration/radio | companyinformation | options:type | Type
description | string/textarea | companyinformation | - | Description
numberofemployees | number/number | companyinformation | - | Number of Employees
annualrevenue | number/number | companyinformation | - | Annual Revenue
founded_year | string/text | companyinformation | - | Year Founded
timezone | string/text | companyinformation | - | Time Zone
is_public | bool/booleancheckbox | companyinformation | - | Is Public
lifecyclestage | enumeration/radio | companyinformation | options:lifecyclestage | Lifecycle Stage
hs_lead_status | enumeration/radio | companyinformation | options:hs_lead_status | Lead Status
closedate | datetime/date | companyinformation | - | Close Date
hs_additional_domains | enumeration/checkbox | companyinformation | - | Additional Domains
hubspot_owner_id | enumeration/select | companyinformation | external refers:OWNER | Company owner
hubspot_team_id | enumeration/select | companyinformation | readOnly external | HubSpot Team
hs_all_owner_ids | enumeration/select | companyinformation | readOnly external | All owner IDs
hs_all_team_ids | enumeration/select | companyinformation | readOnly external | All team IDs
hs_object_source_label | enumeration/select | companyinformation | readOnly external | Record source
hs_all_assigned_business_unit_ids | enumeration/checkbox | companyinformation | external | Brands
notes_last_contacted | datetime/date | company_activity | readOnly | Last Contacted
notes_last_updated | datetime/date | company_activity | readOnly | Last Activity Date
notes_next_activity_date | datetime/date | company_activity | readOnly | Next Activity Date
num_notes | number/number | company_activity | readOnly | Number of Sales Activities
num_contacted_notes | number/number | company_activity | readOnly | Number of times contacted
hs_last_sales_activity_timestamp | datetime/date | company_activity | readOnly | Last Engagement Date
hs_last_logged_call_date | datetime/date | company_activity | readOnly | Last Logged Call Date
hs_last_booked_meeting_date | datetime/date | company_activity | readOnly | Last Booked Meeting Date
hs_last_open_task_date | datetime/date | company_activity | readOnly | Last Open Task Date
hs_sales_email_last_replied | datetime/date | company_activity | readOnly | Recent Sales Email Replied Date
engagements_last_meeting_booked | datetime/date | company_activity | readOnly | Date of last meeting booked in meetings tool
hs_latest_meeting_activity | datetime/date | company_activity | readOnly | Latest meeting activity
hs_analytics_source | enumeration/select | analyticsinformation | options:hs_analytics_source | Original Traffic Source
hs_analytics_source_data_1 | string/text | analyticsinformation | readOnly | Original Traffic Source Drill-Down 1
hs_analytics_source_data_2 | string/text | analyticsinformation | readOnly | Original Traffic Source Drill-Down 2
hs_analytics_latest_source | enumeration/select | analyticsinformation | readOnly options:hs_analytics_source | Latest Traffic Source
hs_analytics_num_page_views | number/number | analyticsinformation | readOnly | Number of Pageviews
hs_analytics_num_visits | number/number | analyticsinformation | readOnly | Number of Sessions
hs_analytics_first_timestamp | datetime/date | analyticsinformation | readOnly | Time First Seen
hs_analytics_last_timestamp | datetime/date | analyticsinformation | readOnly | Time Last Seen
first_conversion_date | datetime/date | conversioninformation | readOnly | First Conversion Date
first_conversion_event_name | string/text | conversioninformation | readOnly | First Conversion
recent_conversion_date | datetime/date | conversioninformation | readOnly | Recent Conversion Date
recent_conversion_event_name | string/text | conversioninformation | readOnly | Recent Conversion
num_conversion_events | number/number | conversioninformation | readOnly | Number of Form Submissions
linkedin_company_page | string/text | socialmediainformation | - | LinkedIn Company Page
twitterhandle | string/text | socialmediainformation | - | Twitter Handle
hs_is_target_account | bool/booleancheckbox | targetaccountsinformation | - | Target Account
hs_ideal_customer_profile | enumeration/radio | targetaccountsinformation | options:hs_ideal_customer_profile | Ideal Customer Profile Tier
hs_object_source | string/text | companyinformation | readOnly hidden | Record creation source
hs_object_source_id | string/text | companyinformation | readOnly hidden | Record creation source ID
`;
