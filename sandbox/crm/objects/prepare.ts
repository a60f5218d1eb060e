import { computedProperty } from "../derived/computed.ts";
import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import type { Property } from "../property.ts";
import {
  conflict,
  invalid,
  type ErrorDetail,
  type Refusal,
} from "../refusal.ts";
import type { Row } from "../row.ts";
import { uniqueKey } from "../unique-key.ts";
import { validated } from "../validations.ts";
import { rewriteValue } from "../values.ts";
import {
  checkPrimaryCompany,
  primaryCompanyProperty,
} from "./primary-company.ts";
import { missingRequired } from "./required.ts";
import { brokenRules } from "./rules.ts";

/** A write that HubSpot would take: values rewritten, nothing carried out yet. `row` is undefined for a creation. */
export type PreparedWrite = {
  readonly store: ObjectStore;
  readonly row: Row | undefined;
  readonly values: ReadonlyMap<string, string>;
};

/** By which way in a write comes. */
export type Writer = {
  /** An app writes; otherwise a user. */
  readonly isApp: boolean;
  /** The rules of the account's admin hold: for users, and for apps from version 2026-09 on. */
  readonly obeysRules: boolean;
};

/** Writes that are made together: who makes them, and the unique values that the earlier ones will take. */
export class WriteBatch {
  readonly writer: Writer;
  private readonly taken = new Map<string, Row | "new">();

  constructor(writer: Writer) {
    this.writer = writer;
  }

  /** Takes a value for a row, or answers that another input has it. */
  take(name: string, value: string, row: Row | undefined): boolean {
    const key = `${name}\n${uniqueKey(name, value)}`;
    const holder = this.taken.get(key);
    if (holder !== undefined && (holder === "new" || holder !== row))
      return false;
    this.taken.set(key, row ?? "new");
    return true;
  }
}

/**
 * Checks one write against definitions, unique values, required properties, the admin's rules and the blocklist.
 * @throws Refusal 400 for values that HubSpot does not take, 409 for a contact whose email exists
 */
export function prepareWrite(
  state: CrmState,
  store: ObjectStore,
  row: Row | undefined,
  properties: Readonly<Record<string, unknown>>,
  batch: WriteBatch,
): PreparedWrite {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, given] of Object.entries(properties)) {
    const property = store.properties.find(name);
    const unwritable = whyUnwritable(store, name, property);
    if (unwritable !== undefined || property === undefined) {
      const ignored =
        store.type.activity && state.options.activitiesIgnoreUnwritable;
      if (unwritable !== undefined && !ignored) problems.push(unwritable);
      continue;
    }
    const before = row === undefined ? undefined : store.stored(row, name);
    const result = validated(
      store,
      name,
      rewriteValue(state, store, property, given, before),
    );
    if (!result.ok)
      problems.push({ name, code: result.code, message: result.message });
    else if (!goesBack(store, row, name, result.value))
      values.set(name, result.value);
  }
  if (problems.length > 0) throw propertiesRefused(state, problems);
  checkStage(state, store, row, values);
  checkPrimaryCompany(state, values);
  if (row === undefined) {
    const refusal = missingRequired(state, store, values);
    if (refusal !== undefined) throw refusal;
  }
  const broken = batch.writer.obeysRules
    ? brokenRules(store.rules, store, row, values)
    : undefined;
  if (broken !== undefined) throw broken;
  checkBlocklist(state, store, row, values.get("email"), batch.writer);
  for (const [name, value] of values) {
    if (value !== "" && store.isUnique(name))
      checkUnique(state, store, row, name, value, batch);
  }
  return { store, row, values };
}

/** Worked out, and yet open to be written. */
const storedAndComputed: ReadonlySet<string> = new Set([
  "createdate",
  "hs_deal_stage_probability",
  primaryCompanyProperty,
]);

type Problem = {
  readonly name: string;
  readonly code: string;
  readonly message: string;
};

