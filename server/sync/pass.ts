import type { ObjectId, PortalId, RecordId } from "../settings/object-type.ts";
import { parentRules } from "../settings/parent-rules.ts";
import type { ParentKind } from "../settings/types/index.ts";
import { parentKindOf } from "../settings/types/index.ts";
import { noFence } from "../database/fence.ts";
import { apply } from "./apply/apply.ts";
import { brake } from "./brake/brake.ts";
import { isHeldBack, movementsOf, withoutWrites } from "./brake/judge.ts";
import { bringCompanies } from "./bring-companies.ts";
import { loadCompanyStanding, noStanding } from "./company-standing.ts";
import { loadStoredEdges } from "./contact-edges.ts";
import type { HubSpotEdges, LoadEdges } from "./contact-edges.ts";
import { decide } from "./decide.ts";
import type { Engine } from "./engine.ts";
import { gather } from "./gather.ts";
import type { Ask, StandingOf } from "./ask.ts";
import type { Gathered } from "./gather.ts";
import type { Rules, Trigger } from "./model.ts";
import type { PassInput, PassResult, RunPass } from "./pass-input.ts";
import { planEdges } from "./plan-edges.ts";
import type { PassItem, Planned } from "./plan.ts";
import type { StoredRecord } from "./stored-state.ts";

/** How often a batch, or what is left of it, is matched and decided anew. */
const rounds = 4;
const unsettledCodes = new Set(["exists_already", "moved_on"]);
const isUnsettled = ({ code }: PassItem): boolean => unsettledCodes.has(code);

/**
 * One batch through gather, assign, decide, apply and journal. Every flow is this. The companies that its contacts
 * bring along go through `runCompanies`, so that what stops one of them stops none of the contacts.
 */
export async function runPass(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  runCompanies: RunPass,
): Promise<PassResult> {
  const { objects, ...result } = await passRound(
    engine,
    portalId,
    input,
    runCompanies,
    { round: 1, hints: [], ended: [] },
  );
  await input.afterRead?.(objects);
  return result;
}

type RoundResult = PassResult & Pick<Gathered, "objects">;

async function passRound(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  runCompanies: RunPass,
  {
    round,
    hints,
    ended,
  }: {
    readonly round: number;
    readonly hints: readonly ObjectId[];
    /** What earlier rounds have brought to an end. */
    readonly ended: readonly PassItem[];
  },
): Promise<RoundResult> {
  const { gathered, planned } = await planRound(
    engine,
    portalId,
    input,
    hints,
    runCompanies,
  );
  await engine.checkpoint("decided");
  await input.after;
  const applied = await apply(engine, portalId, {
    objectType: input.objectType,
    rules: gathered.rules,
    stored: gathered.stored,
    planned,
    account: input.account,
    initiator: input.trigger.initiator,
    trigger: input.trigger,
    isSettled: input.isSettled ?? noneIsSettled,
    creationMode: gathered.rules.uniqueProperty ? "upsert" : "create",
    options: { priority: input.priority },
    hinted: new Set(hints),
    isLastRound: round === rounds,
    fence: input.fence,
    // Told of once, when the last of it has ended: a run is not done, nor its place moved on, before its counts are whole.
    finish: async (db, items) => {
      if (round < rounds && items.some(isUnsettled)) return;
      await input.finish?.(db, [...ended, ...items]);
    },
  });
  // A creation that met an existing object is matched with it; a pair that moved on meanwhile is decided anew. Both
  // are dirty, so that a death between the rounds loses neither.
  const recordIds = [
    ...applied.hints.keys(),
    ...applied.moved.flatMap(({ pair }) => pair.record?.id ?? []),
  ];
  // An object that was only about to be linked is asked for by its own id, or nothing would lead to it.
  const objectIds = applied.moved.flatMap(({ pair: { object, link } }) =>
    object !== null && link?.state !== "live" ? [object.id] : [],
  );
  const result = {
    items: applied.items,
    claimed: applied.claimed,
    objects: gathered.objects,
  };
  if (recordIds.length + objectIds.length === 0 || round === rounds)
    return result;
  const more = await passRound(
    engine,
    portalId,
    { ...input, recordIds, objectIds, objects: [] },
    runCompanies,
    {
      round: round + 1,
      hints: [...applied.hints.values()],
      ended: [...ended, ...applied.items.filter((item) => !isUnsettled(item))],
    },
  );
  return {
    ...result,
    claimed: [...applied.claimed, ...more.claimed],
    // The latest reading of each: what a first one still showed may have been overwritten by another lane since.
    objects: new Map([...result.objects, ...more.objects]),
    items: [
      ...result.items.filter((item) => !isUnsettled(item)),
      ...more.items,
    ],
  };
}

