-- compatible-with: 0031-capabilities-by-kind

-- Of HubSpot's definitions, the groups of properties with their labels, the rules by which HubSpot checks a property's
-- values, and the properties that an object schema lists as required (one row for a type, named "required") are kept, too.
alter table hubspot_definition drop constraint hubspot_definition_kind_check;
alter table hubspot_definition add constraint hubspot_definition_kind_check
check (kind in ('property', 'owner', 'pipeline', 'group', 'rule', 'schema'));
