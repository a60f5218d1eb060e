import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { loadFields } from "../../workspace/field-catalogue.ts";
import type { Owners, PropertyDefinition } from "../model.ts";
import { own } from "../values/value.ts";
import {
  hasDefinitions,
  loadOwners,
  loadPropertyDefinitions,
} from "./definitions.ts";
import { requirementCodes } from "./pure/definition-refusals.ts";
import type { RequiredProperty } from "./pure/drift-entry.ts";
import type { MappingFinding } from "./pure/mapping-findings.ts";
import { mappingFindings } from "./pure/mapping-findings.ts";

/** A mapping for which something was found, and its position. */
export type FoundMapping = {
  readonly index: number;
  readonly mapping: FieldMapping;
  readonly label: string;
  readonly findings: readonly MappingFinding[];
};

/**
 * Returns what won't work of these mappings, with HubSpot's definitions as last read; nothing for a type whose
 * definitions were never read. Reads every link of the type once if a mapping is of options or owners: some 2 s per
 * million links and mapping.
 */
export async function findMappings(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  mappings: readonly FieldMapping[],
): Promise<FoundMapping[]> {
  if (!(await hasDefinitions(db, portalId, type))) return [];
  const definitions = await loadPropertyDefinitions(
    db,
    portalId,
    type,
    mappings.map(({ property }) => property),
  );
  const names = mappings.map(({ field }) => field);
  const fields = await loadFields(db, portalId, type, names);
  const owners: Owners = mappings.some(isOfOwners)
    ? await loadOwners(db, portalId)
    : { idByEmail: {}, emailById: {} };
  const held = await loadHeldValues(db, portalId, type, {
    mappings,
    definitions,
  });
  return mappings.flatMap((mapping, index) => {
    const { field, property } = mapping;
    const definition = own(definitions, property);
    const findings = mappingFindings(mapping, {
      definition,
      field: own(fields, field),
      owners,
      held: held.get(field) ?? [],
    });
    const label = definition?.label ?? property;
    return findings.length === 0 ? [] : [{ index, mapping, label, findings }];
  });
}

const isOfOwners = ({ conversion }: FieldMapping): boolean =>
  conversion.kind === "owner";

/** By field: the values of options and owners that linked objects had when they were last reconciled, each once. */
async function loadHeldValues(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    mappings,
    definitions,
  }: {
    readonly mappings: readonly FieldMapping[];
    readonly definitions: Readonly<Record<string, PropertyDefinition>>;
  },
): Promise<Map<string, string[]>> {
  const wanted = mappings.flatMap((mapping) => {
    const { field, property, direction } = mapping;
    const definition = own(definitions, property);
    const isFixed = definition !== undefined && definition.options !== null;
    return direction !== "pull" && (isFixed || isOfOwners(mapping))
      ? [{ field, property, several: definition?.fieldType === "checkbox" }]
      : [];
  });
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{ field: string; values: string[] }>`
    select h.field, array_agg(distinct btrim(h.value)) as values
    from (
      select w.field, unnest(case when w.several then string_to_array(l.base -> w.field ->> 'h', ';')
        else array[l.base -> w.field ->> 'h'] end) as value
      from link l
      cross join jsonb_to_recordset(${toJson(wanted)}::jsonb) as w(field text, property text, several boolean)
      where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
        and l.base -> w.field ->> 'p' = w.property
    ) h
    where btrim(h.value) <> ''
    group by h.field`.execute(db);
  return new Map(rows.map(({ field, values }) => [field, values]));
}

/** The properties whose absence HubSpot's refusals name, of records that still wait for that. Index attention_object. */
export async function loadRequired(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<RequiredProperty[]> {
  const { rows } = await sql<RequiredProperty>`
    select p.name, coalesce(nullif(min(d.body ->> 'label'), ''), p.name) as label, count(distinct a.record_id)::int as records
    from attention a
    cross join jsonb_to_recordset(a.details -> 'properties') as p(name text, code text)
    left join hubspot_definition d on d.portal_id = a.portal_id and d.kind = 'property' and d.object_type = a.object_type
      and d.name = p.name
    where a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.kind = 'problem'
      and a.code = 'refused_by_hubspot' and jsonb_typeof(a.details -> 'properties') = 'array'
      and p.code = any (${requirementCodes}::text[])
    group by p.name order by p.name`.execute(db);
  return rows;
}
