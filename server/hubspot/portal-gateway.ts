import { archiveObjects } from "./write/archive.ts";
import { bareEdge, labelledEdge, writeEdges } from "./write/edges.ts";
import { createObjects, updateObjects, upsertObjects } from "./write/writes.ts";
import { readAccount, uninstallApp } from "./calls/account.ts";
import { isAllowed } from "./calls/is-allowed.ts";
import { listObjects } from "./calls/list.ts";
import { readOwners } from "./calls/owners.ts";
import { readPipelines } from "./calls/pipelines.ts";
import { createProperty, readProperties } from "./calls/properties.ts";
import {
  readPropertyGroups,
  readPropertyRules,
  readRequiredProperties,
} from "./calls/property-terms.ts";
import { readParentsOf } from "./calls/read-associations.ts";
import { readByIds } from "./calls/read.ts";
import { searchByIdentity } from "./calls/search-by-values.ts";
import {
  countObjects,
  findObjects,
  searchChanged,
  searchIn,
} from "./calls/search.ts";
import { isSuperAdmin } from "./calls/users.ts";
import type { Caller } from "./caller.ts";
import type { Gateway } from "./gateway.ts";

/** The gateway of the portal that `call` calls for. */
export function createPortalGateway(call: Caller, forget: () => void): Gateway {
  return {
    list: (type, query, options) => listObjects(call, type, query, options),
    read: (type, ids, query, options) =>
      readByIds(call, type, ids, query, options),
    searchChanged: (type, query, options) =>
      searchChanged(call, type, query, options),
    searchIn: (type, query, options) => searchIn(call, type, query, options),
    searchByIdentity: (type, values, properties, options) =>
      searchByIdentity(call, type, values, properties, options),
    count: (type, filters, options) =>
      countObjects(call, type, filters, options),
    find: (type, query, options) => findObjects(call, type, query, options),

    upsert: (type, inputs, options) =>
      upsertObjects(call, type, inputs, options),
    create: (type, inputs, options) =>
      createObjects(call, type, inputs, options),
    update: (type, inputs, options) =>
      updateObjects(call, type, inputs, options),
    archive: (type, ids, options) => archiveObjects(call, type, ids, options),

    readAssociations: (kind, childIds, options) =>
      readParentsOf(call, kind, childIds, options),
    associate: (kind, inputs, options) =>
      writeEdges(call, kind, {
        action: "create",
        inputs,
        bodyOf: labelledEdge,
        options,
      }),
    dissociate: (kind, inputs, options) =>
      writeEdges(call, kind, {
        action: "archive",
        inputs,
        bodyOf: bareEdge,
        options,
      }),
    removeLabels: (kind, inputs, options) =>
      writeEdges(call, kind, {
        action: "labels/archive",
        inputs,
        bodyOf: labelledEdge,
        options,
      }),

    owners: (options) => readOwners(call, options),
    isSuperAdmin: (userId, options) => isSuperAdmin(call, userId, options),
    properties: (type, options) => readProperties(call, type, options),
    pipelines: (type, options) => readPipelines(call, type, options),
    propertyGroups: (type, options) => readPropertyGroups(call, type, options),
    propertyRules: (type, options) => readPropertyRules(call, type, options),
    requiredProperties: (type, options) =>
      readRequiredProperties(call, type, options),
    createProperty: (type, definition, options) =>
      createProperty(call, type, definition, options),
    accountDetails: (options) => readAccount(call, options),
    isAllowed: (capability, options) => isAllowed(call, capability, options),
    uninstall: async (options) => {
      await uninstallApp(call, options);
      forget();
    },
  };
}
