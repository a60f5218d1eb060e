import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { sourceFault } from "../decide/source.ts";
import type { SourceFault } from "../decide/source.ts";
import { own } from "../values/value.ts";
import { hasDefinitions, loadPropertyDefinitions } from "./definitions.ts";
import type { SettingsWarning } from "./pure/settings-warning.ts";

/** A source that HubSpot's definitions, as last read, speak against. */
export type MisfitSource = { readonly type: ObjectType } & SourceFault;

/** Returns the sources of a document that don't fit. Nothing is said of a type whose definitions were never read. */
export async function misfitSources(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<MisfitSource[]> {
  const misfits: MisfitSource[] = [];
  for (const type of listedTypes) {
    const fault = await faultOfType(db, portalId, type, settings);
    if (fault !== null) misfits.push({ type, ...fault });
  }
  return misfits;
}

async function faultOfType(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<SourceFault | null> {
  const { source = null } = settings[type];
  if (source === null || !(await hasDefinitions(db, portalId, type)))
    return null;
  const { property } = source;
  const definition = own(
    await loadPropertyDefinitions(db, portalId, type, [property]),
    property,
  );
  return definition === undefined
    ? {
        place: "property",
        message: `HubSpot has no property ${property}. Create it in HubSpot, or choose another one.`,
      }
    : sourceFault(source, settings.productName, definition);
}

/**
 * Returns the places of sources that can't be saved: those that don't fit and that the save would choose. One that is
 * stored already may have fitted when it was chosen; it's a warning, so that everything else can be saved.
 */
export async function newMisfitSources(
  db: Db,
  portalId: PortalId,
  before: Settings,
  after: Settings,
): Promise<SettingsWarning[]> {
  const misfits = await misfitSources(db, portalId, after);
  return misfits
    .filter(({ type }) => sentAs(before, type) !== sentAs(after, type))
    .map(sourcePlace);
}

/** A source as creations would send it. */
const sentAs = (settings: Settings, type: ObjectType): string => {
  const { source = null } = settings[type];
  return JSON.stringify(
    source && [source.property, source.value ?? [settings.productName]],
  );
};

/** The place of a misfit in a document of settings. */
export const sourcePlace = ({
  type,
  place,
  message,
}: MisfitSource): SettingsWarning => ({
  path: [type, "source", place],
  message,
});
