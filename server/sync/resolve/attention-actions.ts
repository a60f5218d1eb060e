import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { ERASURE_NOT_CONFIRMED } from "../attention/attention.ts";
import { resolvedBy } from "../../database/resolved-by.ts";
import {
  actOnOpen,
  alreadyResolved,
  loadEntry,
  loadHeldEntries,
  refuse,
} from "./attention-entry.ts";
import type {
  AttentionAnswer,
  Entry,
  Person,
  Refused,
} from "./attention-entry.ts";
import { massChoiceOf } from "../brake/pure/choice.ts";
import type { MassChoice } from "../brake/pure/choice.ts";
import { resolveHeld } from "./mass-change.ts";
import { retrySource } from "./retry-source.ts";
import { isHeldCode } from "../brake/pure/wording.ts";
import { readCard } from "../preview/read-card.ts";
import type { CardData, Reading } from "../preview/read-card.ts";
import { findRecord } from "../preview/stored-sync.ts";
import type { Subject } from "../preview/stored-sync.ts";
import { runAction, retryWhileBusy } from "./run-action.ts";
import { startedBy } from "../decide/triggers.ts";
import { personNamed, theProduct } from "../people/pure/actor.ts";
import { refreshDefinitions } from "../installation/refresh-definitions.ts";
import { checkDrift } from "../installation/drift.ts";
import type { Engine } from "../engine.ts";
import { refusalOf } from "../installation/pure/installation-gate.ts";
import { readInstallation } from "../installation/installation.ts";
import { checkScopes } from "../installation/check-scopes.ts";
import { meaningOf } from "../values/meaning.ts";
import type { Initiator, Rules, Side, Trigger } from "../model.ts";
import { erasePerson } from "../apply/privacy.ts";
import { goneOf } from "../sources/erasures.ts";
import { own, sameValue } from "../values/value.ts";

/** What a person does about something that needs one: try a problem again, or choose a side of what is held. */

/**
 * Looks at a problem's pair again, with nothing parked, as the side that it was a problem of. Of a missing scope: looks
 * whether it has been granted; of a rejected source, whether it fits by now.
 */
export async function retryAttention(
  engine: Engine,
  portalId: PortalId,
  id: string,
  person: Person,
): Promise<AttentionAnswer> {
  const scope = await retryScope(engine, portalId, id, person);
  if (scope !== null) return scope;
  const erasure = await retryErasure(engine, portalId, id, person);
  if (erasure !== null) return erasure;
  const source = await retrySource(engine, portalId, id, person);
  if (source !== null) return source;
  const drift = await retryDrift(engine, portalId, id, person);
  if (drift !== null) return drift;
  return resolve(engine, portalId, {
    id,
    kind: "problem",
    person,
    prepare: async (entry) => {
      // An option or owner that was added in HubSpot since counts at once.
      await refreshDefinitions(
        engine.database,
        engine.hubspot.portal(portalId),
        portalId,
        { priority: "interactive" },
      );
      return () => ({
        ok: true,
        trigger: {
          initiator: entry.initiator,
          manual: false,
          // Where automatic sync is off that way, only a press moves anything, and this is one. It forces nothing.
          opens: entry.initiator,
          bypassConditions: true,
          retryParked: true,
        },
      });
    },
  });
}

/**
 * Writes the chosen side's value over the other's, if the two are still those that were shown. Of many changes that wait
 * together: approves or refuses all of them.
 */
export async function resolveAttention(
  engine: Engine,
  portalId: PortalId,
  id: string,
  choice: Side | MassChoice,
  person: Person,
): Promise<AttentionAnswer> {
  const held = await chooseForMassChange(engine, portalId, id, choice, person);
  if (held !== null) return held;
  if (choice === "approve" || choice === "refuse")
    return refuse(
      "not_a_choice",
      "This entry is a conflict between two values.",
      "Choose the side whose value to keep.",
    );
  return resolve(engine, portalId, {
    id,
    kind: "held",
    person,
    prepare: (entry) =>
      Promise.resolve((seen, rules) =>
        stillShown(entry, seen, rules)
          ? {
              ok: true,
              trigger: {
                initiator: entry.initiator,
                manual: false,
                bypassConditions: false,
                retryParked: false,
                resolve: { [entry.field]: choice },
              },
            }
          : changedSince,
      ),
  });
}

