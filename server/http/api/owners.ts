import { z } from "zod";
import type { ObjectType } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import { readInstallation } from "../../sync/installation/installation.ts";
import { loadOwners } from "../../sync/installation/definitions.ts";
import {
  listOwners,
  ownerFilters,
  ownerStates,
} from "../../sync/installation/list-owners.ts";
import {
  countOwned,
  ownedTypes,
} from "../../sync/installation/owned-records.ts";
import { refusalOfType } from "../../sync/installation/pure/installation-gate.ts";
import { refusalToAssign } from "../../sync/people/pure/actor.ts";
import { own } from "../../sync/values/value.ts";
import { notPermitted } from "../require-permission.ts";
import { Problem } from "../problem.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { emailSchema } from "./email-schema.ts";
import { invalidInput } from "./parse.ts";
import { requireRunning } from "./require-running.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { pageOf, pageQuery } from "./schemas.ts";

const ownedTypeSchema = z.enum(
  // The compiler can't know that there is one.
  ownedTypes.map(({ objectType }) => objectType) as [
    ObjectType,
    ...ObjectType[],
  ],
);

const ownerSchema = z
  .object({
    state: z.enum(ownerStates).meta({
      description:
        "matched: an owner who is a user. without_user: an owner who isn't. without_owner: a user who is no active owner. departed: a former owner.",
    }),
    owner: z
      .object({
        id: z.string(),
        name: z.string(),
        email: z.string().meta({ description: "As HubSpot has it." }),
        active: z.boolean(),
      })
      .nullable(),
    user: z
      .object({
        id: z.guid(),
        email: z.string(),
        name: z.string(),
        active: z.boolean(),
      })
      .nullable(),
    emails: z
      .array(
        z.object({
          email: z.string(),
          by: z.enum(["override", "email", "link"]).nullable().meta({
            description:
              "Why this email is this owner: the settings say so, HubSpot has the same email, or the user has linked the HubSpot user. Null if records with this email have no active owner.",
          }),
        }),
      )
      .meta({ description: "The emails that records have for this owner." }),
    pulledAs: z.string().nullable().meta({
      description:
        "The email that records get if HubSpot has this owner; null if none.",
    }),
    records: z
      .array(
        z.object({
          objectType: ownedTypeSchema,
          count: z.int(),
          atLeast: z.boolean().meta({
            description: "There may be more: 200,000 records are read at most.",
          }),
        }),
      )
      .meta({ description: "Records that have one of these emails." }),
  })
  .meta({ id: "Owner" });

const position = z.union([
  z.strictObject({
    part: z.literal("owner"),
    after: z.tuple([z.string(), z.string()]),
  }),
  z.strictObject({ part: z.literal("user"), after: z.string() }),
]);

/** Emails of one owner that are replaced at once. */
const MAX_FROM = 50;

const reassignInput = z.strictObject({
  from: z.union([emailSchema, z.array(emailSchema).min(1).max(MAX_FROM)]).meta({
    description: "The email of the owner to replace, or all of them.",
  }),
  to: emailSchema.meta({
    description: "The email of another owner who is active in HubSpot.",
  }),
  objectType: ownedTypeSchema.optional().meta({
    description: "Only records of this type; if left out, those of all types.",
  }),
  dryRun: z.boolean().default(false).meta({
    description: "If true, the records are only counted.",
  }),
});

const reassignedSchema = z.object({
  results: z.array(
    z.object({
      objectType: ownedTypeSchema,
      records: z.int().meta({ description: "That have the owner now." }),
      atLeast: z.boolean().meta({
        description: "There may be more: 200,000 records are read at most.",
      }),
      runId: z.guid().nullable().meta({
        description: "The run to follow; null if nothing was started.",
      }),
    }),
  ),
});

const ownerListRoute: ApiRoute = apiRoute({
  tag: "owners",
  method: "get",
  path: "/owners",
  summary:
    "List HubSpot's owners by name, with the users that they are, and then the users who are no owner",
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(ownerFilters).optional().meta({
      description: "active: owners who can be assigned. If left out, all.",
    }),
    records: z.enum(["count", "none"]).default("count").meta({
      description: "none: without counting records, which takes time.",
    }),
    q: z.string().max(200).default("").meta({
      description: "Part of a name or email.",
    }),
  }),
  answers: { 200: { description: "A page", schema: pageOf(ownerSchema) } },
  handle: async ({ inPortal, portalId, query }) => {
    const after = readCursor(position, query.cursor);
    const { results, next } = await inPortal(async (db) => {
      const { settings } = await readSettings(db, portalId);
      return listOwners(db, portalId, settings.owners, {
        state: query.state ?? null,
        search: query.q.trim(),
        limit: query.limit,
        after,
        counts: query.records === "count",
      });
    });
    return {
      status: 200,
      body: { results, next: next && writeCursor(next) },
    };
  },
});

const reassignRoute: ApiRoute = apiRoute({
  tag: "owners",
  method: "post",
  path: "/owners/reassign",
  summary:
    "Give all records of one owner to another, as one run for each type; HubSpot follows as usual",
  body: reassignInput,
  answers: {
    202: {
      description: "How many records each type has, and the runs to follow",
      schema: reassignedSchema,
    },
  },
  handle: async ({ inPortal, parts, portalId, actor, by, body }) => {
    const from = [body.from].flat();
    const { to, dryRun } = body;
    const results = await inPortal(async (db) => {
      const installation = await readInstallation(db, portalId);
      const { settings } = await readSettings(db, portalId);
      const types = ownedTypes.filter(
        ({ objectType }) =>
          (body.objectType === undefined || objectType === body.objectType) &&
          (installation === null ||
            refusalOfType(installation.types, objectType) === null),
      );
      for (const { objectType } of types) {
        const refusal =
          installation &&
          refusalToAssign(actor, objectType, installation.syncUser);
        if (refusal !== null) throw notPermitted(refusal);
      }
      if (from.includes(to))
        throw invalidInput(
          [{ path: "to", message: "must be another owner" }],
          "body",
        );
      const { idByEmail } = await loadOwners(db, portalId, settings.owners);
      if (own(idByEmail, to) === undefined)
        throw new Problem(
          409,
          "unknown_owner",
          `HubSpot has no active owner ${to}. Choose an owner who is active in HubSpot.`,
        );
      const counted = await countOwned(db, portalId, from, { types });
      const started = [];
      for (const { objectType, counts, atLeast } of counted) {
        const records = [...counts.values()].reduce((sum, n) => sum + n, 0);
        const isNeeded = !dryRun && (records > 0 || atLeast);
        if (isNeeded && installation !== null)
          requireRunning(installation, "push", objectType);
        const run = isNeeded
          ? await parts.engine.startRun(db, portalId, {
              kind: "push",
              objectType,
              mode: "selection",
              scope: { owner: { from, to } },
              manual: false,
              source: "api",
              requestedBy: by,
            })
          : null;
        started.push({
          objectType,
          records,
          atLeast,
          runId: run?.runId ?? null,
        });
      }
      return started;
    });
    return { status: 202, body: { results } };
  },
});

/** Who owns records, in the workspace and in HubSpot. */
export const ownerRoutes: readonly ApiRoute[] = [ownerListRoute, reassignRoute];
