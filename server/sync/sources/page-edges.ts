import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { Engine } from "../engine.ts";
import type { KnownEdges } from "../associations/plan-edges.ts";
import type { HubSpotEdges } from "../decide/plan.ts";

/**
 * The parents of the objects of a listed page, as the page brought them along: ids, and the primary one from the
 * object's own property. Lists that HubSpot cut short, or that don't tell which parent is the primary one, are read
 * whole, where that is allowed; otherwise they are left out.
 */
export async function edgesOfPage(
  engine: Engine,
  portalId: PortalId,
  kinds: readonly ParentKind[],
  objects: readonly HubSpotObject[],
  mayRead: (kind: ParentKind) => boolean,
): Promise<KnownEdges> {
  const byKind = new Map<string, ReadonlyMap<ObjectId, HubSpotEdges>>();
  for (const kind of kinds) {
    const byChild = new Map<ObjectId, HubSpotEdges>();
    const unknown: ObjectId[] = [];
    for (const object of objects) {
      const edges = edgesInRow(kind, object);
      if (edges === null) unknown.push(object.id);
      else byChild.set(object.id, edges);
    }
    if (unknown.length > 0 && mayRead(kind)) {
      const read = await engine.hubspot
        .portal(portalId)
        .readAssociations(kind, unknown, { priority: "bulk" });
      for (const [id, edges] of read) byChild.set(id, edges);
    }
    byKind.set(kind.name, byChild);
  }
  return byKind;
}

/** Null: the row does not tell all of it. */
function edgesInRow(
  { name, primary }: ParentKind,
  { parents, properties }: HubSpotObject,
): HubSpotEdges | null {
  const listed = parents?.[name];
  if (listed?.complete !== true) return null;
  if (primary !== null && primary.property === null && listed.ids.length > 0)
    return null;
  const primaryId =
    primary === null ? null : (properties[primary.property ?? ""] ?? null);
  return {
    complete: true,
    labelled: false,
    edges: listed.ids.map((toId) => ({
      toId,
      primary: toId === primaryId,
      labels: [],
    })),
  };
}
