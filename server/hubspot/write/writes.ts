import type { ObjectType } from "../../settings/object-type.ts";
import type { Caller } from "../caller.ts";
import type {
  CallOptions,
  CreateInput,
  UpdateInput,
  UpsertInput,
  WriteOutcome,
} from "../gateway.ts";
import type { AnsweredRow } from "./match-outcomes.ts";
import { writeBatch } from "./write-batch.ts";

/** What a created row can be known by, beside its trace id: the values that HubSpot keeps unique. */
const uniqueProperties = ["counterpart_record_id", "email"] as const;

/** HubSpot lower-cases and trims what it keeps unique. */
function key(name: string, value: string | null | undefined): string[] {
  const canonical = value?.trim().toLowerCase() ?? "";
  return canonical === "" ? [] : [`${name}=${canonical}`];
}

function keysOfIds({ object }: AnsweredRow): string[] {
  return [object.id, ...object.mergedIds].flatMap((id) => key("id", id));
}

function keysOfValues({ object }: AnsweredRow): string[] {
  return Object.entries(object.properties).flatMap(([name, value]) =>
    key(name, value),
  );
}

export function updateObjects(
  call: Caller,
  type: ObjectType,
  inputs: readonly UpdateInput[],
  options: CallOptions,
): Promise<WriteOutcome[]> {
  const batch = inputs.map(({ traceId, id, properties }) => ({
    traceId,
    id,
    properties,
    keys: key("id", id),
    body: { id, objectWriteTraceId: traceId, properties },
  }));
  return writeBatch(call, type, "update", {
    inputs: batch,
    keysOf: keysOfIds,
    options,
  });
}

export function createObjects(
  call: Caller,
  type: ObjectType,
  inputs: readonly CreateInput[],
  options: CallOptions,
): Promise<WriteOutcome[]> {
  const batch = inputs.map(({ traceId, properties }) => ({
    traceId,
    id: null,
    properties,
    keys: uniqueProperties.flatMap((name) => key(name, properties[name])),
    body: { objectWriteTraceId: traceId, properties, associations: [] },
  }));
  const outcomes = writeBatch(call, type, "create", {
    inputs: batch,
    keysOf: keysOfValues,
    options,
  });
  return outcomes.then((list) =>
    list.map((outcome) =>
      outcome.kind === "result" ? { ...outcome, created: true } : outcome,
    ),
  );
}

export function upsertObjects(
  call: Caller,
  type: ObjectType,
  inputs: readonly UpsertInput[],
  options: CallOptions,
): Promise<WriteOutcome[]> {
  const batch = inputs.map(({ traceId, idProperty, id, properties }) => ({
    traceId,
    id: null,
    properties,
    keys: key(idProperty, id),
    body: { id, idProperty, objectWriteTraceId: traceId, properties },
  }));
  return writeBatch(call, type, "upsert", {
    inputs: batch,
    keysOf: keysOfValues,
    options,
  });
}