/** A round without apply: what is to happen next. Written is only what merges in HubSpot have settled, and companies. */
async function planRound(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  hints: readonly ObjectId[],
  runCompanies: RunPass,
): Promise<{ gathered: Gathered; planned: readonly Planned[] }> {
  const standing = standingFor(engine, portalId, input);
  const ask = askFor(input, input.trigger, hints);
  const gathered = await gather(engine, portalId, ask, standing);
  const planned = await brakeAll(
    engine,
    portalId,
    gathered,
    input,
    input.isSettled ?? noneIsSettled,
    planAll(gathered, input.trigger),
  );
  const kind = parentKindOf(input.objectType);
  if (kind === null) return { gathered, planned };

  const withLoader = {
    ...input,
    loadEdges: edgeLoader(engine, portalId, kind),
  };
  const edged = await planEdges(
    engine,
    portalId,
    kind,
    gathered.rules,
    withLoader,
    planned,
  );
  const brought = await bringCompanies(
    engine,
    portalId,
    kind,
    gathered.rules,
    input,
    edged,
    runCompanies,
  );
  if (!brought.any) return { gathered, planned: edged };
  // Companies were brought along: what stands of them, and which edges have two live ends, is another now.
  const records = planned.flatMap(({ pair }) => {
    const record =
      pair.record === null
        ? undefined
        : gathered.stored.records.get(pair.record.id);
    return record === undefined ? [] : [record];
  });
  const standingOf = await standing(records);
  const again = planned.map((before): Planned => {
    if (isHeldBack(before)) return before;
    const record =
      before.pair.record === null
        ? null
        : (gathered.stored.records.get(before.pair.record.id) ?? null);
    const pair = {
      ...before.pair,
      company: standingOf(record, before.object),
    };
    return {
      ...before,
      pair,
      decision: decide(gathered.rules, pair, input.trigger),
      ...(brought.pending.has(record?.companyId ?? "")
        ? { companyPending: true }
        : {}),
    };
  });
  return {
    gathered,
    planned: await planEdges(
      engine,
      portalId,
      kind,
      gathered.rules,
      withLoader,
      again,
    ),
  };
}

const edgeLoader =
  (engine: Engine, portalId: PortalId, kind: ParentKind): LoadEdges =>
  (contactIds, companyObjectIds) =>
    engine.database.inPortal(portalId, (db) =>
      loadStoredEdges(db, portalId, kind, contactIds, companyObjectIds),
    );

/** The same, asked once per list: for several plans of the same pairs. */
function edgesOnce(load: LoadEdges): LoadEdges {
  const loaded = new Map<string, ReturnType<LoadEdges>>();
  return (...ids) => {
    const key = JSON.stringify(ids);
    const found = loaded.get(key) ?? load(...ids);
    loaded.set(key, found);
    return found;
  };
}

/**
 * Returns what each of several triggers would make of the same pairs, in their order, with HubSpot and Postgres read
 * once; and the companies that the first one would create along with its contacts, which are not created. The first
 * trigger is the one whose look-ups are made, so one of the workspace's belongs first.
 */
export async function previewEach(
  engine: Engine,
  portalId: PortalId,
  input: Omit<PassInput, "trigger" | "account" | "fence" | "finish">,
  triggers: readonly [Trigger, ...Trigger[]],
): Promise<{
  gathered: Gathered;
  plans: readonly (readonly Planned[])[];
  companies: readonly RecordId[];
}> {
  const gathered = await gatherWhole(engine, portalId, input, triggers[0]);
  const plans: (readonly Planned[])[] = [];
  const kind = parentKindOf(input.objectType);
  const loadEdges =
    kind === null ? null : edgesOnce(edgeLoader(engine, portalId, kind));
  let { edges } = input;
  for (const trigger of triggers) {
    const plain = await brakeAll(
      engine,
      portalId,
      gathered,
      { objectType: input.objectType, trigger },
      () => true,
      planAll(gathered, trigger),
    );
    if (kind === null || loadEdges === null) {
      plans.push(plain);
      continue;
    }
    const edged = await planEdges(
      engine,
      portalId,
      kind,
      gathered.rules,
      { trigger, edges, loadEdges, priority: input.priority },
      plain,
    );
    const learned = new Map(
      edged.flatMap(({ pair, edges: theirs }) =>
        pair.object === null || theirs === null
          ? []
          : [[pair.object.id, theirs.hubspot] as const],
      ),
    );
    if (edges.kind !== "known" && learned.size > 0)
      edges = { kind: "known", byContact: learned };
    plans.push(edged);
  }
  return {
    gathered,
    plans,
    companies:
      kind === null
        ? []
        : await companiesToCreate(
            engine,
            portalId,
            kind,
            gathered.rules,
            { ...input, trigger: triggers[0] },
            plans[0] ?? [],
          ),
  };
}

