import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { inProductWords } from "./product-words.ts";

/** Returns what is read in a portal, with the product's name in its sentences. */
export async function readInWords(
  { database }: Pick<HttpDependencies, "database">,
  portalId: PortalId,
  read: (db: Db) => Promise<unknown>,
): Promise<unknown> {
  const [found, { settings }] = await database.inPortal(
    portalId,
    async (db) => [await read(db), await readSettings(db, portalId)],
  );
  return inProductWords(found, settings.productName);
}
