import type { Answer, Call, Route } from "../call.ts";
import type { Property } from "../property.ts";
import {
  archiveProperty,
  createProperty,
  existing,
  updateProperty,
} from "../property-operations.ts";
import { Refusal } from "../refusal.ts";
import { storeOf } from "./objects.ts";
import { asObject, isTrue, readInputs, requiredText } from "../read-body.ts";
import { batchAnswer, noContent, ok } from "./respond.ts";
import { schemaScopes } from "./scopes.ts";

/** Property definitions and groups, under one version's path. */
export function propertyRoutes(
  base: string,
  createdInBatch: 200 | 201,
): Route[] {
  const all = `${base}/{objectType}`;
  const one = `${all}/{propertyName}`;
  const route = (
    method: string,
    template: string,
    handle: (call: Call) => Answer,
  ): Route => ({
    method,
    template,
    scopes: schemaScopes(
      method === "GET" || template.endsWith("/batch/read") ? "read" : "write",
    ),
    limit: "general",
    handle,
  });
  return [
    route("GET", all, list),
    route("POST", all, (call) =>
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
    route("GET", one, get),
    route("PATCH", one, (call) =>
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
    route("DELETE", one, (call) => {
      archiveProperty(crmOf(call), storeOf(call), nameIn(call));
      return noContent;
    }),
    route("POST", `${all}/batch/read`, batchRead),
    route("POST", `${all}/batch/create`, (call) =>
      batchCreate(call, createdInBatch),
    ),
    route("POST", `${all}/batch/archive`, batchArchive),
    route("GET", `${all}/groups`, (call) =>
      ok({ results: [...storeOf(call).properties.groups.values()] }),
    ),
    route("POST", `${all}/groups`, createGroup),
    route("GET", `${all}/groups/{groupName}`, getGroup),
  ];
}

function crmOf(call: Call) {
  return call.portal.crm;
}

function nameIn(call: Call): string {
  return call.params["propertyName"] ?? "";
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

function createGroup(call: Call): Answer {
  const { groups } = storeOf(call).properties;
  const body = asObject(call.body);
  const name = requiredText(body, "name");
  if (groups.has(name)) {
    throw new Refusal(409, {
      message: `A property group named '${name}' already exists.`,
      category: "OBJECT_ALREADY_EXISTS",
    });
  }
  const group = {
    name,
    label: requiredText(body, "label"),
    displayOrder: groups.size,
    archived: false,
  };
  groups.set(name, group);
  return ok(group, 201);
}

function getGroup(call: Call): Answer {
  const name = call.params["groupName"] ?? "";
  const group = storeOf(call).properties.groups.get(name);
  if (group === undefined) {
    throw new Refusal(404, {
      message: `Property group "${name}" does not exist`,
      category: "OBJECT_NOT_FOUND",
    });
  }
  return ok(group);
}
