import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import type { Property } from "../property.ts";
import {
  archiveProperty,
  createProperty,
  existing,
  updateProperty,
} from "../property-operations.ts";
import {
  archiveGroup,
  createGroup,
  existingGroup,
  updateGroup,
} from "../property-groups.ts";
import { Refusal } from "../refusal.ts";
import { storeOf } from "./objects.ts";
import { asObject, isTrue, readInputs, requiredText } from "../read-body.ts";
import { batchAnswer, noContent, ok } from "./respond.ts";
import { schemaRoute } from "./schema-route.ts";

/** Property definitions and groups, under one version's path. */
export function propertyRoutes(
  base: string,
  createdInBatch: 200 | 201,
): Route[] {
  const all = `${base}/{objectType}`;
  const one = `${all}/{propertyName}`;
  const groups = `${all}/groups`;
  const group = `${groups}/{groupName}`;
  return [
    schemaRoute("GET", all, list),
    schemaRoute("POST", all, (call) =>
      ok(
        createProperty(
          crmOf(call),
          storeOf(call),
          call.body,
          call.token.userId,
        ),
        201,
      ),
    ),
    schemaRoute("GET", one, get),
    schemaRoute("PATCH", one, (call) =>
      ok(
        updateProperty(
          crmOf(call),
          storeOf(call),
          nameIn(call),
          call.body,
          call.token.userId,
        ),
      ),
    ),
    schemaRoute("DELETE", one, (call) => {
      archiveProperty(crmOf(call), storeOf(call), nameIn(call));
      return noContent;
    }),
    schemaRoute("POST", `${all}/batch/read`, batchRead),
    schemaRoute("POST", `${all}/batch/create`, (call) =>
      batchCreate(call, createdInBatch),
    ),
    schemaRoute("POST", `${all}/batch/archive`, batchArchive),
    schemaRoute("GET", groups, (call) =>
      ok({ results: storeOf(call).properties.listGroups() }),
    ),
    schemaRoute("POST", groups, (call) =>
      ok(createGroup(storeOf(call), call.body), 201),
    ),
    schemaRoute("GET", group, (call) =>
      ok(existingGroup(storeOf(call), groupIn(call))),
    ),
    schemaRoute("PATCH", group, (call) =>
      ok(updateGroup(storeOf(call), groupIn(call), call.body)),
    ),
    schemaRoute("DELETE", group, (call) => {
      archiveGroup(storeOf(call), groupIn(call));
      return noContent;
    }),
  ];
}

function crmOf(call: Call) {
  return call.portal.crm;
}

function nameIn(call: Call): string {
  return call.params["propertyName"] ?? "";
}

function groupIn(call: Call): string {
  return call.params["groupName"] ?? "";
}

function list(call: Call): Answer {
  const sensitivity = call.query.get("dataSensitivity") ?? "non_sensitive";
  const archived = isTrue(call.query.get("archived"));
  const results = storeOf(call)
    .properties.list(archived)
    .filter((property) => property.dataSensitivity === sensitivity);
  return ok({ results });
}

function get(call: Call): Answer {
  const store = storeOf(call);
  const archived = isTrue(call.query.get("archived"))
    ? store.properties.findArchived(nameIn(call))
    : undefined;
  return ok(archived ?? existing(store, nameIn(call)));
}

/** Carries out each input for itself. */
function batch(
  call: Call,
  status: number,
  act: (input: Readonly<Record<string, unknown>>) => Property | undefined,
): Answer {
  const startedAt = call.portal.now();
  const results: string[] = [];
  const errors: unknown[] = [];
  for (const input of readInputs(call.body, 100)) {
    try {
      const property = act(input);
      if (property !== undefined) results.push(JSON.stringify(property));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.push(error.toBatchError(undefined));
    }
  }
  return batchAnswer(call, startedAt, results, errors, status);
}

function batchRead(call: Call): Answer {
  const store = storeOf(call);
  const archived = asObject(call.body)["archived"] === true;
  return batch(call, 200, (input) => {
    const name = requiredText(input, "name");
    return (
      (archived ? store.properties.findArchived(name) : undefined) ??
      existing(store, name)
    );
  });
}

function batchCreate(call: Call, status: number): Answer {
  const store = storeOf(call);
  return batch(call, status, (input) =>
    createProperty(crmOf(call), store, input, call.token.userId),
  );
}

function batchArchive(call: Call): Answer {
  const store = storeOf(call);
  for (const input of readInputs(call.body, 100)) {
    const name = requiredText(input, "name");
    if (store.properties.find(name) !== undefined)
      archiveProperty(crmOf(call), store, name);
  }
  return noContent;
}