/**
 * One choice for every open conflict of a pair whose two values are still those that were shown; the others stay for
 * another look. Answers how many were resolved.
 */
export async function resolveAllAttention(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
  choice: Side,
  person: Person,
): Promise<{ answer: AttentionAnswer; count: number }> {
  const before = await heldOf(engine, portalId, subject);
  const [first, ...others] = before;
  if (first === undefined) return { answer: alreadyResolved, count: 0 };
  const answer = await actOnOpen(engine, portalId, first.id, () =>
    retryWhileBusy(engine, () =>
      resolveOnce(
        engine,
        portalId,
        [first, ...others],
        person,
        (seen, rules) => {
          const shown = before.filter((entry) =>
            stillShown(entry, seen, rules),
          );
          return shown.length === 0
            ? changedSince
            : {
                ok: true,
                trigger: {
                  initiator: first.initiator,
                  manual: false,
                  bypassConditions: false,
                  retryParked: false,
                  resolve: Object.fromEntries(
                    shown.map(({ field }) => [field, choice]),
                  ),
                },
              };
        },
      ),
    ),
  );
  const left = answer.ok ? await heldOf(engine, portalId, subject) : before;
  const open = new Set(left.map(({ id }) => id));
  return { answer, count: before.filter(({ id }) => !open.has(id)).length };
}

/** The open conflicts of a pair. */
async function heldOf(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
): Promise<Entry[]> {
  return engine.database.inPortal(portalId, async (db) => {
    const record = await findRecord(db, portalId, subject);
    return record === null ? [] : loadHeldEntries(db, portalId, record.id);
  });
}

/** Null where the entry is of a pair, and not of a scope that all of them lack. */
async function retryScope(
  engine: Engine,
  portalId: PortalId,
  id: string,
  { by }: Person,
): Promise<AttentionAnswer | null> {
  const load = (): Promise<Entry | null> =>
    engine.database.inPortal(portalId, (db) => loadEntry(db, portalId, id));
  const entry = await load();
  if (entry === null || entry.recordId !== null || entry.objectId !== null)
    return null;
  if (entry.code !== "missing_scope") return null;
  return actOnOpen(engine, portalId, id, async () => {
    await checkScopes(engine, portalId, { priority: "interactive" });
    const now = await load();
    if (now?.state === "open") return refuse(now.code, now.cause, now.fix);
    await engine.database.inPortal(portalId, (db) =>
      signResolution(db, portalId, id, by),
    );
    return { ok: true, item: null };
  });
}

/**
 * Asks HubSpot once more about a privacy deletion that it did not confirm: erases the person, or lets the object stay.
 * Null for any other entry.
 */
async function retryErasure(
  engine: Engine,
  portalId: PortalId,
  id: string,
  { by }: Person,
): Promise<AttentionAnswer | null> {
  const entry = await engine.database.inPortal(portalId, (db) =>
    loadEntry(db, portalId, id),
  );
  if (entry?.code !== ERASURE_NOT_CONFIRMED || entry.objectId === null)
    return null;
  const { objectType, objectId } = entry;
  return actOnOpen(engine, portalId, id, async () => {
    const gone = await goneOf(
      engine,
      portalId,
      objectType,
      [objectId],
      "interactive",
    );
    await engine.database.inPortal(portalId, async (db) => {
      if (gone.has(objectId))
        await erasePerson(db, portalId, objectType, objectId);
      await db
        .updateTable("attention")
        .set(resolvedBy(by))
        .where("portal_id", "=", portalId)
        .where("id", "=", id)
        .where("state", "=", "open")
        .execute();
    });
    return { ok: true, item: null };
  });
}

