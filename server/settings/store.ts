import { sql } from "kysely";
import { LRUCache } from "lru-cache";
import type { Db } from "../database/database.ts";
import { parseExactly } from "../database/json.ts";
import type { PortalId } from "./object-type.ts";
import type { Settings } from "./schema.ts";
import { defaultSettings, settingsSchema } from "./schema.ts";
import { upgraded } from "./upgrades.ts";

/** Letters of stored documents whose parsed form is kept; a usual document has 6,000. */
const KEPT_LETTERS = 2_000_000;

/** What a portal has chosen, under the version that a change must name. */
export type VersionedSettings = { version: number; settings: Settings };

export type SettingsWrite =
  | ({ ok: true } & VersionedSettings)
  | { ok: false; current: VersionedSettings };

/** Gives a portal its version 1, unless it has settings from an earlier installation. */
export async function createSettings(
  db: Db,
  portalId: PortalId,
  by: string,
): Promise<void> {
  await sql`
    insert into settings (portal_id, version, document, changed_by)
    select ${portalId}, 1, ${JSON.stringify(defaultSettings)}::jsonb, ${by}
    where not exists (select from settings where portal_id = ${portalId})
    on conflict do nothing`.execute(db);
}

/** The newest settings; a portal without any has the defaults, as version 0. */
export async function readSettings(
  db: Db,
  portalId: PortalId,
): Promise<VersionedSettings> {
  const row = await db
    .selectFrom("settings")
    .select(["version", sql<string>`document::text`.as("document")])
    .where("portal_id", "=", portalId)
    .orderBy("version", "desc")
    .limit(sql.lit(1))
    .executeTakeFirst();
  return row
    ? { version: row.version, settings: parseSettings(row.document) }
    : { version: 0, settings: defaultSettings };
}

/**
 * What documents say, by their text. Each turn and each card asks for the same few again and again, and to check one takes
 * half a millisecond. Whoever saves the same document in another portal shares it, so nobody may change it.
 */
const parsedTexts = new LRUCache<string, Settings>({
  maxSize: KEPT_LETTERS,
  sizeCalculation: (_settings, text) => text.length,
});

/** Returns what the text of a stored document says, and the defaults where a portal has none. */
export function parseSettings(text: string | null): Settings {
  if (text === null) return defaultSettings;
  const known = parsedTexts.get(text);
  if (known !== undefined) return known;
  const settings = frozen(parseStored(parseExactly(text)));
  parsedTexts.set(text, settings);
  return settings;
}

/** Freezes a value of JSON through and through. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null)
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** Returns a stored document of any age as one of today. */
export const parseStored = (document: unknown): Settings =>
  settingsSchema.parse(upgraded(document));

/** Stores a whole document as the version after `version`, if that is still the newest. */
export async function writeSettings(
  db: Db,
  portalId: PortalId,
  change: VersionedSettings,
  by: string,
): Promise<SettingsWrite> {
  const version = change.version + 1;
  const { rows } = await sql<{ version: number }>`
    insert into settings (portal_id, version, document, changed_by)
    select ${portalId}, ${version}, ${JSON.stringify(change.settings)}::jsonb, ${by}
    where ${change.version} = coalesce((select max(version) from settings where portal_id = ${portalId}), 0)
    on conflict do nothing
    returning version`.execute(db);
  return rows.length === 1
    ? { ok: true, version, settings: change.settings }
    : { ok: false, current: await readSettings(db, portalId) };
}
