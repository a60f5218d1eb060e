import { chunksOf } from "../../hubspot/chunks.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { decide } from "../decide/decide.ts";
import { automatic } from "../decide/triggers.ts";
import type { Engine } from "../engine.ts";
import type { Pair, Rules, Trigger } from "../model.ts";
import type { BatchRequest } from "../pairs/batch-request.ts";
import { gather } from "../pairs/gather.ts";
import type { Gathered } from "../pairs/gather.ts";
import { PassTooLarge } from "../pairs/pass-bytes.ts";
import { parentStatusLoader } from "./parent-status.ts";
import { askFor } from "./plan-batch.ts";
import { parentsInPass, pullableParents } from "./pullable-parents.ts";
import type { PassInput } from "./pass-input.ts";

/** More parents of a batch than these are only asked about by the pass itself: a preview assumes that the rest will come. */
const mostAsked = 3 * parentsInPass;

type Tried = Pick<PassInput, "objectType" | "priority" | "signal"> &
  Pick<BatchRequest, "trial">;

/**
 * Returns the pairs of a preview with what a pull would make of the parents of new objects, where the portal requires
 * synced ones (BN-111). A pass learns that by pulling them; a preview reads and decides, and pulls none.
 */
export async function tryParents(
  engine: Engine,
  portalId: PortalId,
  input: Tried,
  { rules, pairs }: Pick<Gathered, "rules" | "pairs">,
): Promise<readonly Pair[]> {
  let tried = pairs;
  for (const kind of parentKindsOf(input.objectType)) {
    const lacking = pairs.flatMap((pair) => lackedBy(rules, kind, pair));
    if (lacking.length === 0) continue;
    // A pass that isn't allowed to read parents brings none.
    const mayCome: ReadonlySet<ObjectId> =
      rules.missing?.parents[kind.name]?.read === true
        ? new Set()
        : await parentsThatMayCome(engine, portalId, {
            ...input,
            objectType: kind.to,
            objectIds: lacking,
          });
    tried = tried.map((pair) => ({
      ...pair,
      parents: pair.parents.map((parent) =>
        parent.kind.name === kind.name &&
        parent.unlinked?.some((id) => mayCome.has(id)) === false
          ? { ...parent, tried: true }
          : parent,
      ),
    }));
  }
  return tried;
}

const lackedBy = (
  { settings }: Rules,
  kind: ParentKind,
  { record, parents }: Pair,
): readonly ObjectId[] =>
  record === null && parentRules(settings, kind).require
    ? parents.flatMap((parent) =>
        parent.kind.name === kind.name ? (parent.unlinked ?? []) : [],
      )
    : [];

type Parents = Tried & { readonly objectIds: readonly ObjectId[] };

/** Which of some parents a pull of their children would link, and those that weren't asked about. */
async function parentsThatMayCome(
  engine: Engine,
  portalId: PortalId,
  input: Parents,
): Promise<ReadonlySet<ObjectId>> {
  const pullable = await engine.database.inPortal(portalId, (db) =>
    pullableParents(db, portalId, input.objectType, input.objectIds),
  );
  const may = new Set(pullable.slice(mostAsked));
  for (const objectIds of chunksOf(pullable.slice(0, mostAsked), parentsInPass))
    for (const id of await parentsToCome(engine, portalId, {
      ...input,
      objectIds,
    }).catch(unlessTooLarge(objectIds)))
      may.add(id);
  return may;
}

/** A pass halves a batch with too many values; a preview assumes that its parents will come. */
const unlessTooLarge =
  (ids: readonly ObjectId[]) =>
  (error: unknown): readonly ObjectId[] => {
    if (error instanceof PassTooLarge) return ids;
    throw error;
  };

/** Which of some objects a pull would link. Their own parents are asked about first. */
async function parentsToCome(
  engine: Engine,
  portalId: PortalId,
  input: Parents,
): Promise<readonly ObjectId[]> {
  // Sync now brings parents along although automatic pull is off. Automatic sync stops before it asks for parents.
  const trigger: Trigger = { ...automatic("hubspot"), opens: "hubspot" };
  const edges = { kind: "if-moved" } as const;
  const gathered = await gather(
    engine,
    portalId,
    { ...askFor({ ...input, edges }, trigger, []), trial: input.trial },
    parentStatusLoader(engine, portalId, { ...input, edges }),
  );
  const pairs = await tryParents(engine, portalId, input, gathered);
  return pairs.flatMap((pair) => {
    const { link } = decide(gathered.rules, pair, trigger);
    return pair.object !== null &&
      (link.kind === "create" || link.kind === "revive")
      ? [pair.object.id]
      : [];
  });
}