/** Reads HubSpot's definitions again, which closes an entry of the kind drift if its mapping fits. Null for any other entry. */
async function retryDrift(
  engine: Engine,
  portalId: PortalId,
  id: string,
  { by }: Person,
): Promise<AttentionAnswer | null> {
  const load = (): Promise<Entry | null> =>
    engine.database.inPortal(portalId, (db) => loadEntry(db, portalId, id));
  if ((await load())?.kind !== "drift") return null;
  return actOnOpen(engine, portalId, id, async () => {
    await refreshDefinitions(
      engine.database,
      engine.hubspot.portal(portalId),
      portalId,
      { priority: "interactive" },
    );
    await engine.database.inPortal(portalId, async (db) => {
      await checkDrift(db, portalId, "now");
      await signResolution(db, portalId, id, by);
    });
    const now = await load();
    return now?.state === "open"
      ? refuse(now.code, now.cause, now.fix)
      : { ok: true, item: null };
  });
}

/** Null where the entry is not one of the many changes that the brake holds. */
function chooseForMassChange(
  engine: Engine,
  portalId: PortalId,
  id: string,
  choice: Side | MassChoice,
  { by }: Person,
): Promise<AttentionAnswer | null> {
  return engine.database.inPortal(portalId, async (db) => {
    const entry = await loadEntry(db, portalId, id);
    if (entry === null || !isHeldCode(entry.code)) return null;
    if (entry.partOf !== null)
      return refuse(
        "part_of_entry",
        "This change needs approval together with others.",
        `Approve or refuse all of them in entry ${entry.partOf}.`,
      );
    const verdict = massChoiceOf(entry, choice);
    const installation = await readInstallation(db, portalId);
    const refusal =
      verdict === "approve" && installation !== null
        ? refusalOf(
            installation,
            entry.initiator === "hubspot" ? "pull" : "push",
            entry.objectType,
          )
        : null;
    if (refusal !== null)
      return refuse(refusal.code, refusal.reason, refusal.remedy);
    return (await resolveHeld(db, portalId, id, verdict, by))
      ? { ok: true, item: null }
      : alreadyResolved;
  });
}

const changedSince = refuse(
  "changed",
  "The values changed after they were shown.",
  "Review both values, then choose.",
);

type Choose = (
  seen: Reading,
  rules: Rules,
) => { readonly ok: true; readonly trigger: Trigger } | Refused;

const resolve = (
  engine: Engine,
  portalId: PortalId,
  {
    id,
    kind,
    person,
    prepare,
  }: {
    readonly id: string;
    readonly kind: Entry["kind"];
    readonly person: Person;
    readonly prepare: (entry: Entry) => Promise<Choose>;
  },
): Promise<AttentionAnswer> =>
  actOnOpen(engine, portalId, id, async (entry) => {
    if (entry.kind !== kind)
      return refuse("attention_not_found", "No entry has this id.");
    const choose = await prepare(entry);
    return retryWhileBusy(engine, () =>
      resolveOnce(engine, portalId, [entry], person, choose),
    );
  });

async function resolveOnce(
  engine: Engine,
  portalId: PortalId,
  entries: readonly [Entry, ...Entry[]],
  person: Person,
  choose: Choose,
): Promise<{ busy: boolean; answer: AttentionAnswer }> {
  const [entry] = entries;
  const seen = await readCard(engine, portalId, subjectOf(entry), theProduct);
  const refusal = seen === null ? gone : stopped(seen, entry.initiator);
  if (refusal !== null || seen?.reading === null || seen === null)
    return { busy: false, answer: refusal ?? gone };
  const chosen = choose(seen.reading, seen.rules);
  if (!chosen.ok) return { busy: false, answer: chosen };
  const item = await runAction(
    engine,
    portalId,
    { ...seen, reading: seen.reading },
    {
      trigger: startedBy(chosen.trigger, personNamed(person.by)),
      account: { ...person, runId: null },
    },
  );
  const left = await engine.database.inPortal(portalId, async (db) => {
    const open: Entry[] = [];
    for (const { id } of entries) {
      await reopenRepeated(db, portalId, id);
      await signResolution(db, portalId, id, person.by);
      const now = await loadEntry(db, portalId, id);
      if (now?.state === "open") open.push(now);
    }
    return open;
  });
  const [now] = left;
  const answer: AttentionAnswer =
    now !== undefined && left.length === entries.length
      ? item?.code === "busy"
        ? refuse(item.code, item.reason, "Try again in a moment.")
        : refuse(now.code, now.cause, now.fix === "" ? null : now.fix)
      : { ok: true, item };
  return { busy: item?.code === "busy" && !answer.ok, answer };
}

