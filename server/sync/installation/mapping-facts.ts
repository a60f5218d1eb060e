import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { loadFields } from "../../workspace/field-catalogue.ts";
import type { Owners, PropertyDefinition } from "../model.ts";
import { own } from "../values/value.ts";
import {
  hasDefinitions,
  loadOwners,
  loadPropertyDefinitions,
  loadPropertyRules,
} from "./definitions.ts";
import type { MappingFinding } from "./pure/mapping-findings.ts";
import { mappingFindings } from "./pure/mapping-findings.ts";
import type { MappingFacts } from "./pure/mapping-findings.ts";
import { countRuleBreaks } from "./rule-breaks.ts";

/** A mapping for which something was found, and its position. */
export type FoundMapping = {
  readonly index: number;
  readonly mapping: FieldMapping;
  readonly label: string;
  readonly findings: readonly MappingFinding[];
};

/**
 * Returns what won't work of a document's mappings of a type, with HubSpot's definitions as last read; nothing for a type
 * whose definitions were never read. Reads every link of the type once if a mapping is of options or owners, and every
 * record once for each mapping to a property that has rules: some 2 s per million and mapping.
 */
export async function findMappings(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<FoundMapping[]> {
  const { mappings } = settings[type];
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
    ? await loadOwners(db, portalId, settings.owners)
    : { idByEmail: {}, emailById: {} };
  const held = await loadHeldValues(db, portalId, type, {
    mappings,
    definitions,
  });
  const checked = await loadChecked(db, portalId, type, mappings);
  return mappings.flatMap((mapping, index) => {
    const { field, property } = mapping;
    const rules = checked.get(field);
    const definition = own(definitions, property);
    const findings = mappingFindings(mapping, {
      definition,
      field: own(fields, field),
      owners,
      held: held.get(field) ?? [],
      ...(rules === undefined ? {} : { checked: rules }),
    });
    const label = definition?.label ?? property;
    return findings.length === 0 ? [] : [{ index, mapping, label, findings }];
  });
}

const isOfOwners = ({ conversion }: FieldMapping): boolean =>
  conversion.kind === "owner";

/** The conversions that push what a record has as it is, so that HubSpot's rules can be checked before. */
const unchanged: ReadonlySet<string> = new Set(["text", "email", "number"]);

/** By field: the rules by which HubSpot checks what is pushed, and how many records break one. */
async function loadChecked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  mappings: readonly FieldMapping[],
): Promise<Map<string, NonNullable<MappingFacts["checked"]>>> {
  const pushed = mappings.filter(
    ({ direction, conversion }) =>
      direction !== "pull" && unchanged.has(conversion.kind),
  );
  const names = pushed.map(({ property }) => property);
  const known = await loadPropertyRules(db, portalId, type, names);
  const checked = new Map<string, NonNullable<MappingFacts["checked"]>>();
  for (const { field, property } of pushed) {
    const rules = own(known, property);
    if (rules === undefined) continue;
    const records = await countRuleBreaks(db, portalId, type, field, rules);
    checked.set(field, { rules, records });
  }
  return checked;
}

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
