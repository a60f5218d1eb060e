import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { HubSpotEdges } from "../contact-edges.ts";
import type { Engine } from "../engine.ts";
import type { Rules } from "../model.ts";
import type { EdgeReading } from "../plan-edges.ts";

/**
 * The companies of the contacts of a listed page, as the page brought them along: ids, and the primary one from the
 * contact's own property. Lists that HubSpot cut short are read whole, where that is allowed.
 */
export async function edgesOfPage(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  rules: Rules,
  objects: readonly HubSpotObject[],
): Promise<EdgeReading> {
  const byContact = new Map<ObjectId, HubSpotEdges>();
  const cut: ObjectId[] = [];
  for (const object of objects) {
    const { parents } = object;
    if (parents?.complete === true) {
      byContact.set(object.id, {
        complete: true,
        labelled: false,
        edges: parents.ids.map((toId) => ({
          toId,
          primary: object.properties[kind.primary.property] === toId,
          labels: [],
        })),
      });
    } else cut.push(object.id);
  }
  if (cut.length > 0 && rules.missing?.edges.read !== true) {
    const read = await engine.hubspot
      .portal(portalId)
      .readAssociations(kind, cut, { priority: "bulk" });
    for (const [id, edges] of read) byContact.set(id, edges);
  }
  return { kind: "known", byContact };
}
