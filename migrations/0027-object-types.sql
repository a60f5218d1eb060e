-- Object types and the ways in which records of one belong to records of another are rows, and what the database knows of
-- them is made from these rows: a new type is a migration that inserts its rows, calls define_object_types(), and then
-- define_type_view(). server/settings/types says the same to the server; a test compares the two.
create table object_type (
  -- as record.object_type names it
  name text primary key check (name ~ '^[a-z][a-z_]*$'),
  -- in sentences, and the name of its view
  plural text not null unique check (plural ~ '^[a-z][a-z_]*$'),
  -- what tells that a record and an object are the same, and the field that it is in; null: nothing does
  identity_kind text check (identity_kind in ('email', 'domain')),
  identity_field text,
  check ((identity_kind is null) = (identity_field is null))
);

-- A record has at most one primary parent, in record.company_id; all its further parents are rows of `association`.
create table association_kind (
  name text primary key,
  from_type text not null references object_type (name),
  to_type text not null references object_type (name),
  -- one of the parents is the primary one
  has_primary boolean not null,
  unique (from_type, to_type)
);
create unique index association_kind_primary on association_kind (from_type) where has_primary;

insert into object_type (name, plural, identity_kind, identity_field) values
  ('contact', 'contacts', 'email', 'email'),
  ('company', 'companies', 'domain', 'domain');
insert into association_kind (name, from_type, to_type, has_primary) values
  ('contact_to_company', 'contact', 'company', true);

-- As identity_of_text() was, by the kind of identity instead of the type.
create function canonical_identity(identity_kind text, given text) returns text
language plpgsql immutable parallel safe as $$
declare
  -- every control character, every white space of Unicode, and what draws as nothing (white-space.ts)
  blank constant text :=
    E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F\u0010'
    '\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u0020'
    '\u007F\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F'
    '\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F\u00A0'
    '\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F'
    '\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069'
    '\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF';
  value text;
begin
  -- without what draws as nothing inside, too; joiners stay, since some scripts spell words with them
  value := btrim(
    translate(given,
      E'\u00AD\u061C\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E'
      '\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\uFEFF', ''),
    blank);
  value := lower(value collate "C");
  if octet_length(value) > char_length(value) then
    -- Latin, Greek, Cyrillic and Armenian capitals, letter by letter
    value := translate(value,
      'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊ'
      'ƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎ'
      'ͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪ'
      'ЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤ'
      'ԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰ'
      'ṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾ',
      'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗ'
      'ƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏ'
      'ͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъ'
      'ыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥ'
      'ԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱ'
      'ṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿ');
  end if;
  if identity_kind = 'email' then
    return case when value <> '' and char_length(value) <= 320 then value end;
  end if;
  -- the host name of a domain or URL; one without a dot, or with a blank, identifies no company
  value := substring(regexp_replace(value, '^(?:[a-z][a-z0-9+.-]*:)?//', '') from '^[^/?#]*');
  if char_length(value) > 1000 then
    return null;
  end if;
  value := regexp_replace(value, '^.*@', '');
  value := regexp_replace(value, ':.*$', '');
  value := rtrim(btrim(value, blank), blank || '.');
  value := regexp_replace(value, '^(www\.)+([^.]+\.)', '\2');
  return case when value ~ '[^.]\.[^.]' and value = translate(value, blank, '') and char_length(value) <= 253 then value end;
end
$$;

