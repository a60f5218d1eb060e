/** Name | type/fieldType | group | flags | label. What HubSpot defines for deals; the meaning of the columns is in parse-definitions.ts. */
export const dealsProperties = `
dealname | string/text | dealinformation | - | Deal Name
dealstage | enumeration/radio | deal_activity | external | Deal Stage
pipeline | enumeration/select | deal_activity | external | Pipeline
amount | number/number | deal_revenue | - | Amount
amount_in_home_currency | number/calculation_equation | deal_revenue | readOnly calculated | Amount in company currency
closedate | datetime/date | dealinformation | - | Close Date
createdate | datetime/date | dealinformation | - | Create Date
dealtype | enumeration/radio | dealinformation | options:dealtype | Deal Type
description | string/textarea | dealinformation | - | Deal Description
deal_currency_code | enumeration/select | deal_revenue | external | Currency
closed_lost_reason | string/textarea | deal_activity | - | Closed Lost Reason
closed_won_reason | string/textarea | deal_activity | - | Closed Won Reason
days_to_close | number/calculation_equation | dealinformation | readOnly | Days to close
hubspot_owner_id | enumeration/select | dealinformation | external refers:OWNER | Deal owner
hubspot_owner_assigneddate | datetime/date | deal_activity | readOnly | Owner assigned date
hubspot_team_id | enumeration/select | dealinformation | readOnly external | HubSpot Team
hs_object_id | number/number | dealinformation | readOnly | Record ID
hs_lastmodifieddate | datetime/date | deal_activity | readOnly | Last Modified Date
hs_merged_object_ids | enumeration/checkbox | dealinformation | readOnly | Merged Deal IDs
hs_is_closed | bool/calculation_equation | dealinformation | readOnly calculated | Is Deal Closed?
hs_is_closed_won | bool/calculation_equation | deal_activity | readOnly | Is Closed Won
hs_is_closed_lost | bool/calculation_equation | deal_activity | readOnly calculated | Is closed lost
hs_is_closed_count | number/calculation_equation | dealinformation | readOnly calculated | Is Closed (numeric)
hs_is_open_count | number/calculation_equation | dealinformation | readOnly calculated | Is Open (numeric)
hs_closed_won_count | number/calculation_equation | dealinformation | readOnly calculated | Closed won count
hs_deal_stage_probability | number/number | dealinformation | - | Deal probability
hs_projected_amount | number/calculation_equation | dealinformation | readOnly | Weighted amount
hs_projected_amount_in_home_currency | number/calculation_equation | dealinformation | readOnly | Weighted amount in company currency
hs_forecast_amount | number/number | dealinformation | readOnly calculated | Forecast amount
hs_forecast_probability | number/number | dealinformation | - | Forecast probability
hs_manual_forecast_category | enumeration/select | dealinformation | options:hs_manual_forecast_category | Forecast category
hs_priority | enumeration/select | dealinformation | options:hs_priority | Priority
hs_next_step | string/textarea | dealinformation | - | Next step
hs_deal_score | number/number | dealinformation | readOnly | Deal Score
hs_exchange_rate | number/number | deal_revenue | - | Exchange rate
hs_acv | number/number | deal_revenue | readOnly calculated | Annual contract value
hs_arr | number/number | deal_revenue | readOnly calculated | Annual recurring revenue
hs_mrr | number/number | deal_revenue | readOnly calculated | Monthly recurring revenue
hs_tcv | number/number | deal_revenue | readOnly calculated | Total contract value
hs_num_of_associated_line_items | number/number | dealinformation | readOnly calculated | Number of Associated Line Items
num_associated_contacts | number/calculation_rollup | dealinformation | readOnly calculated | Number of Associated Contacts
num_notes | number/number | deal_activity | readOnly | Number of Sales Activities
num_contacted_notes | number/number | deal_activity | readOnly | Number of times contacted
notes_last_contacted | datetime/date | deal_activity | readOnly | Last Contacted
notes_last_updated | datetime/date | deal_activity | readOnly | Last Activity Date
notes_next_activity_date | datetime/date | deal_activity | readOnly | Next Activity Date
engagements_last_meeting_booked | datetime/date | deal_activity | readOnly | Date of last meeting booked in meetings tool
hs_analytics_source | enumeration/select | analyticsinformation | options:hs_analytics_source | Original Traffic Source
hs_analytics_source_data_1 | string/text | analyticsinformation | readOnly | Original Traffic Source Drill-Down 1
hs_analytics_latest_source | enumeration/calculation_equation | analyticsinformation | readOnly calculated options:hs_analytics_source | Latest Traffic Source
hs_all_collaborator_owner_ids | enumeration/checkbox | dealinformation | external refers:OWNER | Deal Collaborator
hs_all_assigned_business_unit_ids | enumeration/checkbox | dealinformation | external | Brands
hs_created_by_user_id | number/number | dealinformation | readOnly external | Created by user ID
hs_updated_by_user_id | number/number | dealinformation | readOnly external | Updated by user ID
hs_object_source_label | enumeration/select | dealinformation | readOnly external | Record source
hs_v2_date_entered_current_stage | datetime/calculation_equation | dealstages | readOnly calculated | Date entered current stage
hs_v2_time_in_current_stage | datetime/calculation_equation | dealstages | readOnly calculated | Time in current stage
hs_createdate | datetime/date | dealinformation | readOnly | HubSpot Create Date
hs_closed_amount | number/calculation_equation | dealinformation | readOnly | Closed Deal Amount
hs_unique_creation_key | string/text | dealinformation | readOnly unique | Unique creation key
hs_object_source | string/text | dealinformation | readOnly hidden | Record creation source
hs_object_source_id | string/text | dealinformation | readOnly hidden | Record creation source ID
`;
