import type { QueryResultRow } from "pg";
import type {
  AssociationKind,
  ObjectTypeDescriptor,
} from "../../../server/settings/types/descriptor.ts";

/** What a database says of object types, association kinds, and the columns of each type's view. */
export interface KnownTypes {
  readonly types: Readonly<Record<string, unknown>>;
  readonly kinds: Readonly<Record<string, unknown>>;
  /** By view: the columns between id and custom, without the primary parent's, in order. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** The views that have the primary parent's column. */
  readonly withParent: readonly string[];
  /** The views that say whether a record is won and closed. */
  readonly withEnds: readonly string[];
}

type Query = <Row extends QueryResultRow>(
  text: string,
) => Promise<readonly Row[]>;

/** Returns what the database has. */
export async function typesInDatabase(query: Query): Promise<KnownTypes> {
  const types = await query<{
    name: string;
    plural: string;
    identity_kind: string | null;
    identity_field: string | null;
    pipeline_property: string | null;
    stage_property: string | null;
  }>(
    "select name, plural, identity_kind, identity_field, pipeline_property, stage_property from object_type",
  );
  const kinds = await query<{
    name: string;
    from_type: string;
    to_type: string;
    has_primary: boolean;
  }>("select name, from_type, to_type, has_primary from association_kind");
  const columns = await query<{ view: string; name: string; type: string }>(
    `select table_name as view, column_name as name, data_type as type from information_schema.columns
     where table_schema = 'workspace' and table_name in (select plural from object_type)
     order by table_name, ordinal_position`,
  );
  return {
    types: Object.fromEntries(
      types.map((type) => [
        type.name,
        {
          plural: type.plural,
          identity:
            type.identity_kind === null
              ? null
              : [type.identity_kind, type.identity_field],
          pipelines:
            type.stage_property === null
              ? null
              : [type.pipeline_property, type.stage_property],
        },
      ]),
    ),
    kinds: Object.fromEntries(
      kinds.map(({ name, from_type: from, to_type: to, has_primary }) => [
        name,
        { from, to, hasPrimary: has_primary },
      ]),
    ),
    fields: Object.fromEntries(
      types.map(({ plural }) => {
        const of = columns.filter(({ view }) => view === plural);
        const end = of.findIndex(({ name }) => name === "custom");
        return [
          plural,
          of
            .slice(1, end)
            .filter(({ name }) => name !== "company_id")
            .map(({ name, type }) => `${name} ${type}`),
        ];
      }),
    ),
    withParent: columns
      .filter(({ name, type }) => name === "company_id" && type === "uuid")
      .map(({ view }) => view)
      .sort(),
    withEnds: columns
      .filter(({ name, type }) => name === "won" && type === "boolean")
      .map(({ view }) => view)
      .sort(),
  };
}

const sqlTypes = { text: "text", number: "numeric", date: "date" } as const;

/** Returns what the descriptors of types and kinds ask for. */
export function typesInDescriptors(
  all: readonly ObjectTypeDescriptor[],
  kinds: readonly AssociationKind[],
): KnownTypes {
  return {
    types: Object.fromEntries(
      all.map(({ names, identity, hubspot: { pipelines } }) => [
        names.singular,
        {
          plural: names.plural,
          identity: identity === null ? null : [identity.kind, identity.field],
          pipelines:
            pipelines === undefined
              ? null
              : [pipelines.pipeline, pipelines.stage],
        },
      ]),
    ),
    kinds: Object.fromEntries(
      kinds.map(({ name, from, to, primary }) => [
        name,
        { from, to, hasPrimary: primary !== null },
      ]),
    ),
    fields: Object.fromEntries(
      all.map(({ names, fields }) => [
        names.plural,
        Object.entries(fields).map(
          ([name, { kind }]) => `${name} ${sqlTypes[kind]}`,
        ),
      ]),
    ),
    withParent: all
      .filter(({ names }) =>
        kinds.some(
          ({ from, primary }) => from === names.singular && primary !== null,
        ),
      )
      .map(({ names }) => names.plural)
      .sort(),
    withEnds: all
      .filter(({ hubspot }) => hubspot.pipelines !== undefined)
      .map(({ names }) => names.plural)
      .sort(),
  };
}
