import { z } from "zod";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { movementOf } from "../../sync/brake/entry.ts";
import type { HeldPart } from "../../sync/brake/parts.ts";
import { isHeldCode, itemAction } from "../../sync/brake/pure/wording.ts";
import { objectPage } from "../../sync/values/object-page.ts";
import { typeSchema } from "./schemas.ts";

/** One of the many changes that wait together, as the list of them shows it. */
export const heldItemSchema = z
  .object({
    objectType: typeSchema,
    recordId: z.guid().nullable(),
    hubspotId: z.string().nullable(),
    name: z.string().nullable(),
    url: z.string().nullable().meta({ description: "Its page in HubSpot." }),
    action: z.string().meta({
      description:
        "What an approval does to this object or record: `delete_in_workspace`, `delete_in_hubspot`, `create_in_…`, `update_in_…`; `none` if the entry has no changes.",
    }),
    state: z.enum(["open", "resolved"]),
    reason: z.string(),
  })
  .meta({ id: "HeldItem" });

interface HeldEntry {
  readonly object_type: ObjectType;
  readonly code: string;
  readonly initiator: "hubspot" | "workspace";
  readonly ui_domain: string | null;
}

export function heldItem(
  portalId: PortalId,
  { object_type, code, initiator, ui_domain }: HeldEntry,
  { recordId, objectId, name, state, cause }: HeldPart,
) {
  return {
    objectType: object_type,
    recordId,
    hubspotId: objectId,
    name,
    url:
      objectId === null
        ? null
        : objectPage(ui_domain, portalId, object_type, objectId),
    action: isHeldCode(code)
      ? itemAction(movementOf({ code, initiator }))
      : "none",
    state,
    reason: cause,
  };
}
