import { sql } from "kysely";
import { z } from "zod";
import { readKeyHint } from "../../database/api-key.ts";
import type { Db } from "../../database/database.ts";
import { readVersion } from "../../settings/read-versions.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import {
  descriptorOf,
  listedTypes,
  parentKindsOf,
} from "../../settings/types/index.ts";
import { settingsWarnings } from "../../sync/installation/settings-warnings.ts";
import { installationSchema, showInstallation } from "../api/installation.ts";
import { cutFaults } from "../api/parse.ts";
import { timeSchema } from "../api/schemas.ts";
import type { Asker } from "../asker.ts";
import { refusalToSave } from "../../sync/people/pure/actor.ts";
import { checklistOf, checklistSchema } from "./checklist.ts";
import { readFirstPull } from "./first-pull.ts";

/** What a type is called, and what of it can be chosen. The page knows no type but by this. */
const typeSchema = z.object({
  type: z.enum(listedTypes),
  singular: z.string(),
  plural: z.string(),
  label: z.object({ singular: z.string(), plural: z.string() }),
  /** Has the switch `enabled`. */
  optional: z.boolean(),
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
      kind: z.enum(["text", "number"]),
    }),
  ),
  parents: z.array(
    z.object({
      singular: z.string(),
      /** Keys of the type's settings. */
      bring: z.string(),
      require: z.string(),
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
  /** Where an admin connects HubSpot, and what there is to read. */
  connectUrl: z.string(),
  helpUrl: z.string().nullable(),
  checklist: checklistSchema,
  /** How many objects the first pull has read; null unless it is in progress. `total` is null while it isn't known. */
  progress: z.object({ done: z.int(), total: z.int().nullable() }).nullable(),
  /** What HubSpot's properties don't allow of the saved settings. */
  warnings: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type SettingsPage = z.infer<typeof pageSchema>;

/** Returns the settings page of a portal for the person who looks at it. */
export async function settingsPage(
  db: Db,
  { portalId, user, actor, installation }: Asker,
  addresses: Pick<SettingsPage, "connectUrl" | "helpUrl">,
): Promise<SettingsPage> {
  const { version, settings } = await readSettings(db, portalId);
  const saved = await readVersion(db, portalId, version);
  const refusal = refusalToSave(actor, installation.syncUser);
  const key = await readKeyHint(db, portalId);
  const checklist = checklistOf(
    installation,
    settings,
    await hasPushed(db, portalId),
  );
  return {
    version,
    settings,
    savedAt: saved?.savedAt.toISOString() ?? null,
    savedBy: saved?.savedBy ?? null,
    canChange: refusal === null,
    whyNot: refusal && `${refusal.reason} ${refusal.remedy}`,
    user: user.email,
    types: listedTypes.map(typeOf),
    installation: await showInstallation(db, installation),
    connected: checklist.some(({ step, done }) => step === "connect" && done),
    apiKey: key && { hint: key.hint, madeAt: key.madeAt.toISOString() },
    ...addresses,
    checklist,
    progress:
      installation.state === "first-pull"
        ? await readFirstPull(db, portalId)
        : null,
    warnings: cutFaults(await settingsWarnings(db, portalId, settings)),
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

function typeOf(type: ObjectType): z.infer<typeof typeSchema> {
  const { names, hubspot, flows, identity, fields } = descriptorOf(type);
  return {
    type,
    singular: names.singular,
    plural: names.plural,
    label: { singular: names.label.singular, plural: names.label.plural },
    optional: !hubspot.required,
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
    parents: parentKindsOf(type).map(({ to, settings }) => ({
      singular: descriptorOf(to).names.singular,
      bring: settings.bring,
      require: settings.require,
    })),
  };
}
