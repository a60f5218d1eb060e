import { setImmediate as nextTurn } from "node:timers/promises";
import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { Settings } from "../../settings/schema.ts";
import {
  childKindsOf,
  listedTypes,
  objectTypes,
  parentKindsOf,
} from "../../settings/types/index.ts";
import { loadParentsHere } from "../associations/parents-here.ts";
import { decide } from "../decide/decide.ts";
import { creationReason } from "../decide/decide-create-object.ts";
import { conditionFields } from "../decide/conditions.ts";
import { automatic, manualTrigger, startedBy } from "../decide/triggers.ts";
import {
  loadOwners,
  loadPropertyDefinitions,
} from "../installation/definitions.ts";
import { loadSyncUser } from "../installation/load-sync-user.ts";
import { OWNER_REASSIGNED } from "../journal/journal.ts";
import type {
  Base,
  Initiator,
  Properties,
  Rules,
  SyncUser,
  Trigger,
} from "../model.ts";
import { personNamed } from "../people/pure/actor.ts";
import type { StartedRun } from "../sources/pure/run-trigger.ts";
import { triggerOf } from "../sources/pure/run-trigger.ts";
import { canonicalEmail } from "../values/identity.ts";
import { nameOf } from "../values/shown-text.ts";
import { differenceOf, isRepeated } from "./pure/compare-decisions.ts";
import type { PastLine, Standing } from "./pure/past-line.ts";
import { before, movedBy } from "./pure/past-line.ts";
import { pastPair } from "./pure/past-pair.ts";

/** What the journal tells of some hours, decided again under other settings. */

export interface Replay {
  /** Changes that were replayed: creations, updates, links, deletions, and ended links. */
  readonly changes: number;
  readonly changedDifferently: number;
  /** Records that a rule had left out, each once. */
  readonly leftOut: number;
  /** Of these, those that would not have been left out, or for another reason. */
  readonly leftOutDifferently: number;
  /** Of which the journal doesn't say enough: merges, objects that were left out, and what came of earlier settings. */
  readonly notReplayed: number;
  /** There is more than was read. */
  readonly atLeast: boolean;
  /** The newest of what would have gone differently. */
  readonly examples: readonly ReplayExample[];
}

export interface ReplayExample {
  readonly journalId: string;
  readonly at: Date;
  readonly objectType: ObjectType;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly name: string;
  /** What was done, and why. */
  readonly was: string;
  /** What the other settings would have done, and why. */
  readonly wouldBe: string;
}

interface Change {
  readonly before: Settings;
  readonly after: Settings;
}

/** Lines read at a time: with the values of each line and of its record. */
const PAGE = 200;
/**
 * Lines that are read of a portal. 1,000 of contacts with 14 mappings take some 160 ms of this process and as much of the
 * database's; 20,000 took 6.5 s on a machine with two busy processors.
 */
const MOST_LINES = 20_000;
/** No further page is read after so many milliseconds: HubSpot ends a request of the settings page after 15 s. */
const LONGEST_MS = 8_000;
/** Lines that are decided before other requests get their turn. */
const AT_ONCE = 20;
/** A line with more is not replayed: a page is kept in memory whole. */
const MOST_BYTES = 65_536;
const MOST_EXAMPLES = 25;

/** What decisions do: other lines tell of what no setting governs. */
const decided = ["created", "updated", "linked", "deleted", "unlinked"];

/**
 * Returns what of the last hours would have gone differently under `after` instead of `before`, the settings that are
 * saved. Each line of the journal is decided twice by the engine's own decide, on the pair as the journal tells it. Reads
 * the newest lines first; nothing is written, and HubSpot isn't asked.
 */
export async function replay(
  db: Db,
  portalId: PortalId,
  { before: saved, after: other }: Change,
  {
    hours,
    mostLines = MOST_LINES,
    longestMs = LONGEST_MS,
  }: { hours: number; mostLines?: number; longestMs?: number },
): Promise<Replay> {
  const begunAt = performance.now();
  const isLate = () => performance.now() - begunAt > longestMs;
  const { email } = await loadSyncUser(db, portalId);
  // What that user may do is no matter of the settings.
  const syncUser = { email: canonicalEmail(email), mayAssignOwner: true };
  const rules = {
    was: await rulesOf(db, portalId, saved, { syncUser, also: other }),
    would: await rulesOf(db, portalId, other, { syncUser, also: saved }),
  };
  const tally = new Tally(rules);
  let read = 0;
  let last: string | null = null;
  // Of each page, a few lines are decided at a time, so that requests of others are answered in between.
  let page: readonly PastLine[] = [];
  do {
    const limit = Math.min(PAGE, mostLines - read);
    page = await loadLines(db, portalId, { hours, below: last, limit });
    read += page.length;
    last = page.at(-1)?.id ?? last;
    const standing = await loadStanding(db, portalId, rules, page);
    for (const [place, line] of page.entries()) {
      if (place % AT_ONCE === 0) await nextTurn();
      tally.add(line, standing.get(line.recordId ?? ""));
    }
  } while (page.length === PAGE && read < mostLines && !isLate());
  return {
    ...tally.result,
    atLeast: page.length === PAGE || read >= mostLines,
  };
}

