import {
  resolveAssociations,
  type ResolvedAssociation,
} from "../associations/resolve.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { archiveRow } from "../objects/archive.ts";
import { commitWrite } from "../objects/commit.ts";
import { createObject } from "../objects/create-object.ts";
import { findRow } from "../objects/lookup.ts";
import {
  WriteBatch,
  prepareWrite,
  type PreparedWrite,
} from "../objects/prepare.ts";
import { compileView, type ViewRequest } from "../objects/view.ts";
import { conflict, invalid, Refusal } from "../refusal.ts";
import type { Row } from "../row.ts";
import {
  createdView,
  readAssociations,
  storeOf,
  updatedView,
} from "./objects.ts";
import {
  asObject,
  isTrue,
  optionalText,
  readInputs,
  readProperties,
  requiredText,
  textList,
  type Json,
} from "../read-body.ts";
import { actorOf, batchAnswer, noContent, writerOf } from "./respond.ts";
import { objectScopes } from "./scopes.ts";

const most = 100;

/** Batches of objects, under one version's path. */
export function batchRoutes(base: string): Route[] {
  const path = (name: string) => `${base}/{objectType}/batch/${name}`;
  const read = objectScopes("read");
  const write = objectScopes("write");
  return [
    {
      method: "POST",
      template: path("read"),
      scopes: read,
      limit: "general",
      handle: batchRead,
    },
    {
      method: "POST",
      template: path("create"),
      scopes: write,
      limit: "general",
      handle: batchCreate,
    },
    {
      method: "POST",
      template: path("update"),
      scopes: write,
      limit: "general",
      handle: batchUpdate,
    },
    {
      method: "POST",
      template: path("upsert"),
      scopes: write,
      limit: "general",
      handle: batchUpsert,
    },
    {
      method: "POST",
      template: path("archive"),
      scopes: write,
      limit: "general",
      handle: batchArchive,
    },
  ];
}

function batchRead(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const startedAt = crm.now();
  const body = asObject(call.body);
  const history = textList(body["propertiesWithHistory"]);
  const inputs = readInputs(call.body, history.length > 0 ? 50 : most);
  const idProperty = optionalText(body, "idProperty");
  const archived = isTrue(call.query.get("archived"));
  const found = new Set<Row>();
  const missing: string[] = [];
  for (const input of inputs) {
    const id = requiredText(input, "id");
    const row = findRow(crm, store, id, {
      idProperty,
      archived,
      followMerged: true,
    });
    if (row === undefined) missing.push(id);
    else found.add(row);
  }
  const view = compileView(crm, store, {
    properties: textList(body["properties"]),
    history,
  });
  // Neither in the order of the inputs nor one for each: two ids of one merged object bring one result.
  const results = [...found]
    .sort((a, b) => a.seq - b.seq)
    .map((row) => view(row));
  return batchAnswer(
    call,
    startedAt,
    results,
    missing.length === 0 ? [] : [missingError(store.type.singular, missing)],
  );
}