const gone = refuse(
  "nothing_there",
  "This no longer exists on either side.",
  "Nothing needs to be done.",
);

/** The side that acts names the pair: a record may be another's match where an object is asked for. */
function subjectOf({
  objectType,
  recordId,
  objectId,
  initiator,
}: Entry): Subject {
  if (objectId !== null && (initiator === "hubspot" || recordId === null))
    return { objectType, objectId };
  return { objectType, recordId: recordId ?? "" };
}

function stopped(seen: CardData, initiator: Initiator): Refused | null {
  const refusal =
    refusalOf(
      seen.installation,
      initiator === "workspace" ? "push" : "pull",
      seen.objectType,
    ) ?? seen.unreadable;
  return refusal === null
    ? null
    : refuse(refusal.code, refusal.reason, refusal.remedy);
}

/** The held entry remembers the two values that were shown. */
function stillShown(entry: Entry, seen: Reading, rules: Rules): boolean {
  const mapping = rules.settings[entry.objectType].mappings.find(
    ({ field }) => field === entry.field,
  );
  if (mapping === undefined) return false;
  const { field, property } = mapping;
  const meaning = meaningOf(mapping, own(rules.definitions, property));
  return (
    sameValue(
      meaning,
      own(seen.pair.record?.properties, field),
      entry.details["workspace"],
    ) &&
    sameValue(
      meaning,
      own(seen.pair.object?.properties, property),
      entry.details["hubspot"],
    )
  );
}

/**
 * A pass closes what it is about to try again, and its refusal opens another entry: to a person that is the same
 * problem, since the same day, tried once more. Found by attention_open, the index on open entries.
 */
async function reopenRepeated(
  db: Db,
  portalId: PortalId,
  id: string,
): Promise<void> {
  const { rows } = await sql<Repeated>`
    delete from attention again using attention closed
    where closed.portal_id = ${portalId} and closed.id = ${id}::uuid and closed.state = 'resolved'
      and again.portal_id = closed.portal_id and again.object_type = closed.object_type and again.state = 'open'
      and again.kind = closed.kind and again.field = closed.field and again.id <> closed.id
      and coalesce(again.record_id::text, 'object ' || again.object_id) = coalesce(closed.record_id::text, 'object ' || closed.object_id)
    returning again.code, again.cause, again.fix, again.details, again.object_id::text as "objectId"`.execute(
    db,
  );
  const [again] = rows;
  if (again === undefined) return;
  await sql`
    update attention set state = 'open', resolved_at = null, resolved_by = null, updated_at = now(), tries = tries + 1,
      code = ${again.code}, cause = ${again.cause}, fix = ${again.fix}, details = ${toJson(again.details)},
      object_id = ${again.objectId}
    where portal_id = ${portalId} and id = ${id}::uuid`.execute(db);
}

type Repeated = Pick<Entry, "code" | "cause" | "fix" | "details" | "objectId">;

/** What the pass has closed was settled by a person, not by sync alone. */
async function signResolution(
  db: Db,
  portalId: PortalId,
  id: string,
  by: string,
): Promise<void> {
  await db
    .updateTable("attention")
    .set({ resolved_by: by })
    .where("portal_id", "=", portalId)
    .where("id", "=", id)
    .where("state", "=", "resolved")
    .where("resolved_by", "=", "sync")
    .execute();
}
