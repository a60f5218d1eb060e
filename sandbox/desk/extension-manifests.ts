import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const TYPE_IDS: Readonly<Record<string, string>> = {
  contacts: "0-1",
  companies: "0-2",
  deals: "0-3",
};

const entrypoint = z.string().startsWith("/app/");

const cardSchema = z.object({
  uid: z.string(),
  type: z.literal("card"),
  config: z.object({
    name: z.string(),
    location: z.string(),
    entrypoint,
    objectTypes: z.array(z.string()),
  }),
});

const settingsSchema = z.object({
  uid: z.string(),
  type: z.literal("settings"),
  config: z.object({ entrypoint }),
});

/** What every extension of the HubSpot project has in its `*-hsmeta.json`. */
export type ExtensionManifest = {
  uid: string;
  /** Absolute path of the source file. */
  entryPoint: string;
};

/** A card of the HubSpot project: what HubSpot reads from its `*-hsmeta.json`. */
export type CardManifest = ExtensionManifest & {
  title: string;
  location: string;
  /** Object type ids ("0-1") of the records that show it. */
  objectTypeIds: string[];
};

/** The cards of a HubSpot project. `source` is its srcDir; a project without cards has none. */
export async function readCardManifests(
  source: string,
): Promise<CardManifest[]> {
  const manifests = await readManifests(join(source, "app", "cards"));
  return manifests.map((manifest) => {
    const { uid, config } = cardSchema.parse(manifest);
    return {
      uid,
      title: config.name,
      location: config.location,
      entryPoint: join(source, config.entrypoint),
      objectTypeIds: config.objectTypes.map(
        (type) => TYPE_IDS[type.toLowerCase()] ?? type,
      ),
    };
  });
}

/** The settings page of a HubSpot project, which has at most one; null if it has none. */
export async function readSettingsManifest(
  source: string,
): Promise<ExtensionManifest | null> {
  const [manifest, ...more] = await readManifests(
    join(source, "app", "settings"),
  );
  if (more.length > 0)
    throw new Error("HubSpot allows only one settings component.");
  if (manifest === undefined) return null;
  const { uid, config } = settingsSchema.parse(manifest);
  return { uid, entryPoint: join(source, config.entrypoint) };
}

/** The manifests of a folder, in the order of their file names; none if there is no such folder. */
async function readManifests(folder: string): Promise<unknown[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names
      .filter((name) => name.endsWith("-hsmeta.json"))
      .toSorted()
      .map(async (name): Promise<unknown> =>
        JSON.parse(await readFile(join(folder, name), "utf8")),
      ),
  );
}
