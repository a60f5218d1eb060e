import type { ObjectId } from "../../../settings/object-type.ts";
import { objectPage } from "../../values/object-page.ts";
import type { CardData } from "../../preview/read-card.ts";

/** The address of an object's page in HubSpot. */
export const objectUrl = (look: CardData, objectId: ObjectId): string =>
  objectPage(
    look.installation.account["uiDomain"],
    look.portalId,
    look.objectType,
    objectId,
  );
