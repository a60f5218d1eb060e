import { edgesTo } from "../associations/edges.ts";
import { computedProperty } from "../derived/computed.ts";
import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import type { ObjectType } from "../object-type.ts";
import type { Row } from "../row.ts";
import { isoTime } from "../time.ts";
import { historyView } from "./history.ts";

type Column = {
  readonly prefix: string;
  readonly read: (row: Row) => string | null;
};

/** What an answer shows of each object, compiled once for a whole page. */
export type ViewRequest = {
  /** Undefined: the type's default properties. */
  readonly properties?: readonly string[] | undefined;
  readonly history?: readonly string[] | undefined;
  readonly associations?: readonly ObjectType[] | undefined;
  /** The path from which association pages go on: `/crm/objects/2026-09`. */
  readonly path?: string | undefined;
  /** Leaves out properties without a value, as responses to creations and upserts do. */
  readonly onlyValues?: boolean | undefined;
};

export type Extra = Readonly<Record<string, string | boolean>>;

/**
 * A function from row to JSON text. Pages are put together from text, since building objects first and serialising them
 * after costs several times as much.
 */
export function compileView(
  state: CrmState,
  store: ObjectStore,
  request: ViewRequest,
): (row: Row, extra?: Extra) => string {
  const columns = cachedColumns(state, store, request.properties ?? []);
  const history = (request.history ?? []).filter(
    (name) => store.properties.find(name) !== undefined,
  );
  const url = `https://app.hubspot.com/contacts/${String(state.portalId)}/record/${store.type.id}/`;
  return (row, extra) => {
    let text = "";
    for (const { prefix, read } of columns) {
      const value = read(row);
      if (value === null)
        text += request.onlyValues === true ? "" : `${prefix}null`;
      else text += prefix + JSON.stringify(value);
    }
    text = `{"id":"${row.id}","properties":{${text.slice(1)}`;
    text += `},"createdAt":"${isoTime(row.createdAt)}","updatedAt":"${isoTime(row.updatedAt)}","archived":${String(row.state === "archived")}`;
    if (row.state === "archived")
      text += `,"archivedAt":"${isoTime(row.archivedAt)}"`;
    if (history.length > 0) {
      const all = Object.fromEntries(
        history.map((name) => [name, historyView(row, name)]),
      );
      text += `,"propertiesWithHistory":${JSON.stringify(all)}`;
    }
    if (request.associations !== undefined) {
      const shown = associationsView(
        state,
        row,
        request.associations,
        request.path ?? "",
      );
      if (shown !== undefined)
        text += `,"associations":${JSON.stringify(shown)}`;
    }
    if (extra !== undefined && Object.keys(extra).length > 0)
      text += `,${JSON.stringify(extra).slice(1, -1)}`;
    return `${text},"url":"${url}${row.id}"}`;
  };
}

type CachedColumns = {
  readonly version: number;
  readonly columns: readonly Column[];
};
const cache = new WeakMap<ObjectStore, Map<string, CachedColumns>>();

/** Columns by what was asked for: clients ask for the same properties page after page. */
function cachedColumns(
  state: CrmState,
  store: ObjectStore,
  asked: readonly string[],
): readonly Column[] {
  const known = cache.get(store) ?? new Map<string, CachedColumns>();
  const key = `${String(state.options.clearedReadsEmpty)},${asked.join()}`;
  const found = known.get(key);
  if (found?.version === store.properties.version) return found.columns;
  const columns = columnsFor(state, store, asked);
  if (known.size > 100) known.clear();
  known.set(key, { version: store.properties.version, columns });
  cache.set(store, known);
  return columns;
}

/** The properties that an answer names: those asked for that exist, and the ones that always come along. */
function columnsFor(
  state: CrmState,
  store: ObjectStore,
  asked: readonly string[],
): Column[] {
  const { defaultProperties, modifiedProperty, activity } = store.type;
  const always = [
    activity ? "hs_createdate" : "createdate",
    "hs_object_id",
    modifiedProperty,
  ];
  const names = new Set(
    asked.length === 0 ? defaultProperties : [...asked, ...always],
  );
  const columns: Column[] = [];
  for (const name of [...names].sort()) {
    if (store.properties.find(name) === undefined) continue;
    const compute = computedProperty(store.type, name);
    const slot = compute === undefined ? store.slot(name) : -1;
    const cleared = state.options.clearedReadsEmpty ? "" : null;
    columns.push({
      prefix: `,${JSON.stringify(name)}:`,
      read:
        compute === undefined
          ? (row) => {
              const value = row.values[slot];
              return value === undefined
                ? null
                : value === ""
                  ? cleared
                  : value;
            }
          : (row) => compute(row, state),
    });
  }
  return columns;
}

/** Ids of associated objects by type, cut where HubSpot cuts; undefined when there are none. */
function associationsView(
  state: CrmState,
  row: Row,
  types: readonly ObjectType[],
  path: string,
) {
  const shown: Record<string, unknown> = {};
  for (const type of types) {
    const edges = edgesTo(row, type.name);
    if (edges.length === 0) continue;
    const most = state.options.inlineAssociations;
    const name = `${row.store.type.singular}_to_${type.singular}`;
    const results = edges
      .slice(0, most)
      .flatMap((edge) =>
        state.labels
          .inlineNames(name, edge.types)
          .map((kind) => ({ id: edge.to.id, type: kind })),
      );
    const next = edges[most];
    shown[type.name] = {
      results,
      ...(next === undefined
        ? {}
        : {
            paging: {
              next: {
                after: next.to.id,
                link: `https://api.hubapi.com${path}/${row.store.type.name}/${row.id}/associations/${type.name}?after=${next.to.id}`,
              },
            },
          }),
    };
  }
  return Object.keys(shown).length === 0 ? undefined : shown;
}