type ByType = Readonly<Record<ObjectType, Rules>>;

/** The rules of each type under a document. What was done was allowed then, whatever is missing now. */
async function rulesOf(
  db: Db,
  portalId: PortalId,
  settings: Settings,
  { also, syncUser }: { also: Settings; syncUser: SyncUser },
): Promise<ByType> {
  const owners = await loadOwners(db, portalId, settings.owners);
  const byType: Partial<Record<ObjectType, Rules>> = {};
  for (const type of listedTypes) {
    const properties = [settings, also].flatMap((one) =>
      one[type].mappings.map(({ property }) => property),
    );
    byType[type] = {
      settings,
      owners,
      syncUser,
      definitions: await loadPropertyDefinitions(
        db,
        portalId,
        type,
        properties,
      ),
      mayCreateObjects: true,
      uniqueProperty: true,
    };
  }
  return byType as ByType;
}

/** Counts lines, newest first, and goes back in time with each record as its lines tell it. */
class Tally {
  readonly #rules: { readonly was: ByType; readonly would: ByType };
  /** What both sides had after the next line of a record; null: its lines can't be told any further back. */
  readonly #standing = new Map<string, Standing | null>();
  readonly #counts = {
    changes: 0,
    changedDifferently: 0,
    leftOut: 0,
    leftOutDifferently: 0,
    notReplayed: 0,
  };
  readonly #examples: ReplayExample[] = [];

  constructor(rules: { readonly was: ByType; readonly would: ByType }) {
    this.#rules = rules;
  }

  get result(): Omit<Replay, "atLeast"> {
    return { ...this.#counts, examples: this.#examples };
  }

  /** @param now what both sides have of the line's record, where there is one */
  add(line: PastLine, now: Standing | undefined): void {
    const isLeftOut = line.action === "skipped";
    const key = line.recordId ?? `${line.objectType} ${line.objectId}`;
    const isFirst = !this.#standing.has(key);
    // A record that was left out for one reason after the other is one record.
    if (isLeftOut && !isFirst) return;
    const after = isFirst ? now : this.#standing.get(key);
    const moved = movedBy(this.#rules.was[line.objectType], line);
    if (after === undefined || after === null || moved === null) {
      this.#standing.set(key, null);
      this.#counts.notReplayed++;
      return;
    }
    const earlier = before(after, moved);
    this.#standing.set(key, earlier);
    const wouldBe = this.#decidedTwice(line, { moved, before: earlier });
    if (wouldBe === undefined) {
      this.#counts.notReplayed++;
      return;
    }
    this.#counts[isLeftOut ? "leftOut" : "changes"]++;
    if (wouldBe === null) return;
    this.#counts[isLeftOut ? "leftOutDifferently" : "changedDifferently"]++;
    if (this.#examples.length < MOST_EXAMPLES)
      this.#examples.push({
        journalId: line.id,
        at: line.at,
        objectType: line.objectType,
        recordId: line.recordId,
        objectId: line.objectId,
        name: nameOf(after.record, line.recordId ?? line.objectId ?? ""),
        was: line.reason,
        wouldBe,
      });
  }

  /** What the other settings would have led to; null: the same; undefined: the line can't be replayed. */
  #decidedTwice(
    line: PastLine,
    past: Omit<Parameters<typeof pastPair>[1], "line">,
  ): string | null | undefined {
    const facts = { line, ...past };
    const was = this.#rules.was[line.objectType];
    const would = this.#rules.would[line.objectType];
    const [one, other] = [pastPair(was, facts), pastPair(would, facts)];
    if (one === null || other === null) return undefined;
    const both = {
      line,
      moved: past.moved,
      was: decide(was, one, line.trigger),
      would: decide(would, other, line.trigger),
    };
    if (!isRepeated(both)) return undefined;
    return notBrought(would.settings, line) ?? differenceOf(would, both);
  }
}

/** A parent that was created for the sake of a child, where the child wouldn't bring it. */
function notBrought(settings: Settings, { trigger, objectType }: PastLine) {
  if (trigger.pushedWith === undefined) return null;
  const brings = childKindsOf(objectType).some(
    (kind) =>
      kind.from === trigger.pushedWith &&
      parentRules(settings, kind).bring !== "never",
  );
  return brings
    ? null
    : `The push of the ${trigger.pushedWith} wouldn't have created its ${objectType}.`;
}

