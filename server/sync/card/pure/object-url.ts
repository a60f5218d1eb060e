import type { ObjectId } from "../../../settings/object-type.ts";
import { objectPage } from "../../values/object-page.ts";
import type { Look } from "../../preview/read-card.ts";

/** The address of an object's page in HubSpot. */
export const objectUrl = (look: Look, objectId: ObjectId): string =>
  objectPage(
    look.installation.account["uiDomain"],
    look.portalId,
    look.objectType,
    objectId,
  );
