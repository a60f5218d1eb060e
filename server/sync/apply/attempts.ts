import { sql } from "kysely";
import { randomUUID } from "node:crypto";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Initiator } from "../model.ts";
import type { StoredState } from "../pairs/stored-state.ts";
import { contestedProperty, identityKeyOf } from "../values/identity.ts";
import { identityWritten } from "./pure/identity-written.ts";
import type { Attempt } from "./attempt.ts";
import { orderWrites } from "./pure/order-writes.ts";
import { writesEdges } from "./write-links.ts";
import type { Placed } from "./write-workspace.ts";

/** Longer than any call's deadline (30 s), so that a claim never ends while its request may still be under way. */
const claimSeconds = 60;

/**
 * Commits the intent of every write of the batch, and with it the claim on each pair. A pair that another worker has
 * claimed, or an identity that another record is just creating, is left out: the caller looks at it again later.
 */
export async function claimAttempts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    initiator,
    runId,
    placed,
    stored,
  }: {
    readonly initiator: Initiator;
    readonly runId: string | null;
    readonly placed: readonly Placed[];
    readonly stored: StoredState;
  },
): Promise<Attempt[]> {
  const wanted = placed
    .flatMap((plan) => attemptFor(plan, stored))
    .filter((attempt) => !isBeingCreated(attempt, stored));
  if (wanted.length === 0) return [];
  const records = wanted.map((attempt) => attempt.recordId);
  await sql`
    update attempt set claimed = false
    where portal_id = ${portalId} and claimed and claim_ends_at < now()
      and (record_id = any (${records}::uuid[])
        or object_type = ${type} and object_id = any (${wanted.flatMap((attempt) => attempt.objectId ?? [])}::bigint[]))`.execute(
    db,
  );
  const allowed = withClearings(
    type,
    await claimIdentities(db, portalId, type, wanted),
  );
  const page = allowed.map(
    ({ id, recordId, objectId, operation, sent, creationKey }) => ({
      id,
      recordId,
      objectId,
      operation,
      sent,
      creationKey,
    }),
  );
  const { rows } = await sql<{ id: string }>`
    insert into attempt (portal_id, id, object_type, record_id, object_id, operation, sent, creation_key, initiator, run_id, claim_ends_at)
    select ${portalId}, a.id, ${type}, a."recordId", a."objectId", a.operation, a.sent, a."creationKey", ${initiator}, ${runId},
      now() + make_interval(secs => ${claimSeconds})
    from jsonb_to_recordset(${toJson(page)}::jsonb)
      as a(id uuid, "recordId" uuid, "objectId" bigint, operation text, sent jsonb, "creationKey" uuid)
    on conflict do nothing
    returning id`.execute(db);
  const granted = new Set(rows.map((row) => row.id));
  return allowed.filter((attempt) => granted.has(attempt.id));
}

/**
 * Whether another worker was creating the record's object when it was loaded. What became of that has not been read, so
 * the record waits, even if that worker's claim has ended since.
 */
const isBeingCreated = (
  { operation, recordId }: Attempt,
  { attempts }: StoredState,
): boolean =>
  operation === "create" &&
  attempts.some(
    (open) =>
      open.recordId === recordId &&
      open.operation === "create" &&
      open.underWay === true,
  );

function attemptFor(plan: Placed, stored: StoredState): Attempt[] {
  const { decision, pair, recordId } = plan;
  const { hubspot } = decision;
  if (recordId === null) return [];
  if (hubspot.kind === "none" && !writesEdges(plan)) return [];
  const common = { id: randomUUID(), plan, recordId };
  if (hubspot.kind === "create") {
    return [
      {
        ...common,
        objectId: null,
        operation: "create",
        sent: hubspot.sent,
        creationKey: creationKeyFor(recordId, stored),
      },
    ];
  }
  const objectId = pair.object?.id ?? null;
  if (objectId === null) return [];
  const sent = hubspot.kind === "update" ? hubspot.sent : {};
  const operation =
    hubspot.kind === "update"
      ? "update"
      : hubspot.kind === "archive"
        ? "archive"
        : "associate";
  return [
    {
      ...common,
      objectId,
      operation,
      sent,
      creationKey: null,
    },
  ];
}

/**
 * Marks what may be cleared in HubSpot on its way to the new value, before anything is sent: should the worker die in
 * between, the blank must not be taken for a change of HubSpot's.
 */
function withClearings(type: ObjectType, attempts: Attempt[]): Attempt[] {
  const { cleared } = orderWrites(type, attempts);
  if (cleared.size === 0) return attempts;
  const property = contestedProperty(type);
  return attempts.map((attempt) => {
    const value = attempt.sent[property];
    return value === undefined || !cleared.has(attempt)
      ? attempt
      : {
          ...attempt,
          sent: { ...attempt.sent, [property]: { ...value, cleared: true } },
        };
  });
}

/**
 * A creation's retries carry the key of the first try. A record that was in HubSpot before gets a new one, since the
 * object of its former life may still hold the old one.
 */