/** Companies that HubSpot lacks and that a push of these contacts would create first. */
async function companiesToCreate(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  rules: Rules,
  input: Omit<PassInput, "account" | "fence" | "finish">,
  planned: readonly Planned[],
): Promise<readonly RecordId[]> {
  const companies: RecordId[] = [];
  const { bring: choice } = parentRules(rules.settings, kind);
  await bringCompanies(
    engine,
    portalId,
    kind,
    rules,
    {
      ...input,
      account: { source: "preview", by: "", runId: null },
      fence: noFence,
      companyWithContact: choice === "never" ? "never" : "if-missing",
    },
    planned,
    (_engine, _portalId, { recordIds = [] }) => {
      companies.push(...recordIds);
      return Promise.resolve({ items: [], claimed: [] });
    },
  );
  return companies;
}

/** Gathers for a preview, and again if a pair was linked meanwhile whose object was not asked for. */
async function gatherWhole(
  engine: Engine,
  portalId: PortalId,
  input: Omit<PassInput, "trigger" | "account" | "fence" | "finish">,
  trigger: Trigger,
): Promise<Gathered> {
  for (let round = 1; ; round++) {
    const gathered = await gather(
      engine,
      portalId,
      askFor(input, trigger, []),
      standingFor(engine, portalId, input),
    );
    if (
      round === rounds ||
      gathered.pairs.every(({ reading }) => reading !== "not-asked")
    )
      return gathered;
  }
}

const askFor = (
  input: Omit<PassInput, "trigger" | "account" | "fence">,
  trigger: Trigger,
  hints: readonly ObjectId[],
): Ask => ({
  objectType: input.objectType,
  recordIds: input.recordIds ?? [],
  objectIds: input.objectIds ?? [],
  objects: input.objects ?? [],
  deletedByEvent: input.deletedByEvent ?? new Set(),
  hints,
  trigger,
  priority: input.priority,
  signal: input.signal,
});

/** How the pass learns what stands of its contacts' companies. */
function standingFor(
  engine: Engine,
  portalId: PortalId,
  { objectType, edges }: Pick<PassInput, "objectType" | "edges">,
): (records: readonly StoredRecord[]) => Promise<StandingOf> {
  const kind = parentKindOf(objectType);
  if (kind === null) return () => Promise.resolve(noStanding);
  const byContact =
    edges.kind === "known"
      ? edges.byContact
      : new Map<ObjectId, HubSpotEdges>();
  const withCompany = new Set(
    [...byContact]
      .filter(([, theirs]) => theirs.edges.length > 0)
      .map(([id]) => id),
  );
  return (records) =>
    engine.database.inPortal(portalId, (db) =>
      loadCompanyStanding(db, portalId, kind, records, withCompany),
    );
}

const planAll = (gathered: Gathered, trigger: Trigger): Planned[] =>
  gathered.pairs.map((pair) => {
    const plan: Planned = {
      pair,
      decision: decide(gathered.rules, pair, trigger),
      edges: null,
      object:
        pair.object === null
          ? null
          : (gathered.objects.get(pair.object.id) ?? null),
    };
    return trigger.refused === true
      ? { ...plan, decision: withoutWrites(plan) }
      : plan;
  });

/** The brake's word on a batch, as it stands: apply judges again when it writes. */
const brakeAll = (
  engine: Engine,
  portalId: PortalId,
  { rules }: Gathered,
  { objectType, trigger }: Pick<PassInput, "objectType" | "trigger">,
  isSettled: NonNullable<PassInput["isSettled"]>,
  planned: readonly Planned[],
): Promise<Planned[]> =>
  planned.some(({ decision }) => movementsOf(decision).length > 0)
    ? engine.database.inPortal(portalId, (db) =>
        brake(
          db,
          portalId,
          { objectType, rules, trigger, isSettled },
          planned,
          false,
        ),
      )
    : Promise.resolve([...planned]);

const noneIsSettled = (): boolean => false;

/** A trigger for automatic work of a side. */
export const automatic = (initiator: Trigger["initiator"]): Trigger => ({
  initiator,
  manual: false,
  bypassConditions: false,
  retryParked: false,
});
