import {
  resolveAssociations,
  type AssociationInput,
} from "../associations/resolve.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { computedNames } from "../derived/computed.ts";
import type { ObjectStore } from "../object-store.ts";
import { archiveRow, purgeRow } from "../objects/archive.ts";
import { commitWrite } from "../objects/commit.ts";
import { createObject } from "../objects/create-object.ts";
import { findRow, getRow } from "../objects/lookup.ts";
import { mergeRows } from "../objects/merge.ts";
import { WriteBatch, prepareWrite } from "../objects/prepare.ts";
import { compileView, type ViewRequest } from "../objects/view.ts";
import { invalid, notFound } from "../refusal.ts";
import type { Row } from "../row.ts";
import { listRows } from "../objects/list.ts";
import {
  asObject,
  isTrue,
  optionalText,
  queryList,
  readLimit,
  readProperties,
  requiredText,
} from "../read-body.ts";
import { actorOf, noContent, ok, writerOf } from "./respond.ts";
import { objectScopes } from "./scopes.ts";

/** Single objects and lists, under one version's path. */
export function objectRoutes(base: string): Route[] {
  const read = objectScopes("read");
  const write = objectScopes("write");
  const one = `${base}/{objectType}/{objectId}`;
  return [
    {
      method: "GET",
      template: `${base}/{objectType}`,
      scopes: read,
      limit: "general",
      handle: (call) => list(call, base),
    },
    {
      method: "POST",
      template: `${base}/{objectType}`,
      scopes: write,
      limit: "general",
      handle: create,
    },
    {
      method: "GET",
      template: one,
      scopes: read,
      limit: "general",
      handle: (call) => get(call, base),
    },
    {
      method: "PATCH",
      template: one,
      scopes: write,
      limit: "general",
      handle: update,
    },
    {
      method: "DELETE",
      template: one,
      scopes: write,
      limit: "general",
      handle: archive,
    },
    {
      method: "POST",
      template: `${base}/{objectType}/merge`,
      scopes: write,
      limit: "general",
      handle: merge,
    },
    {
      method: "POST",
      template: `${base}/{objectType}/gdpr-delete`,
      scopes: write,
      limit: "general",
      handle: forget,
    },
  ];
}

/** The objects of the type in the path. @throws Refusal 400 for a type that HubSpot would not know */
export function storeOf(call: Call): ObjectStore {
  return call.portal.crm.store(call.params["objectType"] ?? "");
}

function viewRequest(call: Call, base: string): ViewRequest {
  const { query, portal } = call;
  const types = queryList(query, "associations").map(
    (name) => portal.crm.store(name).type,
  );
  return {
    properties: queryList(query, "properties"),
    history: queryList(query, "propertiesWithHistory"),
    associations: types.length === 0 ? undefined : types,
    path: base,
  };
}

function list(call: Call, base: string): Answer {
  const store = storeOf(call);
  const request = viewRequest(call, base);
  const history = request.history?.length ?? 0;
  const limit = readLimit(call.query.get("limit"), 10, history > 0 ? 50 : 100);
  const { rows, next } = listRows(
    store,
    isTrue(call.query.get("archived")),
    call.query.get("after"),
    limit,
  );
  const view = compileView(call.portal.crm, store, request);
  let body = '{"results":[';
  for (const [index, row] of rows.entries())
    body += index === 0 ? view(row) : `,${view(row)}`;
  body += "]";
  if (next !== undefined) {
    const link = `https://api.hubapi.com${base}/${store.type.name}?limit=${String(limit)}&after=${next}`;
    body += `,"paging":{"next":{"after":"${next}","link":"${link}"}}`;
  }
  return ok(`${body}}`);
}

function get(call: Call, base: string): Answer {
  const store = storeOf(call);
  const row = getRow(call.portal.crm, store, call.params["objectId"] ?? "", {
    idProperty: call.query.get("idProperty") ?? undefined,
    archived: isTrue(call.query.get("archived")),
    followMerged: true,
  });
  return ok(compileView(call.portal.crm, store, viewRequest(call, base))(row));
}

