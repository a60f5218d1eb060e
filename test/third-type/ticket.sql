-- What the migration of a new type has: its rows, and two calls.
insert into object_type (name, plural, pipeline_property, stage_property)
values ('ticket', 'tickets', 'hs_pipeline', 'hs_pipeline_stage');
insert into association_kind (name, from_type, to_type, has_primary) values
  ('ticket_to_contact', 'ticket', 'contact', false),
  ('ticket_to_company', 'ticket', 'company', true);
call define_object_types();
call define_type_view('ticket', array[
  'subject text', 'content text', 'priority text', 'pipeline text', 'stage text', 'company_id parent', 'owner_email text']);
