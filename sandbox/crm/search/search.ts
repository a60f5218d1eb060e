import { computedProperty } from "../derived/computed.ts";
import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import { Row } from "../row.ts";
import { associatedCandidates, associatedRows } from "./associated.ts";
import type { IndexedState } from "./index-lag.ts";
import type {
  PropertyFilter,
  SearchFilter,
  SearchRequest,
} from "./read-search.ts";
import { tokenTest } from "./token.ts";

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
  const mentions =
    request.query === "" ? undefined : compileQuery(store, request.query);
  const associated = associatedCandidates(state, store, request.groups);
  const rows = associated ?? store.order;
  const found: Row[] = [];
  for (
    let at = associated ? 0 : firstCandidate(store, request.groups);
    at < rows.length;
    at += 1
  ) {
    const row = rows[at];
    if (row === undefined) break;
    const seen = lagging ? state.indexLag.seen(row, now) : row;
    if (seen.state !== "live" || !test(row, seen)) continue;
    if (mentions !== undefined && !mentions(row, seen)) continue;
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
    .filter((filter) => "name" in filter)
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

/** A query matches when each of its words begins a word of some value, additional emails and a ticket's id included. */
function compileQuery(store: ObjectStore, query: string): Test {
  const words = query.split(/\s+/);
  const byId = store.type.search.query.includes("hs_ticket_id");
  const slots = store.type.search.query.flatMap(
    (name) => store.usedSlot(name) ?? [],
  );
  return (row, seen) => {
    const texts = slots.flatMap(
      (slot) => seen.values[slot]?.toLowerCase() ?? [],
    );
    texts.push(...(seen.additionalEmails ?? []));
    if (byId) texts.push(row.id);
    return words.every((word) =>
      texts.some(
        (text) =>
          text.startsWith(word) ||
          text.split(/[\s@.,<>-]+/).some((part) => part.startsWith(word)),
      ),
    );
  };
}

function compileGroups(
  state: CrmState,
  store: ObjectStore,
  groups: SearchRequest["groups"],
) {
  const tests = groups.map((filters) =>
    filters.map((filter) => compile(state, store, filter)),
  );
  if (tests.length === 0) return () => true;
  return (row: Row, seen: IndexedState) =>
    tests.some((all) => all.every((test) => test(row, seen)));
}

type Test = (row: Row, seen: IndexedState) => boolean;

function compile(
  state: CrmState,
  store: ObjectStore,
  filter: SearchFilter,
): Test {
  if ("name" in filter) return compileFilter(state, store, filter);
  const associated = associatedRows(state, store, filter);
  return (row) => associated.has(row);
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
  const compute = computedProperty(store.type, name);
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
  filter: PropertyFilter,
): Test {
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