function creationKeyFor(recordId: RecordId, stored: StoredState): string {
  const earlier = stored.attempts.find(
    (attempt) =>
      attempt.recordId === recordId && attempt.operation === "create",
  );
  if (typeof earlier?.creationKey === "string") return earlier.creationKey;
  const lived = stored.links.some((link) => link.recordId === recordId);
  return lived ? randomUUID() : recordId;
}

/** Two records with one email or domain, in one batch or in two lanes, cannot both create. */
async function claimIdentities(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  wanted: readonly Attempt[],
): Promise<Attempt[]> {
  const key = identityKeyOf(type);
  if (key === null) return [...wanted];
  const claims = wanted.flatMap((attempt) => {
    const value = identityWritten(type, attempt.plan);
    return value === null
      ? []
      : [{ attemptId: attempt.id, recordId: attempt.recordId, value }];
  });
  if (claims.length === 0) return [...wanted];
  const firstOf = new Map(
    claims.toReversed().map((claim) => [claim.value, claim]),
  );
  const page = [...firstOf.values()];
  const { rows } = await sql<{ attempt_id: string }>`
    insert into identity_claim as c (portal_id, object_type, key_kind, key_value, attempt_id, record_id, ends_at)
    select ${portalId}, ${type}, ${key.kind}, n.value, n."attemptId", n."recordId", now() + make_interval(secs => ${claimSeconds})
    from jsonb_to_recordset(${toJson(page)}::jsonb) as n(value text, "attemptId" uuid, "recordId" uuid)
    order by n.value
    on conflict (portal_id, object_type, key_kind, key_value) do update
      set attempt_id = excluded.attempt_id, record_id = excluded.record_id, ends_at = excluded.ends_at
      where c.ends_at < now() or c.record_id = excluded.record_id
    returning c.attempt_id`.execute(db);
  const claimed = new Set(rows.map((row) => row.attempt_id));
  const blocked = new Set(
    claims
      .filter((claim) => !claimed.has(claim.attemptId))
      .map((claim) => claim.attemptId),
  );
  return wanted.filter((attempt) => !blocked.has(attempt.id));
}

/** What became of an attempt: HubSpot's answer is a fact, whatever has become of the worker's lease. */
export interface Answered {
  readonly id: string;
  readonly answer: Readonly<Record<string, unknown>>;
  /** Its answer has become base, links and journal in this very transaction. */
  readonly settled: boolean;
}

/** Stores answers and lets go of the claims. */
export async function storeAnswers(
  db: Db,
  portalId: PortalId,
  answers: readonly Answered[],
): Promise<void> {
  if (answers.length === 0) return;
  const ids = answers.map(({ id }) => id);
  await sql`
    with let_go as (
      delete from identity_claim where portal_id = ${portalId} and attempt_id = any (${ids}::uuid[])
    )
    update attempt a set answer = n.answer, answered_at = coalesce(a.answered_at, now()), claimed = false,
      settled_at = case when n.settled then now() else a.settled_at end
    from jsonb_to_recordset(${toJson(answers)}::jsonb) as n(id uuid, answer jsonb, settled boolean)
    where a.portal_id = ${portalId} and a.id = n.id`.execute(db);
}

/**
 * Stores that HubSpot has refused properties of attempts, before they are sent again without them: what isn't sent can't
 * be in HubSpot, whatever becomes of the worker. What may have been cleared on the way stays, because that blank is ours.
 */
export async function storeRefused(
  db: Db,
  portalId: PortalId,
  refusals: readonly {
    readonly id: string;
    readonly properties: readonly string[];
  }[],
): Promise<void> {
  await sql`
    update attempt a set
      refused = n.properties,
      sent = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(a.sent)
        where key <> all (n.properties) or value ? 'cleared')
    from jsonb_to_recordset(${toJson(refusals)}::jsonb) as n(id uuid, properties text[])
    where a.portal_id = ${portalId} and a.id = n.id`.execute(db);
}

/** Stores answers whose worker is still at its work with them. */
export async function noteAnswers(
  db: Db,
  portalId: PortalId,
  answers: readonly Omit<Answered, "settled">[],
): Promise<void> {
  if (answers.length === 0) return;
  await sql`
    update attempt a set answer = n.answer, answered_at = now()
    from jsonb_to_recordset(${toJson(answers)}::jsonb) as n(id uuid, answer jsonb)
    where a.portal_id = ${portalId} and a.id = n.id and a.answer is null`.execute(
    db,
  );
}

/**
 * Attempts that another worker may still be at, and whose values a read has shown: that is kept, since what showed it
 * counts as seen from here on, and should that worker be dead nothing else would tell of them.
 */
export async function noteSeenAttempts(
  db: Db,
  portalId: PortalId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update attempt set answer = jsonb_build_object('kind', 'result', 'objectId', object_id::text), answered_at = now()
    where portal_id = ${portalId} and id = any (${ids}::uuid[]) and answer is null`.execute(
    db,
  );
}
