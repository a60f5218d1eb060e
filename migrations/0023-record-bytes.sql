-- What a record's values take: the bytes of its properties as JSON text in UTF-8, which is what every process that reads
-- them gets. workspace/record-bytes.ts computes the same. Null: not weighed yet (a small record that is older than this).
alter table record add column bytes integer;

-- A record has at most 1 MB of values, so that no page and no batch of records exhausts the memory of a process that
-- reads them. A trigger and no constraint, since records that are larger already must stay changeable in everything
-- else: deleted, associated, merged. Their values can only be replaced by smaller ones.
create function record_weigh() returns trigger
language plpgsql as $$
begin
  begin
    new.bytes := pg_catalog.octet_length(new.properties::text);
  exception when program_limit_exceeded then
    new.bytes := 2147483647; -- no text in Postgres can be as long as this one would be
  end;
  if new.bytes > 1048576 and (tg_op = 'INSERT' or new.properties is distinct from old.properties) then
    raise exception 'The record''s values have % bytes as JSON text. A record can have at most 1048576.', new.bytes using
      errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, constraint = 'record_size',
      hint = 'Shorten its longest values, or keep them in a table of your own and store only what identifies them.';
  end if;
  return new;
end
$$;

revoke execute on function record_weigh() from public;

create trigger record_weigh_new before insert on record
for each row execute function record_weigh();

create trigger record_weigh_changed before update on record
for each row when (
  new.properties is distinct from old.properties or new.bytes is distinct from old.bytes
)
execute function record_weigh();

-- Weighs the records of today that may be too large: Postgres compresses 1 MB to no less than 12 kB. The others are
-- weighed with their next change, and until then whenever they are read. Those that the product changed last are looked
-- at once more by that, which changes nothing.
update record set bytes = 0 where pg_column_size(properties) > 10000;
