import { sql } from "kysely";
import { z } from "zod";
import { readKeyHint } from "../../database/api-key.ts";
import type { Db } from "../../database/database.ts";
import { readVersion } from "../../settings/read-versions.ts";
import { missingScopesOf } from "../../settings/enabled-types.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { standardKinds } from "../../settings/types/descriptor.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import {
  descriptorOf,
  listedTypes,
  parentKindsOf,
} from "../../settings/types/index.ts";
import { readSteps } from "../../sync/installation/setup-steps.ts";
import { listDrift } from "../../sync/installation/list-drift.ts";
import { choiceWarnings } from "../../sync/installation/settings-warnings.ts";
import { runningMappingRuns } from "../../sync/installation/apply-mappings.ts";
import { installationSchema, showInstallation } from "../api/installation.ts";
import { cutFaults } from "../api/parse.ts";
import { timeSchema } from "../api/schemas.ts";
import type { Asker } from "../asker.ts";
import { scopeInWords } from "../oauth/scope-words.ts";
import { connectAddress } from "../oauth/scopes.ts";
import { USERS_SCOPE } from "../super-admins.ts";
import { refusalToSave } from "../../sync/people/pure/actor.ts";
import { checklistOf, checklistSchema } from "./checklist.ts";
import { readFirstPull, readPullsOfTypes } from "./first-pull.ts";
import type { FirstPull } from "./first-pull.ts";

/** What a type is called, and what of it can be chosen. The page knows no type but by this. */
const typeSchema = z.object({
  type: z.enum(listedTypes),
  singular: z.string(),
  plural: z.string(),
  /** The part of the address below which its fields are. */
  route: z.string(),
  label: z.object({ singular: z.string(), plural: z.string() }),
  /** Has the switch `enabled`. */
  optional: z.boolean(),
  /** Whether it is switched on and HubSpot has granted what it needs. */
  synced: z.boolean(),
  /** What HubSpot hasn't granted of what syncing it needs, in words; connecting again asks for it. */
  missing: z.array(z.string()),
  /** How many objects the pull has read that follows its switch, while it runs; `total` is null while it isn't known. */
  pulling: z.object({ done: z.int(), total: z.int().nullable() }).nullable(),
  /** HubSpot keeps its objects in pipelines. */
  pipelines: z.boolean(),
  pulls: z.boolean(),
  pushes: z.boolean(),
  deletes: z.boolean(),
  merges: z.boolean(),
  /** The field that tells what is the same on both sides: its mapping stays. */
  identityField: z.string().nullable(),
  fields: z.array(
    z.object({
      field: z.string(),
      label: z.string(),
      kind: z.enum(standardKinds),
    }),
  ),
  parents: z.array(
    z.object({
      singular: z.string(),
      plural: z.string(),
      /** Keys of the type's settings. */
      bring: z.string(),
      require: z.string(),
      /** Where an account sets that HubSpot creates parents by itself (AP-119); null if it never does. */
      createdByHubSpot: z
        .object({ setting: z.string(), place: z.string() })
        .nullable(),
    }),
  ),
});

/** Everything that the settings page shows when it opens, but for lists that it fetches when they are looked at. */
export const pageSchema = z.object({
  version: z.int(),
  settings: settingsSchema,
  savedAt: timeSchema.nullable(),
  savedBy: z.string().nullable(),
  canChange: z.boolean(),
  /** Why not, in a sentence. */
  whyNot: z.string().nullable(),
  user: z.string(),
  types: z.array(typeSchema),
  installation: installationSchema,
  /** Whether HubSpot can be called: false until someone connects again. */
  connected: z.boolean(),
  /** The last characters of the API key in use, and when it was made; null if it is older than these are kept. */
  apiKey: z.object({ hint: z.string(), madeAt: timeSchema }).nullable(),
  /** Whether HubSpot says who is a super admin, who may change settings; and where an admin grants that. */
  superAdmins: z.object({ known: z.boolean(), askUrl: z.string() }),
  /** Where an admin connects HubSpot, and what there is to read. */
  connectUrl: z.string(),
  helpUrl: z.string().nullable(),
  checklist: checklistSchema,
  /** How many objects the first pull has read; null unless it is in progress. `total` is null while it isn't known. */
  progress: z.object({ done: z.int(), total: z.int().nullable() }).nullable(),
  /** What HubSpot doesn't allow of the saved settings, beside drift. */
  warnings: z.array(z.object({ path: z.string(), message: z.string() })),
  /** What of the saved mappings no longer fits HubSpot, as last found; the first of them. */
  drift: z.object({
    count: z.int(),
    results: z.array(
      z.object({
        objectType: z.enum(listedTypes),
        field: z.string(),
        code: z.string(),
        cause: z.string(),
        fix: z.string(),
        records: z.int(),
        since: timeSchema,
      }),
    ),
  }),
  /** Runs in progress that apply saved mappings to existing records. */
  applying: z.array(
    z.object({ objectType: z.enum(listedTypes), runId: z.guid() }),
  ),
});
export type SettingsPage = z.infer<typeof pageSchema>;

