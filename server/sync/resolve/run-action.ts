import { setTimeout as pause } from "node:timers/promises";
import { noFence } from "../../database/fence.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { BringChoice } from "../../settings/schema.ts";
import { parentKindsOf, primaryKindOf } from "../../settings/types/index.ts";
import { skipForbidden } from "../installation/capabilities.ts";
import type { Engine } from "../engine.ts";
import type { Trigger } from "../model.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import type { PassInput } from "../pass/pass-input.ts";
import { edgesOfKind } from "../decide/plan.ts";
import type { Account, PassItem } from "../decide/plan.ts";
import type { CardData, Reading } from "../preview/read-card.ts";

/** How long a person waits for a pair that another worker has claimed (DESIGN.md, attempts). */
const busyMs = 2_000;
const lookEveryMs = 200;

/**
 * Executes what was read, under a trigger. What was read isn't read again. `bring` is what a person has chosen for the
 * primary parent; absent: as the portal has chosen.
 */
export async function runAction(
  engine: Engine,
  portalId: PortalId,
  { objectType, reading }: CardData & { readonly reading: Reading },
  {
    trigger,
    account,
    bring,
  }: {
    readonly trigger: Trigger;
    readonly account: Account;
    readonly bring?: BringChoice | undefined;
  },
): Promise<PassItem | null> {
  const { pair, push, pull } = reading;
  const kind = primaryKindOf(objectType);
  const { object } = push;
  const edges = parentKindsOf(objectType).map(
    (kind) => edgesOfKind(push, kind) ?? edgesOfKind(pull, kind),
  );
  const input: PassInput = {
    objectType,
    ...(object === null
      ? { recordIds: pair.record === null ? [] : [pair.record.id] }
      : { objects: [object] }),
    edges:
      object === null || edges.includes(undefined)
        ? { kind: "read" }
        : {
            kind: "known",
            byKind: new Map(
              edges.flatMap((each) =>
                each === undefined
                  ? []
                  : [[each.kind.name, new Map([[object.id, each.hubspot]])]],
              ),
            ),
          },
    trigger,
    account,
    priority: "interactive",
    fence: noFence,
    ...(bring === undefined || kind === null
      ? {}
      : { bring: { [kind.name]: bring } }),
  };
  const { items } = await skipForbidden(
    engine,
    portalId,
    noFence,
    [
      `read:${objectType}`,
      ...(trigger.initiator === "workspace"
        ? ([`write:${objectType}`] as const)
        : []),
    ],
    () => runPassHalving(engine, portalId, input),
  );
  return (
    items.find(
      ({ recordId, objectId }) =>
        (recordId !== null && recordId === pair.record?.id) ||
        (objectId !== null && objectId === pair.object?.id),
    ) ??
    items[0] ??
    null
  );
}

/**
 * Tries until the pair is free, for two seconds. Each try reads the pair again, because the worker that had claimed it
 * changed it. Returns the last try's result.
 */
export async function retryWhileBusy<T>(
  engine: Engine,
  attempt: () => Promise<{ readonly busy: boolean; readonly answer: T }>,
): Promise<T> {
  const until = engine.now().getTime() + busyMs;
  for (;;) {
    const { busy, answer } = await attempt();
    if (!busy || engine.now().getTime() >= until) return answer;
    await pause(lookEveryMs);
  }
}
