import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const TYPE_IDS: Readonly<Record<string, string>> = {
  contacts: "0-1",
  companies: "0-2",
  deals: "0-3",
};

const manifestSchema = z.object({
  uid: z.string(),
  type: z.literal("card"),
  config: z.object({
    name: z.string(),
    location: z.string(),
    entrypoint: z.string().startsWith("/app/"),
    objectTypes: z.array(z.string()),
  }),
});

/** A card of the HubSpot project: what HubSpot reads from its `*-hsmeta.json`. */
export type CardManifest = {
  uid: string;
  title: string;
  location: string;
  /** Absolute path of the source file. */
  entryPoint: string;
  /** Object type ids ("0-1") of the records that show it. */
  objectTypeIds: string[];
};

/** The cards of a HubSpot project. `source` is its srcDir; a project without cards has none. */
export async function readCardManifests(
  source: string,
): Promise<CardManifest[]> {
  const folder = join(source, "app", "cards");
  const names = await readdir(folder).catch(() => []);
  const files = names
    .filter((name) => name.endsWith("-hsmeta.json"))
    .toSorted();
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(join(folder, name), "utf8");
      const { uid, config } = manifestSchema.parse(JSON.parse(text));
      return {
        uid,
        title: config.name,
        location: config.location,
        entryPoint: join(source, config.entrypoint),
        objectTypeIds: config.objectTypes.map(
          (type) => TYPE_IDS[type.toLowerCase()] ?? type,
        ),
      };
    }),
  );
}