-- Makes anew what depends on the rows of object_type and association_kind. Functions that a check, a generated column, or
-- a view calls for each row are written out, because a look-up in a table would cost more than all they do, and would not
-- be immutable. Types may be added; rows that are there stay.
create procedure define_object_types()
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  branches text;
begin
  execute format(
    'create or replace function public.is_object_type(name text) returns boolean
    language sql immutable parallel safe
    return name in (%s)',
    (select string_agg(quote_literal(name), ', ' order by name) from public.object_type));

  execute format(
    'create or replace function public.plural_of(object_type text) returns text
    language sql immutable parallel safe
    return case object_type %s end',
    (select string_agg(format('when %L then %L', name, plural), ' ' order by name) from public.object_type));

  execute format(
    'create or replace function public.is_association_kind(from_type text, to_type text) returns boolean
    language sql immutable parallel safe
    return (from_type, to_type) in (%s)',
    (select string_agg(format('(%L, %L)', from_type, to_type), ', ' order by name) from public.association_kind));

  -- Inlined into each insert. Nearly every email and domain is plain ASCII and needs no more than lower case; the others
  -- take canonical_identity()'s steps, which cost ten times as much.
  select string_agg(
    format('when object_type = %L and jsonb_typeof(properties -> %L) = ''string'' then ', name, identity_field)
    || case identity_kind
      when 'email' then format(
        'case when properties ->> %1$L ~ ''^[!-~]+$'' and octet_length(properties ->> %1$L) <= 320
          then lower((properties ->> %1$L) collate "C")
          else public.canonical_identity(''email'', properties ->> %1$L) end', identity_field)
      when 'domain' then format(
        'case when properties ->> %1$L ~ ''^[a-z0-9-]+(?:\.[a-z0-9-]+)+$'' and octet_length(properties ->> %1$L) <= 253
            and not starts_with(properties ->> %1$L, ''www.'')
          then properties ->> %1$L
          else public.canonical_identity(''domain'', properties ->> %1$L) end', identity_field)
    end, ' ' order by name)
  into branches from public.object_type where identity_kind is not null;
  execute format(
    'create or replace function public.identity_key(object_type text, properties jsonb) returns text
    language sql immutable parallel safe
    return case %s end', branches);

  execute
    'create or replace view workspace.associations with (security_invoker = true) as
    select a.from_type, a.from_id, a.to_type, a.to_id, a.labels
    from association a
    join record f on f.portal_id = a.portal_id and f.id = a.from_id and f.deleted_at is null
    join record t on t.portal_id = a.portal_id and t.id = a.to_id and t.deleted_at is null'
    || (select string_agg(format(
      ' union all
      select %1$L, r.id, %2$L, r.company_id, array[''primary'']
      from record r
      join record t on t.portal_id = r.portal_id and t.id = r.company_id and t.deleted_at is null
      where r.object_type = %1$L and r.company_id is not null and r.deleted_at is null',
      from_type, to_type), '' order by name) from public.association_kind where has_primary);
end
$$;

-- Makes the view in which a product reads and writes the records of a type, with its trigger and rights. `fields` are the
-- columns between id and custom, in order: 'name text' and 'name number' are standard fields, 'company_id parent' is the
-- primary parent.
create procedure define_type_view(type_name text, fields text[])
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  view_name text := plural_of(type_name);
  columns text;
  shown text;
  numbers text;
begin
  if view_name is null then
    raise exception 'There is no object type %.', type_name using errcode = 'invalid_parameter_value';
  end if;
  if exists (select from unnest(fields) as f where f !~ '^[a-z][a-z0-9_]* (text|number)$' and f <> 'company_id parent') then
    raise exception 'A column is a name and text or number, or company_id and parent.' using errcode = 'invalid_parameter_value';
  end if;
  select
    string_agg(case kind when 'parent' then 'r.company_id' else format('workspace_%s(r.properties, %L) as %I', kind, name, name) end,
      ', ' order by place),
    string_agg(format('workspace_%s_shown(r.properties, %L)', kind, name), ', ' order by place) filter (where kind <> 'parent'),
    string_agg(format(', %L', name), '' order by place) filter (where kind = 'number')
  into columns, shown, numbers
  from (
    select split_part(f.field, ' ', 1) as name, split_part(f.field, ' ', 2) as kind, f.place
    from unnest(fields) with ordinality as f(field, place)
  ) f;
  execute format(
    'create or replace view workspace.%I with (security_invoker = true) as
    select r.id, %s, r.properties - array[%s] as custom,
      s.object_id::text as hubspot_id, s.status as sync_status, s.reason as sync_reason, r.created_at, r.updated_at
    from record r
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
    where r.object_type = %L and r.deleted_at is null',
    view_name, columns, shown, type_name);
  execute format(
    'create or replace trigger %I instead of insert or update or delete on workspace.%I
    for each row execute function workspace_write_record(%L%s)',
    view_name || '_write', view_name, type_name, coalesce(numbers, ''));
  execute format('grant select, insert, update, delete on workspace.%I to %I, %I',
    view_name, deployment_role('product'), deployment_role('portal'));
end
$$;
revoke execute on procedure define_object_types(), define_type_view(text, text[]) from public;

call define_object_types();
drop function identity_of_text(text, text);

alter table record
  drop constraint record_object_type_check,
  add constraint record_type check (is_object_type(object_type));
alter table dirty
  drop constraint dirty_type,
  add constraint dirty_type check (is_object_type(object_type));
alter table association
  drop constraint association_types,
  add constraint association_types check (is_association_kind(from_type, to_type));
alter table run
  drop constraint run_object_type_check,
  add constraint run_type check (is_object_type(object_type));
alter table brake_window
  drop constraint brake_window_object_type_check,
  add constraint brake_window_type check (is_object_type(object_type));
alter table refused_creation
  drop constraint refused_creation_object_type_check,
  add constraint refused_creation_type check (is_object_type(object_type));

-- As before, and the plural is the type's.
create or replace view workspace.sync_status with (security_invoker = true) as
select
  r.portal_id,
  r.id as record_id,
  l.object_id,
  l.pulled_at,
  l.pushed_at,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when i.state = 'held' then 'paused'
    when i.state = 'setting-up' or i.state = 'first-pull' and l.object_id is null then 'setting_up'
    when p.code is not null then 'problem'
    when h.code is not null then 'held'
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then 'not_checked'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'changes_waiting'
    when l.object_id is not null then 'in_sync'
    else 'not_synced'
  end as status,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when i.state = 'held' and i.copied_from is not null then 'restored_copy'
    when i.state = 'held' then 'held_by_admin'
    when i.state = 'setting-up' or i.state = 'first-pull' and l.object_id is null then replace(i.state, '-', '_')
    when p.code is not null then p.code
    when h.code is not null then h.code
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then 'missing_scope'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'waiting_push'
    when l.object_id is not null then 'in_sync'
    else coalesce(v.code, 'never_pushed')
  end as code,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'HubSpot isn''t connected.'
    when i.state = 'held' then case
        when i.copied_from is null then 'An admin paused sync. Nothing syncs until it''s resumed.'
        else 'Sync is paused because this database is a restored copy. Nothing syncs until it''s resumed.'
      end
      || case
        when l.object_id is null then ''
        when p.code is not null then ' Last known: a problem.'
        when h.code is not null then ' Last known: a conflict.'
        when d.record_id is not null then ' Last known: changes pending.'
        else ' Last known: in sync.'
      end
    when i.state = 'setting-up' then 'Sync hasn''t started. You can choose settings until the setup window ends.'
    when i.state = 'first-pull' and l.object_id is null then 'The first pull from HubSpot is running.'
    when p.code is not null then p.cause
    when h.code is not null then h.cause
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then
      'Counterpart doesn''t have permission to read '
      || plural_of(r.object_type)
      || ' in HubSpot. Last known: '
      || case when d.record_id is not null then 'changes pending.' else 'in sync.' end
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'A change here is waiting to be pushed to HubSpot.'
    when l.object_id is not null then 'Both sides agree.'
    else coalesce(v.reason, 'This record has not been pushed to HubSpot.')
  end as reason
from record r
left join installation i on i.portal_id = r.portal_id
left join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
left join lateral (
  select a.code, a.cause from attention a
  where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.kind = 'problem'
  order by a.created_at limit 1
) p on true
left join lateral (
  select a.code, a.cause from attention a
  where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.kind = 'held'
  order by a.created_at limit 1
) h on true
left join dirty d on d.portal_id = r.portal_id and d.record_id = r.id
left join sync_verdict v on v.portal_id = r.portal_id and v.record_id = r.id;

-- As before, for the primary parent of any type.
create function workspace_check_parent(portal bigint, child_type text, parent uuid) returns void
language plpgsql stable as $$
declare
  parent_type text := (select to_type from public.association_kind where from_type = child_type and has_primary);
begin
  if parent is not null and not exists (
    select from public.record
    where portal_id = portal and id = parent and object_type = parent_type and deleted_at is null
  ) then
    raise exception 'There is no % % in this portal.', coalesce(parent_type, 'parent'), parent
      using errcode = 'foreign_key_violation';
  end if;
end
$$;

create or replace function workspace_write_record() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  portal bigint := acting_portal();
  before jsonb := '{}';
  after jsonb := to_jsonb(new);
  old_fields jsonb;
  fields jsonb;
  old_custom jsonb;
  custom jsonb;
  -- what to write: field to value
  changes jsonb := '{}';
  given jsonb;
  cleared text[];
  -- the changed fields that are columns
  columns text[];
  misfit text;
  new_company boolean;
  touched timestamptz;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then
    update record set deleted_at = now() where portal_id = portal and id = old.id and deleted_at is null;
    return old;
  end if;
  if jsonb_typeof(after -> 'custom') not in ('object', 'null') then
    raise exception 'custom must be a JSON object.' using errcode = 'invalid_parameter_value';
  end if;
  if tg_op = 'UPDATE' then
    if new.id is distinct from old.id then
      raise exception 'The id of a record cannot be changed.' using errcode = 'invalid_parameter_value';
    end if;
    before := to_jsonb(old);
  end if;

  fields := workspace_row_fields(after);
  old_fields := workspace_row_fields(before);
  custom := coalesce(nullif(after -> 'custom', 'null'), '{}');
  old_custom := coalesce(nullif(before -> 'custom', 'null'), '{}');
  if custom <> old_custom then
    select coalesce(jsonb_object_agg(c.key, c.value), '{}') into changes from (
      select n.key, n.value from jsonb_each(custom) n
      where n.value is distinct from coalesce(old_custom -> n.key, old_fields -> n.key, 'null')
      union all
      select o.key, 'null' from jsonb_object_keys(old_custom) as o(key) where not custom ? o.key
    ) c;
  end if;
  if tg_op = 'INSERT' then
    changes := changes || jsonb_strip_nulls(fields);
  else
    select changes || coalesce(jsonb_object_agg(n.key, n.value), '{}') into changes
    from jsonb_each(fields) n where n.value is distinct from old_fields -> n.key;
  end if;
  new_company := after ->> 'company_id' is distinct from before ->> 'company_id';
  if tg_op = 'UPDATE' and changes = '{}' and not new_company then
    return new;
  end if;

  select
    coalesce(jsonb_object_agg(c.key, c.value) filter (where c.value <> 'null'), '{}'),
    coalesce(array_agg(c.key) filter (where c.value = 'null'), '{}'),
    coalesce(array_agg(c.key) filter (where fields ? c.key), '{}'),
    min(c.key) filter (where fields ? c.key and c.value <> 'null'
      and jsonb_typeof(c.value) <> case when c.key = any (tg_argv[1:]) then 'number' else 'string' end)
  into given, cleared, columns, misfit
  from jsonb_each(changes) c;
  if misfit is not null then
    raise exception '% must be %.', misfit,
      case when misfit = any (tg_argv[1:]) then 'a finite number' else 'text' end
      using errcode = 'invalid_parameter_value';
  end if;
  if new_company then
    perform workspace_check_parent(portal, tg_argv[0], (after ->> 'company_id')::uuid);
  end if;
  if tg_op = 'INSERT' then
    insert into record (portal_id, id, object_type, properties, company_id)
    values (portal, coalesce(new.id, gen_random_uuid()), tg_argv[0], given, (after ->> 'company_id')::uuid)
    returning id, created_at, updated_at into new.id, new.created_at, new.updated_at;
  else
    update record set
      properties = (properties || given) - cleared,
      company_id = case when new_company then (after ->> 'company_id')::uuid else company_id end
    where portal_id = portal and id = old.id and deleted_at is null
    returning updated_at into touched;
    if not found then
      return null;
    end if;
    new.updated_at := touched;
  end if;

  -- RETURNING shows the row as a select would.
  custom := (old_custom || given) - cleared - columns;
  if custom is distinct from after -> 'custom' then
    new := jsonb_populate_record(new, (
      select jsonb_build_object('custom', custom) || coalesce(jsonb_object_agg(c.name, changes -> c.name), '{}')
      from unnest(columns) as c(name)));
  end if;
  return new;
end
$$;

-- As before, for any kind. The label 'primary' is record.company_id of the record that it starts from; only a kind with
-- a primary parent has it.
create or replace function workspace_write_association() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  portal bigint := acting_portal();
  kind public.association_kind;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' and new is not distinct from old then
    return new;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    if 'primary' = any (old.labels) then
      update record set company_id = null where portal_id = portal and id = old.from_id and company_id = old.to_id;
    else
      delete from association where portal_id = portal and from_id = old.from_id and to_id = old.to_id;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  select * into kind from association_kind k where k.from_type = new.from_type and k.to_type = new.to_type;
  if kind.name is null then
    raise exception 'An association goes from a %.', (
      select string_agg(format('%s to a %s', k.from_type, k.to_type), ', or from a ' order by k.name) from association_kind k)
      using errcode = 'invalid_parameter_value';
  end if;
  if 'primary' = any (coalesce(new.labels, '{}')) and not kind.has_primary then
    raise exception 'A % has no primary %.', kind.from_type, kind.to_type using errcode = 'invalid_parameter_value';
  end if;
  if not exists (
    select from record where portal_id = portal and id = new.to_id and object_type = kind.to_type and deleted_at is null
  ) then
    raise exception 'There is no % % in this portal.', kind.to_type, new.to_id using errcode = 'foreign_key_violation';
  end if;
  if 'primary' = any (coalesce(new.labels, '{}')) then
    delete from association where portal_id = portal and from_id = new.from_id and to_id = new.to_id;
    update record set company_id = new.to_id
    where portal_id = portal and id = new.from_id and object_type = kind.from_type and deleted_at is null;
  else
    insert into association (portal_id, from_type, from_id, to_type, to_id, labels)
    values (portal, new.from_type, new.from_id, new.to_type, new.to_id, coalesce(new.labels, '{}'))
    on conflict (portal_id, from_id, to_id) do update set labels = excluded.labels
    where association.labels is distinct from excluded.labels;
  end if;
  return new;
end
$$;

drop function workspace_check_company(bigint, uuid);

call define_type_view('contact', array[
  'email text', 'first_name text', 'last_name text', 'phone text', 'mobile_phone text', 'job_title text', 'stage text',
  'lead_status text', 'email_status text', 'linkedin_url text', 'city text', 'state text', 'country text',
  'company_id parent', 'owner_email text']);
call define_type_view('company', array[
  'name text', 'domain text', 'phone text', 'website_url text', 'industry text', 'linkedin_url text', 'city text',
  'state text', 'country text', 'employees number', 'annual_revenue number', 'stage text', 'owner_email text']);
