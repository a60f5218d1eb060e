import type { ObjectType } from "../../../settings/object-type.ts";
import {
  identityKeyOf,
  identityOf,
  objectIdentity,
} from "../../values/identity.ts";
import type { Attempt } from "../attempt.ts";
import { identityWritten } from "./identity-written.ts";

/** In which order a batch is written. */
export interface WriteOrder<Write> {
  /** Writes that depend on none of the others come first; each wave follows when the one before has ended. */
  readonly waves: readonly (readonly Write[])[];
  /** Cleared before the first wave, with the swap that each is part of: writes that wait for one another. */
  readonly cleared: ReadonlyMap<Write, readonly Write[]>;
}

type Orderable = Pick<Attempt, "operation" | "plan">;

/**
 * HubSpot gives an email to one contact at a time: the write that gives it up goes before the write that takes it. Where
 * contacts swap their emails, each would have to be first, so they are cleared before. All of them, because HubSpot may
 * keep the email that another one replaces as an additional one. Pure.
 */
export function orderWrites<Write extends Orderable>(
  type: ObjectType,
  writes: readonly Write[],
): WriteOrder<Write> {
  const givers = new Map<string, Write>();
  for (const write of writes) {
    const given = identityGivenUp(type, write);
    if (given !== null) givers.set(given, write);
  }
  const giverOf = new Map<Write, Write>();
  for (const write of writes) {
    const giver = givers.get(identityWritten(type, write.plan) ?? "");
    if (giver !== undefined && giver !== write) giverOf.set(write, giver);
  }
  // An identity that several objects can have, such as a domain, is refused to nobody: there is nothing to clear.
  const cleared = new Map(
    (identityKeyOf(type)?.unique === true ? cyclesIn(giverOf) : []).flatMap(
      (cycle) => cycle.map((write) => [write, cycle] as const),
    ),
  );
  const waves: Write[][] = [];
  const depths = new Map<Write, number>();
  for (const write of writes) {
    const depth = depthOf(write, giverOf, cleared, depths);
    (waves[depth] ??= []).push(write);
  }
  return {
    waves: Array.from(waves, (wave) => wave ?? []).filter(
      (wave) => wave.length > 0,
    ),
    cleared,
  };
}

/** The email or domain that HubSpot's object has now, and has no longer after this write; null without one. */
function identityGivenUp(
  type: ObjectType,
  { operation, plan }: Orderable,
): string | null {
  if (operation !== "update") return null;
  const { hubspot } = plan.decision;
  const key = identityKeyOf(type);
  const sent =
    hubspot.kind === "update" && key !== null
      ? hubspot.sent[key.property]
      : undefined;
  if (sent === undefined) return null;
  const now = objectIdentity(type, plan.pair.object?.properties ?? {});
  return now === identityOf(type, sent.h) ? null : now;
}

/** Each write has at most one giver, so that following them ends, or comes round. */
function cyclesIn<Write>(
  giverOf: ReadonlyMap<Write, Write>,
): (readonly Write[])[] {
  const cycles: Write[][] = [];
  const seen = new Set<Write>();
  for (const start of giverOf.keys()) {
    const path: Write[] = [];
    let at: Write | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.push(at);
      at = giverOf.get(at);
    }
    if (at !== undefined && path.includes(at))
      cycles.push(path.slice(path.indexOf(at)));
  }
  return cycles;
}

/** How many writes come before this one. What is cleared gives its email up before all of them. */
function depthOf<Write>(
  write: Write,
  giverOf: ReadonlyMap<Write, Write>,
  cleared: ReadonlyMap<Write, unknown>,
  known: Map<Write, number>,
): number {
  const chain: Write[] = [];
  let at: Write | undefined = write;
  while (at !== undefined && !known.has(at) && !chain.includes(at)) {
    chain.push(at);
    const giver: Write | undefined = giverOf.get(at);
    at = giver !== undefined && cleared.has(giver) ? undefined : giver;
  }
  let depth = at === undefined ? -1 : (known.get(at) ?? -1);
  for (const each of chain.toReversed()) known.set(each, ++depth);
  return known.get(write) ?? 0;
}
