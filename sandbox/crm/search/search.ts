import { computedProperty } from "../computed.ts";
import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import { Row } from "../row.ts";
import type { IndexedState } from "./index-lag.ts";
import type { SearchFilter, SearchRequest } from "./read-search.ts";

export type SearchResult = {
  readonly total: number;
  readonly rows: readonly Row[];
  readonly next: string | undefined;
};

/** Reads one property of an object as the index has it: a number for numbers and dates, lower-cased text otherwise. */
type Reader = (row: Row, seen: IndexedState) => string | number | undefined;

/** Searches live objects as the index has them. Answers at most one page; `next` is the offset of the following one. */
export function searchRows(
  state: CrmState,
  store: ObjectStore,
  request: SearchRequest,
): SearchResult {
  const now = state.now();
  state.indexLag.settle(now);
  const lagging = !state.indexLag.empty;
  const test = compileGroups(state, store, request.groups);
  const words = request.query === "" ? [] : request.query.split(/\s+/);
  const found: Row[] = [];
  for (
    let at = firstCandidate(store, request.groups);
    at < store.order.length;
    at += 1
  ) {
    const row = store.order[at];
    if (row === undefined) break;
    const seen = lagging ? state.indexLag.seen(row, now) : row;
    if (seen.state !== "live" || !test(row, seen)) continue;
    if (words.length > 0 && !mentions(store, seen, words)) continue;
    found.push(row);
  }
  const { sort } = request;
  if (
    sort !== undefined &&
    !(sort.name === "hs_object_id" && !sort.descending)
  ) {
    const read = reader(state, store, sort.name);
    const keys = new Map(
      found.map((row) => [
        row,
        read(row, lagging ? state.indexLag.seen(row, now) : row),
      ]),
    );
    const sign = sort.descending ? -1 : 1;
    found.sort(
      (a, b) => compare(keys.get(a), keys.get(b), sign) || a.seq - b.seq,
    );
  }
  const end = request.after + request.limit;
  const page = found.slice(request.after, end);
  return {
    total: found.length,
    rows: lagging
      ? page.map((row) => asIndexed(row, state.indexLag.seen(row, now)))
      : page,
    next: found.length > end ? String(end) : undefined,
  };
}

/** Where to begin: a search that pages by id (`hs_object_id` greater than the last one) need not look at what it has seen. */
function firstCandidate(
  store: ObjectStore,
  groups: SearchRequest["groups"],
): number {
  const [only, more] = groups;
  if (only === undefined || more !== undefined) return 0;
  const bounds = only
    .filter(
      ({ name, operator }) =>
        name === "hs_object_id" && (operator === "GT" || operator === "GTE"),
    )
    .map(({ value }) => Number(value))
    .filter(Number.isFinite);
  return bounds.length === 0 ? 0 : store.firstFrom(Math.max(...bounds));
}

/** The row as it was when the index last looked: an answer shows old values, not only an old choice of rows. */
function asIndexed(row: Row, seen: IndexedState): Row {
  if (seen === row) return row;
  const { values, state, ...rest } = seen;
  return Object.assign(
    new Row(row.store, row.seq, seen.createdAt, row.createdBy),
    row,
    {
      ...rest,
      values: [...values],
      state: state === "absent" ? row.state : state,
    },
  );
}

/** Objects without a value come last in either direction. */
function compare(
  a: string | number | undefined,
  b: string | number | undefined,
  sign: number,
): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -sign : sign;
}

/** A query matches when each of its words begins a word of some value, additional emails included. */
function mentions(
  store: ObjectStore,
  seen: IndexedState,
  words: readonly string[],
): boolean {
  const names = [
    "email",
    "firstname",
    "lastname",
    "phone",
    "company",
    "name",
    "domain",
    "website",
    "dealname",
  ];
  const texts = names.flatMap((name) => {
    const slot = store.usedSlot(name);
    return slot === undefined ? [] : (seen.values[slot]?.toLowerCase() ?? []);
  });
  texts.push(...(seen.additionalEmails ?? []));
  return words.every((word) =>
    texts.some(
      (text) =>
        text.startsWith(word) ||
        text.split(/[\s@.,-]+/).some((part) => part.startsWith(word)),
    ),
  );
}