/** Returns the settings page of a portal for the person who looks at it. */
export async function settingsPage(
  db: Db,
  { portalId, user, actor, installation }: Asker,
  {
    publicUrl,
    helpUrl,
  }: { readonly publicUrl: string; readonly helpUrl: string },
): Promise<SettingsPage> {
  const { version, settings } = await readSettings(db, portalId);
  const saved = await readVersion(db, portalId, version);
  const refusal = refusalToSave(actor, installation.syncUser);
  const key = await readKeyHint(db, portalId);
  const checklist = checklistOf(
    installation,
    settings,
    await hasPushed(db, portalId),
    await readSteps(db, portalId),
    helpUrl,
  );
  // The set-up's own first pull has one progress for all types.
  const pulling =
    installation.state === "active"
      ? await readPullsOfTypes(db, portalId)
      : new Map<ObjectType, FirstPull>();
  return {
    version,
    settings,
    savedAt: saved?.savedAt.toISOString() ?? null,
    savedBy: saved?.savedBy ?? null,
    canChange: refusal === null,
    whyNot: refusal && `${refusal.reason} ${refusal.remedy}`,
    user: user.email,
    types: listedTypes.map((type) => typeOf(type, installation, pulling)),
    installation: await showInstallation(db, installation),
    connected: checklist.some(({ step, done }) => step === "connect" && done),
    apiKey: key && { hint: key.hint, madeAt: key.madeAt.toISOString() },
    superAdmins: {
      known: installation.scopes.includes(USERS_SCOPE),
      askUrl: connectAddress(publicUrl, installation.scopes, USERS_SCOPE),
    },
    connectUrl: connectAddress(publicUrl, installation.scopes),
    helpUrl,
    checklist,
    progress:
      installation.state === "first-pull"
        ? await readFirstPull(db, portalId)
        : null,
    warnings: cutFaults(await choiceWarnings(db, portalId, settings)),
    drift: await driftOf(db, portalId),
    applying: await runningMappingRuns(db, portalId),
  };
}

async function driftOf(
  db: Db,
  portalId: PortalId,
): Promise<SettingsPage["drift"]> {
  const { count, results } = await listDrift(db, portalId);
  return {
    count,
    results: results.map(({ since, ...finding }) => ({
      ...finding,
      since: since.toISOString(),
    })),
  };
}

/** Whether anything was ever written to HubSpot, by whichever way. */
async function hasPushed(db: Db, portalId: PortalId): Promise<boolean> {
  const row = await db
    .selectFrom("link")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("pushed_at", "is not", null)
    .limit(sql.lit(1))
    .executeTakeFirst();
  return row !== undefined;
}

function typeOf(
  type: ObjectType,
  { types, scopes, state, firstPullEnded }: Asker["installation"],
  pulling: ReadonlyMap<ObjectType, FirstPull>,
): z.infer<typeof typeSchema> {
  const { names, hubspot, flows, identity, fields } = descriptorOf(type);
  return {
    type,
    singular: names.singular,
    plural: names.plural,
    route: names.route,
    label: { singular: names.label.singular, plural: names.label.plural },
    optional: !hubspot.required,
    synced: types.enabled.includes(type),
    missing: missingScopesOf({ hubspot }, scopes).map(scopeInWords),
    pulling:
      pulling.get(type) ??
      // Before its run starts, it is prepared.
      (state === "active" &&
      types.enabled.includes(type) &&
      firstPullEnded[type] === undefined
        ? { done: 0, total: null }
        : null),
    pipelines: hubspot.pipelines !== undefined,
    pulls: flows.pull,
    pushes: flows.push,
    deletes: flows.delete,
    merges: flows.merge,
    identityField: identity?.field ?? null,
    fields: Object.entries(fields).map(([field, { label, kind }]) => ({
      field,
      label,
      kind,
    })),
    parents: parentKindsOf(type).map(({ to, settings, createdByHubSpot }) => ({
      singular: descriptorOf(to).names.singular,
      plural: descriptorOf(to).names.plural,
      bring: settings.bring,
      require: settings.require,
      createdByHubSpot: createdByHubSpot ?? null,
    })),
  };
}