interface LineRow extends Omit<PastLine, "trigger"> {
  readonly source: string;
  readonly initiator: Initiator;
  readonly by: string;
  readonly run: StartedRun | null;
}

/** A page of what was decided in the last hours, newest first, by the journal's primary key. */
async function loadLines(
  db: Db,
  portalId: PortalId,
  {
    hours,
    below,
    limit,
  }: { hours: number; below: string | null; limit: number },
): Promise<PastLine[]> {
  const { rows } = await sql<LineRow>`
    select j.id::text as id, j.at, j.object_type as "objectType", j.record_id as "recordId",
      j.object_id::text as "objectId", j.action, j.code, j.reason, j.source, j.initiator, j.by_user as by,
      case when octet_length(j.changes::text) <= ${MOST_BYTES} then j.changes else '[{}]' end as changes,
      (select jsonb_build_object('kind', r.kind, 'mode', r.mode, 'manual', r.manual, 'confirmed', r.confirmed,
        'source', r.source, 'requestedBy', r.requested_by, 'scope', jsonb_build_object('attentionId', r.scope -> 'attentionId'))
        from run r where r.portal_id = ${portalId} and r.id = j.run_id) as run
    from journal j
    where j.portal_id = ${portalId} and j.at > now() - make_interval(hours => ${hours}::int)
      and j.id < coalesce(${below}::bigint, 9223372036854775807)
      and j.action = any (${[...decided, "skipped"]}::text[]) and j.code <> ${OWNER_REASSIGNED}
      and j.object_type = any (${objectTypes}::text[])
    order by j.id desc limit ${limit}`.execute(db);
  return rows.map(({ source, initiator, by, run, ...line }) => ({
    ...line,
    trigger: withPush(line, triggerOfLine({ source, initiator, by, run })),
  }));
}

/** What started the sync of a line: its run, a person on a card or by the API, or a side by itself. */
function triggerOfLine({
  source,
  initiator,
  by,
  run,
}: Pick<LineRow, "source" | "initiator" | "by" | "run">): Trigger {
  if (run !== null) return triggerOf(run);
  return ["card", "api"].includes(source)
    ? startedBy(manualTrigger(initiator, true), personNamed(by))
    : automatic(initiator);
}

/** With the child for whose sake a parent was created, which its reason tells. */
function withPush(
  { objectType, reason }: Pick<PastLine, "objectType" | "reason">,
  trigger: Trigger,
): Trigger {
  const kind = childKindsOf(objectType).find(({ from }) =>
    // Whose it is follows.
    reason.startsWith(
      creationReason(objectType, {
        pushedWith: from,
        bypassConditions: false,
      }),
    ),
  );
  return kind === undefined ? trigger : { ...trigger, pushedWith: kind.from };
}

/** What both sides have now of the records of some lines, by record id. */
async function loadStanding(
  db: Db,
  portalId: PortalId,
  rules: { readonly was: ByType; readonly would: ByType },
  lines: readonly PastLine[],
): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  for (const type of listedTypes) {
    const ids = [
      ...new Set(
        lines.flatMap(({ objectType, recordId }) =>
          objectType === type && recordId !== null ? [recordId] : [],
        ),
      ),
    ];
    if (ids.length === 0) continue;
    const both = [rules.was[type].settings, rules.would[type].settings];
    const fields = [
      ...new Set(
        both.flatMap((settings) => [
          ...settings[type].mappings.map(({ field }) => field),
          ...conditionFields({ settings }, type, "push"),
          ...conditionFields({ settings }, type, "pull"),
        ]),
      ),
    ];
    // The journal doesn't tell of earlier ones.
    const parents = await loadParentsHere(
      db,
      portalId,
      parentKindsOf(type),
      ids,
    );
    const { rows } = await sql<{
      id: RecordId;
      properties: Properties;
      base: Base | null;
    }>`
      select r.id, coalesce((
        select jsonb_object_agg(p.key, p.value) from jsonb_each(r.properties) p where p.key = any (${fields}::text[])
      ), '{}') as properties, (
        select l.base from link l
        where l.portal_id = ${portalId} and l.record_id = r.id order by l.state = 'live' desc, l.id desc limit 1
      ) as base
      from record r where r.portal_id = ${portalId} and r.id = any (${ids}::uuid[])`.execute(
      db,
    );
    for (const { id, properties, base } of rows)
      found.set(id, {
        record: properties,
        object: Object.fromEntries(
          Object.values(base ?? {}).map(({ p, h }) => [p, h]),
        ),
        parents: parents(id).map((one) => ({ ...one, blockedBy: null })),
      });
  }
  return found;
}