function compileGroups(
  state: CrmState,
  store: ObjectStore,
  groups: SearchRequest["groups"],
) {
  const tests = groups.map((filters) =>
    filters.map((filter) => compileFilter(state, store, filter)),
  );
  if (tests.length === 0) return () => true;
  return (row: Row, seen: IndexedState) =>
    tests.some((all) => all.every((test) => test(row, seen)));
}

function isNumeric(store: ObjectStore, name: string): boolean {
  const type = store.properties.find(name)?.type;
  return type === "number" || type === "date" || type === "datetime";
}

function reader(state: CrmState, store: ObjectStore, name: string): Reader {
  if (name === "hs_object_id") return (row) => row.seq;
  if (name === "lastmodifieddate" || name === "hs_lastmodifieddate")
    return (_row, seen) => seen.updatedAt;
  if (name === "hs_createdate") return (_row, seen) => seen.createdAt;
  const numeric = isNumeric(store, name);
  const compute = computedProperty(store.type.name, name);
  const slot = compute === undefined ? store.slot(name) : -1;
  const isOption = store.properties.find(name)?.type === "enumeration";
  return (row, seen) => {
    const value =
      compute === undefined
        ? seen.values[slot]
        : (compute(asIndexed(row, seen), state) ?? undefined);
    if (value === undefined || value === "") return undefined;
    if (numeric) return toNumber(value);
    return isOption ? value : value.toLowerCase();
  };
}

/** A number, or a date in ms: filters give either ms or ISO text. */
function toNumber(text: string): number {
  const number = Number(text);
  return Number.isNaN(number) ? Date.parse(text) : number;
}

function compileFilter(
  state: CrmState,
  store: ObjectStore,
  filter: SearchFilter,
) {
  const { name, operator } = filter;
  const read = reader(state, store, name);
  const numeric = isNumeric(store, name);
  const isOption = store.properties.find(name)?.type === "enumeration";
  // Text is indexed in lower case. EQ lowers what it is given; IN does not, so that a value with capitals finds nothing.
  const given = (text: string) =>
    numeric ? toNumber(text) : isOption ? text : text.toLowerCase();
  const low = given(filter.value);
  const high = given(filter.highValue);
  const list = new Set(
    filter.values.map((text) => (numeric ? toNumber(text) : text)),
  );
  const multiple =
    name === "hs_additional_emails" ||
    (store.properties.find(name)?.fieldType === "checkbox" &&
      (name !== "hs_additional_domains" ||
        state.options.additionalDomainsFind));
  const parts = (value: string | number): readonly (string | number)[] =>
    multiple ? String(value).split(";") : [value];
  const wanted =
    name === "hs_additional_emails" ? filter.value.toLowerCase() : low;
  const equals = (value: string | number) => parts(value).includes(wanted);
  const isListed = (value: string | number) =>
    parts(value).some((part) => list.has(part));
  const holds = tokenTest(filter.value);
  const when =
    (test: (value: string | number) => boolean, absent = false) =>
    (row: Row, seen: IndexedState) => {
      const value = read(row, seen);
      return value === undefined ? absent : test(value);
    };
  switch (operator) {
    case "EQ":
      return when(equals);
    case "NEQ":
      return when((value) => !equals(value), true);
    case "LT":
      return when((value) => value < low);
    case "LTE":
      return when((value) => value <= low);
    case "GT":
      return when((value) => value > low);
    case "GTE":
      return when((value) => value >= low);
    case "BETWEEN":
      return when((value) => value >= low && value <= high);
    case "IN":
      return when(isListed);
    case "NOT_IN":
      return when((value) => !isListed(value), true);
    case "HAS_PROPERTY":
      return when(() => true);
    case "NOT_HAS_PROPERTY":
      return when(() => false, true);
    case "CONTAINS_TOKEN":
      return when((value) => holds(String(value)));
    case "NOT_CONTAINS_TOKEN":
      return when((value) => !holds(String(value)), true);
  }
}

/** Whether a text has a word; `*` stands for any letters at either end. */
function tokenTest(given: string): (text: string) => boolean {
  const token = given.toLowerCase();
  const escaped = token
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^\\s]*");
  const pattern = new RegExp(`(^|[^a-z0-9])${escaped}($|[^a-z0-9])`);
  return (text) => text === token || pattern.test(text.toLowerCase());
}