function whyUnwritable(
  store: ObjectStore,
  name: string,
  property: Property | undefined,
): Problem | undefined {
  if (property === undefined) {
    return {
      name,
      code: "PROPERTY_DOESNT_EXIST",
      message: `Property "${name}" does not exist`,
    };
  }
  if (property.calculated) {
    return {
      name,
      code: "READ_ONLY_VALUE",
      message: `"${name}" is a calculated property; its value cannot be set.`,
    };
  }
  const computed =
    !storedAndComputed.has(name) &&
    computedProperty(store.type, name) !== undefined;
  if (property.modificationMetadata.readOnlyValue || computed) {
    return {
      name,
      code: "READ_ONLY_VALUE",
      message: `"${name}" is a read only property; its value cannot be set.`,
    };
  }
  return undefined;
}

function propertiesRefused(
  state: CrmState,
  problems: readonly Problem[],
): Refusal {
  const inMessage = problems.map(({ name, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    portalId: state.portalId,
  }));
  const errors: ErrorDetail[] = problems.map(({ name, code, message }) => ({
    message,
    code,
    context: { propertyName: [name] },
  }));
  return invalid(
    `Property values were not valid: ${JSON.stringify(inMessage)}`,
    state.options.errorsInArray ? { errors } : {},
  );
}

/** A lifecycle stage only moves forward; a write that would take it back is taken, and does nothing. */
function goesBack(
  store: ObjectStore,
  row: Row | undefined,
  name: string,
  value: string,
): boolean {
  if (name !== "lifecyclestage" || row === undefined || value === "")
    return false;
  return (
    stageRank(store, value) < stageRank(store, store.stored(row, name) ?? "")
  );
}

/** How far along a lifecycle stage is, -1 for none. */
export function stageRank(store: ObjectStore, stage: string): number {
  const options = store.properties.find("lifecyclestage")?.options ?? [];
  return options.findIndex((option) => option.value === stage);
}

function checkStage(
  state: CrmState,
  store: ObjectStore,
  row: Row | undefined,
  values: ReadonlyMap<string, string>,
): void {
  const names = store.type.pipeline;
  if (
    names === undefined ||
    !(values.has(names.stage) || values.has(names.pipeline))
  )
    return;
  const current = (name: string) =>
    values.get(name) ??
    (row === undefined ? undefined : store.stored(row, name)) ??
    "";
  const stage = current(names.stage);
  const pipeline = current(names.pipeline);
  if (stage === "" || pipeline === "") return;
  if (state.pipelines.stage(store.type.name, stage, pipeline) !== undefined)
    return;
  const message = `Stage ID ${stage} is not a valid stage of pipeline ${pipeline}`;
  throw propertiesRefused(state, [
    { name: names.stage, code: "INVALID_OPTION", message },
  ]);
}

/** The words are ours: HubSpot says that such an email cannot be used, and not how it refuses it. */
function checkBlocklist(
  state: CrmState,
  store: ObjectStore,
  row: Row | undefined,
  email: string | undefined,
  { isApp }: Writer,
): void {
  if (store.type.identity !== "email" || email === undefined || email === "")
    return;
  if (isApp && !state.options.blocklistStopsApps) return;
  const isOwn = row !== undefined && store.holder("email", email) === row;
  if (!isOwn && state.blocklist.has(email))
    throw invalid(
      `Email address ${email} belongs to a contact who was permanently deleted, and cannot be used`,
    );
}

function checkUnique(
  state: CrmState,
  store: ObjectStore,
  row: Row | undefined,
  name: string,
  value: string,
  batch: WriteBatch,
): void {
  const holder = store.holder(name, value);
  const free = holder === undefined || holder === row;
  if (free && batch.take(name, value, row)) return;
  const existing = free ? undefined : holder.id;
  if (row === undefined && name === "email") {
    if (existing === undefined) throw conflict("Contact already exists");
    throw conflict(
      `Contact already exists. Existing ID: ${existing}`,
      existing,
    );
  }
  const coordinates = `portalId=${String(state.portalId)}, objectTypeId=${store.type.id}, propertyName=${name}, value=${value}`;
  throw invalid(
    `Cannot set PropertyValueCoordinates{${coordinates}} on ${row?.id ?? "null"}. ${existing ?? "Another input"} already has that value.`,
  );
}
