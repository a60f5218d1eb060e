-- What nobody sees must not make two companies of one: one canonical form of what identifies a record, which
-- sync/identity.ts computes too. A test compares the two over all of Unicode. Nothing here depends on the language of
-- the database.
create function identity_of_text(object_type text, given text) returns text
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
  if object_type = 'contact' then
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

-- Inlined into each insert. Nearly every email and domain is plain ASCII and needs no more than lower case; the others
-- take the function's steps, which cost ten times as much.
create or replace function identity_key(object_type text, properties jsonb) returns text
language sql immutable parallel safe
return case
  when object_type = 'contact' and jsonb_typeof(properties -> 'email') = 'string' then
    case when properties ->> 'email' ~ '^[!-~]+$' and octet_length(properties ->> 'email') <= 320
      then lower((properties ->> 'email') collate "C")
      else identity_of_text('contact', properties ->> 'email') end
  when object_type = 'company' and jsonb_typeof(properties -> 'domain') = 'string' then
    case when properties ->> 'domain' ~ '^[a-z0-9-]+(?:\.[a-z0-9-]+)+$' and octet_length(properties ->> 'domain') <= 253
        and not starts_with(properties ->> 'domain', 'www.')
      then properties ->> 'domain'
      else identity_of_text('company', properties ->> 'domain') end
end;

-- The stored keys of today, portal by portal under the role that row-level security lets in: only rows whose key changes
-- are written, and no lock keeps anyone from the table. An update that names properties computes the key again; it
-- changes nothing, so it is no change of the product's.
do $$
declare
  portals bigint[];
  portal bigint;
begin
  perform set_config('role', 'counterpart_crossing', true);
  portals := array(select portal_id from installation);
  perform set_config('role', 'counterpart_portal', true);
  foreach portal in array portals loop
    perform set_config('app.portal', portal::text, true);
    update record set properties = properties
    where portal_id = portal and identity is distinct from identity_key(object_type, properties);
  end loop;
  perform set_config('role', 'none', true);
  perform set_config('app.portal', '', true);
end
$$;

-- Further domains of companies in HubSpot, as they were last seen: its search index lags, and a company whose domain is
-- another one's additional domain must not be created meanwhile. Only companies: of contacts HubSpot itself refuses it.
create table object_identity (
  portal_id bigint not null,
  object_type text not null,
  object_id bigint not null,
  identity text not null,
  primary key (portal_id, object_type, object_id, identity)
);
call guard_portal_table('object_identity', false);
create index object_by_identity on object_identity (portal_id, object_type, identity);