function missingError(
  singular: string,
  ids: readonly string[],
  traceIds: readonly string[] = [],
) {
  return {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: `Could not get some ${singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: {
      ids,
      ...(traceIds.length === 0 ? {} : { objectWriteTraceId: traceIds }),
    },
    errors: [],
    links: {},
  };
}

type Planned = {
  readonly write: PreparedWrite;
  readonly associations: readonly ResolvedAssociation[];
  readonly traceId: string | undefined;
  readonly names: readonly string[];
};

function batchCreate(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const inputs = readInputs(call.body, most);
  const partial = inputs.some(
    (input) => optionalText(input, "objectWriteTraceId") !== undefined,
  );
  const prepare = (input: Json, together: WriteBatch): Planned => ({
    write: prepareWrite(crm, store, undefined, readProperties(input), together),
    associations: resolveAssociations(
      crm,
      store,
      readAssociations(input["associations"]),
    ),
    traceId: optionalText(input, "objectWriteTraceId"),
    names: Object.keys(readProperties(input)),
  });
  if (partial) return carryOut(call, inputs, prepare, "alone", 201);
  try {
    return carryOut(call, inputs, prepare, "whole", 201);
  } catch (error) {
    // Without trace ids the whole batch fails, and the answer does not say which contact it was.
    if (error instanceof Refusal && error.status === 409)
      throw conflict("Contact already exists");
    throw error;
  }
}

function batchUpdate(call: Call): Answer {
  const { crm } = call.portal;
  const { options } = crm;
  const store = storeOf(call);
  const inputs = readInputs(call.body, most);
  refuseDoubles(inputs);
  const known = inputs.filter((input) => {
    if (
      !options.batchUpdateOmitsMergedIds ||
      optionalText(input, "idProperty") !== undefined
    )
      return true;
    return store.rows.get(requiredText(input, "id"))?.state !== "merged";
  });
  const prepare = (input: Json, together: WriteBatch): Planned => {
    const id = requiredText(input, "id");
    const row = findRow(crm, store, id, {
      idProperty: optionalText(input, "idProperty"),
      followMerged: false,
    });
    if (row === undefined) {
      const { message, category, context } = missingError(store.type.singular, [
        id,
      ]);
      throw new Refusal(404, { message, category, context });
    }
    return planUpdate(call, row, input, together);
  };
  return carryOut(
    call,
    known,
    prepare,
    options.batchUpdateFailsWhole ? "whole" : "alone",
    200,
  );
}

function planUpdate(
  call: Call,
  row: Row,
  input: Json,
  together: WriteBatch,
): Planned {
  const properties = readProperties(input);
  return {
    write: prepareWrite(call.portal.crm, row.store, row, properties, together),
    associations: [],
    traceId: optionalText(input, "objectWriteTraceId"),
    names: Object.keys(properties),
  };
}

function batchUpsert(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const inputs = readInputs(call.body, most);
  refuseDoubles(inputs);
  const byEmail = inputs.some(
    (input) => optionalText(input, "idProperty") === "email",
  );
  const prepare = (input: Json, together: WriteBatch): Planned => {
    const id = requiredText(input, "id");
    const idProperty = optionalText(input, "idProperty");
    const row = findRow(crm, store, id, { idProperty, followMerged: false });
    if (row !== undefined) return planUpdate(call, row, input, together);
    if (idProperty === undefined || idProperty === "hs_object_id")
      throw invalid("Some required fields were not set: [idProperty]");
    const properties = { [idProperty]: id, ...readProperties(input) };
    return {
      write: prepareWrite(crm, store, undefined, properties, together),
      associations: [],
      traceId: optionalText(input, "objectWriteTraceId"),
      names: Object.keys(properties),
    };
  };
  return carryOut(
    call,
    inputs,
    prepare,
    byEmail || crm.options.upsertFailsWhole ? "whole" : "alone",
    200,
    true,
  );
}

/**
 * Carries out a batch of writes at one point in time: each input for itself (`alone`), or none unless all can be (`whole`).
 * @param upsert results say whether their object is new
 */
function carryOut(
  call: Call,
  inputs: readonly Json[],
  prepare: (input: Json, together: WriteBatch) => Planned,
  mode: "whole" | "alone",
  status: number,
  upsert = false,
): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const at = crm.tick();
  const results: string[] = [];
  const errors: unknown[] = [];
  const commit = (planned: Planned) => {
    const isNew = planned.write.row === undefined;
    const { write, associations } = planned;
    const row = isNew
      ? createObject(crm, write, associations, at, actorOf(call))
      : commitWrite(crm, write, at, actorOf(call));
    const request: ViewRequest = isNew
      ? createdView(store)
      : updatedView(call, store, row, planned.names);
    results.push(
      compileView(crm, store, { ...request, onlyValues: isNew || upsert })(
        row,
        {
          ...(upsert ? { new: isNew } : {}),
          ...(planned.traceId === undefined
            ? {}
            : { objectWriteTraceId: planned.traceId }),
        },
      ),
    );
  };
  if (mode === "whole") {
    const together = new WriteBatch(writerOf(call));
    const all = inputs.map((input) => prepare(input, together));
    all.forEach(commit);
    return batchAnswer(call, at, results, [], status);
  }
  for (const input of inputs) {
    try {
      commit(prepare(input, new WriteBatch(writerOf(call))));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.push(
        error.toBatchError(optionalText(input, "objectWriteTraceId")),
      );
    }
  }
  return batchAnswer(call, at, results, errors, status);
}

function refuseDoubles(inputs: readonly Json[]): void {
  const seen = new Set<string>();
  const doubles = new Set<string>();
  for (const input of inputs) {
    const id = requiredText(input, "id");
    if (seen.has(id)) doubles.add(id);
    seen.add(id);
  }
  if (doubles.size === 0) return;
  const ids = [...doubles];
  throw invalid(
    `Duplicate IDs found in batch input: [${ids.join(", ")}]. IDs must be unique`,
    { context: { ids } },
  );
}

function batchArchive(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const at = crm.tick();
  for (const input of readInputs(call.body, most)) {
    const row = findRow(crm, store, requiredText(input, "id"), {
      followMerged: crm.options.archiveFollowsMergedId,
    });
    if (row !== undefined) archiveRow(crm, row, at, actorOf(call));
  }
  return noContent;
}
