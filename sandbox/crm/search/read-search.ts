import type { ObjectStore } from "../object-store.ts";
import type { ObjectType } from "../object-type.ts";
import { findObjectType } from "../object-types.ts";
import { asObject, textList, type Json } from "../read-body.ts";
import { invalid } from "../refusal.ts";

const operatorNames = [
  "EQ",
  "NEQ",
  "LT",
  "LTE",
  "GT",
  "GTE",
  "BETWEEN",
  "IN",
  "NOT_IN",
  "HAS_PROPERTY",
  "NOT_HAS_PROPERTY",
  "CONTAINS_TOKEN",
  "NOT_CONTAINS_TOKEN",
] as const;

export type Operator = (typeof operatorNames)[number];

/** A filter that compares a property. */
export type PropertyFilter = {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
  readonly highValue: string;
  readonly values: readonly string[];
};

/** A filter for objects associated with any of these ids. */
export type AssociationFilter = {
  readonly associated: ObjectType;
  readonly ids: readonly string[];
};

export type SearchFilter = PropertyFilter | AssociationFilter;

export type SearchRequest = {
  readonly groups: readonly (readonly SearchFilter[])[];
  readonly query: string;
  readonly sort:
    { readonly name: string; readonly descending: boolean } | undefined;
  readonly properties: readonly string[];
  readonly limit: number;
  readonly after: number;
};

const operators: ReadonlySet<string> = new Set(operatorNames);

/**
 * Reads a search body, in which `filters` alone is one group (HubSpot's guide, "Search through associations"), and holds it to
 * HubSpot's limits: 3,000 characters, 5 groups of 6 filters and 18 in all, one sort, 200
 * rows a page and 10,000 a query.
 * @param bodyLength in characters, as sent
 * @throws Refusal 400 for what breaks one of them
 */
export function readSearch(
  store: ObjectStore,
  body: unknown,
  bodyLength: number,
): SearchRequest {
  const json = asObject(body);
  if (bodyLength > 3000)
    throw invalid("The search request body may have 3000 characters at most");
  const single = listIn(json, "filters");
  const groups = readGroups(store, [
    ...listIn(json, "filterGroups"),
    ...(single.length === 0 ? [] : [{ filters: single }]),
  ]);
  const sorts = listIn(json, "sorts");
  if (sorts.length > 1) throw invalid("A search may have one sort at most");
  const limit = readNumber(json["limit"], 10, "limit");
  if (limit < 1 || limit > 200)
    throw invalid("limit must be between 1 and 200");
  const after = readNumber(json["after"], 0, "after");
  if (after + limit > 10_000)
    throw invalid("Paging beyond 10000 results of one search is not supported");
  return {
    groups,
    query:
      typeof json["query"] === "string"
        ? json["query"].trim().toLowerCase()
        : "",
    sort: sorts.length === 0 ? undefined : readSort(store, sorts[0]),
    properties: textList(listIn(json, "properties")),
    limit,
    after,
  };
}

function readNumber(value: unknown, usual: number, name: string): number {
  if (value === undefined || value === null || value === "") return usual;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0) return number;
  throw invalid(`Invalid input JSON: ${name} must be a whole number`);
}

/** A list that may be left out. @throws Refusal 400 for anything else, which would otherwise find everything */
function listIn(json: Json, field: string): readonly unknown[] {
  const value = json[field] ?? [];
  if (Array.isArray(value)) return value;
  throw invalid(`Invalid input JSON: ${field} must be a list`);
}

function readGroups(
  store: ObjectStore,
  groups: readonly unknown[],
): SearchFilter[][] {
  if (groups.length > 5)
    throw invalid("A search may have 5 filter groups at most");
  const read = groups.map((group) => {
    const list = listIn(asObject(group), "filters");
    if (list.length > 6)
      throw invalid("A filter group may have 6 filters at most");
    return list.map((filter) => readFilter(store, asObject(filter)));
  });
  if (read.flat().length > 18)
    throw invalid("A search may have 18 filters at most");
  return read;
}

const associationPrefix = "associations.";

function readFilter(store: ObjectStore, filter: Json): SearchFilter {
  const asked = filter["propertyName"];
  if (typeof asked === "string" && asked.startsWith(associationPrefix))
    return readAssociationFilter(asked, filter);
  const name = searchable(store, asked);
  const operator = String(filter["operator"]);
  if (!operators.has(operator))
    throw invalid(`Invalid input JSON: "${operator}" is not a search operator`);
  const wantsList = operator === "IN" || operator === "NOT_IN";
  const wantsNone = operator.endsWith("HAS_PROPERTY");
  const values = listIn(filter, "values");
  if (
    wantsList
      ? values.length === 0
      : !wantsNone &&
        (filter["value"] === undefined || filter["value"] === null)
  ) {
    throw invalid(
      `operator ${operator} requires ${wantsList ? "values" : "a value"}`,
    );
  }
  if (
    operator === "BETWEEN" &&
    (filter["highValue"] === undefined || filter["highValue"] === null)
  ) {
    throw invalid("operator BETWEEN requires highValue");
  }
  return {
    name,
    operator: operator as Operator,
    value: textOf(filter["value"]),
    highValue: textOf(filter["highValue"]),
    values: values.map(textOf),
  };
}

/** Reads a filter on `associations.{objectType}`, with EQ or IN and object ids. */
function readAssociationFilter(asked: string, filter: Json): AssociationFilter {
  const associated = findObjectType(asked.slice(associationPrefix.length));
  const operator = filter["operator"];
  if (associated === undefined)
    throw invalid(
      `There was a problem with the request. Property "${asked}" does not exist`,
      { context: { propertyName: [asked] } },
    );
  const given =
    operator === "EQ"
      ? [filter["value"]]
      : operator === "IN"
        ? listIn(filter, "values")
        : undefined;
  if (given === undefined)
    throw invalid(
      `operator ${String(operator)} is not supported for ${asked}: use EQ or IN`,
    );
  const ids = given.map(textOf).filter((id) => id !== "");
  if (ids.length === 0)
    throw invalid(
      `operator ${operator === "EQ" ? "EQ requires a value" : "IN requires values"}`,
    );
  return { associated, ids };
}

function readSort(
  store: ObjectStore,
  sort: unknown,
): { readonly name: string; readonly descending: boolean } {
  if (typeof sort === "string") {
    const descending = sort.startsWith("-");
    return {
      name: searchable(store, descending ? sort.slice(1) : sort),
      descending,
    };
  }
  const json = asObject(sort);
  return {
    name: searchable(store, json["propertyName"]),
    descending: json["direction"] === "DESCENDING",
  };
}

function searchable(store: ObjectStore, name: unknown): string {
  const unknown =
    typeof name !== "string" || store.properties.find(name) === undefined;
  const closed =
    typeof name === "string" && store.type.search.closed.includes(name);
  if (unknown || closed) {
    const message = `There was a problem with the request. Property "${String(name)}" ${closed ? "cannot be searched" : "does not exist"}`;
    throw invalid(message, { context: { propertyName: [String(name)] } });
  }
  return name;
}

/** Values come as text, numbers or booleans. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