function create(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const body = asObject(call.body);
  const prepared = prepareWrite(
    crm,
    store,
    undefined,
    readProperties(body),
    new WriteBatch(writerOf(call)),
  );
  const associations = resolveAssociations(
    crm,
    store,
    readAssociations(body["associations"]),
  );
  const row = createObject(
    crm,
    prepared,
    associations,
    crm.tick(),
    actorOf(call),
  );
  return ok(compileView(crm, store, createdView(store))(row), 201);
}

/** The `associations` of an object to be made. @throws Refusal 400 when they are no list of objects */
export function readAssociations(value: unknown): AssociationInput[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw invalid("Invalid input JSON: associations must be a list");
  return value.map((entry: unknown) => {
    const { to, types } = asObject(entry);
    return {
      to: asObject(to),
      types: Array.isArray(types) ? types.map(asObject) : [],
    };
  });
}

/** Returns the view of a created object: every property with a value. */
export function createdView(store: ObjectStore): ViewRequest {
  return {
    properties: [...store.usedNames(), ...computedNames(store.type)],
    onlyValues: true,
  };
}

function update(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const row = getRow(crm, store, call.params["objectId"] ?? "", {
    idProperty: call.query.get("idProperty") ?? undefined,
    followMerged: crm.options.singlePatchFollowsMergedId,
  });
  const properties = readProperties(asObject(call.body));
  if (Object.keys(properties).length === 0)
    throw invalid(
      "No properties found to update, please provide at least one.",
    );
  const prepared = prepareWrite(
    crm,
    store,
    row,
    properties,
    new WriteBatch(writerOf(call)),
  );
  commitWrite(crm, prepared, crm.tick(), actorOf(call));
  return ok(
    compileView(
      crm,
      store,
      updatedView(call, store, row, Object.keys(properties)),
    )(row),
  );
}

/** What an update answers: everything that has a value, or only what was named in it. */
export function updatedView(
  call: Call,
  store: ObjectStore,
  row: Row,
  names: readonly string[],
): ViewRequest {
  if (!call.portal.options.updateAnswersAllFields)
    return { properties: names.length === 0 ? ["hs_object_id"] : names };
  const stored = [...store.usedNames()].filter(
    (name) => store.stored(row, name) !== undefined,
  );
  return { properties: [...store.type.defaultProperties, ...stored, ...names] };
}

function archive(call: Call): Answer {
  const { crm } = call.portal;
  const row = findRow(crm, storeOf(call), call.params["objectId"] ?? "", {
    followMerged: crm.options.archiveFollowsMergedId,
  });
  if (row !== undefined) archiveRow(crm, row, crm.tick(), actorOf(call));
  return noContent;
}

function merge(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const body = asObject(call.body);
  const primaryId = requiredText(body, "primaryObjectId");
  const otherId = requiredText(body, "objectIdToMerge");
  if (primaryId === otherId)
    throw invalid("Cannot merge an object with itself");
  const primary = getRow(crm, store, primaryId, { followMerged: false });
  const other = getRow(crm, store, otherId, { followMerged: false });
  const survivor = mergeRows(crm, primary, other, crm.tick(), actorOf(call));
  return ok(
    compileView(crm, store, {
      properties: [...store.type.defaultProperties, "hs_merged_object_ids"],
    })(survivor),
  );
}

function forget(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const body = asObject(call.body);
  const id = requiredText(body, "objectId");
  const idProperty = optionalText(body, "idProperty");
  const row =
    findRow(crm, store, id, { idProperty, followMerged: true }) ??
    findRow(crm, store, id, { idProperty, followMerged: true, archived: true });
  if (row === undefined && idProperty === "email") crm.blocklist.add(id);
  if (row === undefined && idProperty === undefined)
    throw notFound(crm.options.notFoundHasCategory, id);
  if (row !== undefined) purgeRow(crm, row, crm.tick(), actorOf(call));
  return noContent;
}
