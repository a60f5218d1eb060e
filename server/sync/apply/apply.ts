import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import { LeaseLost } from "../../database/fence.ts";
import { CapabilityMissingError } from "../../hubspot/errors.ts";
import type { CallOptions, HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { missCapability } from "../capabilities.ts";
import type { Engine } from "../engine.ts";
import type { Initiator, Rules } from "../model.ts";
import { changesOf } from "../plan.ts";
import type { Account, PassItem, Planned } from "../plan.ts";
import { wantedProperties } from "../rules.ts";
import type { StoredState } from "../stored-state.ts";
import { openAttention, settleAttention } from "./attention.ts";
import { claimAttempts, settleSeenAttempts, storeAnswers } from "./attempts.ts";
import type { Attempt } from "./attempts.ts";
import { keepDirty, removeDirty } from "./dirty.ts";
import type { SeenRecord } from "./dirty.ts";
import { writeJournal, writeVerdicts } from "./journal.ts";
import type { JournalLine } from "./journal.ts";
import { noticesOf } from "./notices.ts";
import { send } from "./send.ts";
import type { CreationMode, SendOutcome } from "./send.ts";
import { settleAnswers, storeFacts } from "./settle.ts";
import type { Settled } from "./settle.ts";
import { sendEdges, settleEdges, writeWorkspaceEdges } from "./write-edges.ts";
import type { EdgeWrite } from "./write-edges.ts";
import { parkedFields, writeLinks, writesEdges } from "./write-links.ts";
import { lockRecords, placeRecords, writeRecords } from "./write-workspace.ts";
import type { Placed } from "./write-workspace.ts";

export interface ApplyInput {
  readonly objectType: ObjectType;
  readonly rules: Rules;
  readonly stored: StoredState;
  readonly planned: readonly Planned[];
  readonly account: Account;
  readonly initiator: Initiator;
  readonly creationMode: CreationMode;
  readonly options: CallOptions;
  readonly fence: Fence;
  /** Runs in the last transaction of the batch: counts and positions, inbox rows. */
  readonly finish: (db: Db, items: readonly PassItem[]) => Promise<void>;
}

export interface Applied {
  readonly items: readonly PassItem[];
  /** Records whose creation met an object that exists already: to be matched with it in another round. */
  readonly hints: ReadonlyMap<RecordId, ObjectId>;
  /** Pairs that were left for another look. */
  readonly unfinished: readonly RecordId[];
}

/**
 * Carries a batch of decisions out (DESIGN.md, "Writing to HubSpot: attempts"): the workspace's side, links and
 * journal in one transaction with the attempts; then HubSpot's calls, with no transaction open; then what HubSpot
 * answered, in another; then a contact's associations. Only the transactions are fenced.
 */
export async function apply(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
): Promise<Applied> {
  const { objectType: type, rules, account, initiator } = input;
  const placed = placeRecords(input.planned);

  const begun = await engine.database.inPortal(portalId, async (db) => {
    await input.fence(db);
    return begin(db, portalId, input, placed);
  });
  if (begun.attempts.length === 0 && begun.edgeWrites.length === 0)
    return begun.applied;
  await engine.checkpoint("attempts-committed");

  const gateway = engine.hubspot.portal(portalId);
  const outcomes = await sendAttempts(engine, portalId, input, begun.attempts);
  await engine.checkpoint("hubspot-answered");
  const settled = await settleAll(engine, portalId, input, begun, outcomes);

  const edgeWrites = [
    ...begun.edgeWrites,
    ...settled.flatMap(({ attempt, objectId, done }): EdgeWrite[] =>
      attempt.operation === "create" &&
      done &&
      objectId !== null &&
      writesEdges(attempt.plan)
        ? [{ plan: attempt.plan, recordId: attempt.recordId, objectId }]
        : [],
    ),
  ].filter(
    ({ recordId }) =>
      !settled.some((one) => one.attempt.recordId === recordId && !one.done),
  );
  if (edgeWrites.length > 0)
    await engine.checkpoint("between-creation-and-association");
  const written =
    edgeWrites.length === 0
      ? null
      : await sendEdges(gateway, edgeWrites, input.options);

  return engine.database.inPortal(portalId, async (db) => {
    await input.fence(db);
    if (written !== null) await settleEdges(db, portalId, edgeWrites, written);
    const unfinished = new Set<RecordId>([
      ...begun.passedBy,
      ...settled.filter((one) => !one.done).map((one) => one.attempt.recordId),
      ...(written?.incomplete ?? []),
    ]);
    const items = itemsOf(type, placed, begun, settled);
    await finishDirty(db, portalId, type, placed, unfinished);
    await releaseBlockedContacts(db, portalId, settled);
    await input.finish(db, items);
    return {
      items,
      unfinished: [...unfinished],
      hints: new Map(
        settled.flatMap(({ attempt, hint }) =>
          hint === null ? [] : [[attempt.recordId, hint] as const],
        ),
      ),
    };
  });

  async function begin(
    db: Db,
    portal: PortalId,
    it: ApplyInput,
    all: readonly Placed[],
  ): Promise<Begun> {
    const standing = await lockRecords(db, portal, all);
    const current = all.filter(
      ({ pair }) => pair.record === null || standing.has(pair.record.id),
    );
    await writeRecords(db, portal, type, current);
    await writeLinks(db, portal, type, account, current);
    await writeWorkspaceEdges(db, portal, current);
    const attempts = await claimAttempts(
      db,
      portal,
      type,
      initiator,
      account.runId,
      current,
      it.stored,
    );
    await settleAttention(
      db,
      portal,
      type,
      initiator,
      account.runId,
      current.map(({ recordId, pair }) => ({
        recordId,
        objectId: pair.object?.id ?? null,
      })),
      current.flatMap((plan) => noticesOf(rules, plan, parkedFields(plan))),
    );
    await settleSeenAttempts(db, portal, seenAttempts(current));
    await writeJournal(
      db,
      portal,
      type,
      account,
      initiator,
      current.flatMap(workspaceLine),
    );
    await writeVerdicts(
      db,
      portal,
      type,
      account,
      initiator,
      current.flatMap(skipLine),
    );

    const claimed = new Set(attempts.map((attempt) => attempt.plan));
    const passedBy = new Set(
      all.flatMap((plan) => {
        const left =
          !current.includes(plan) ||
          (plan.decision.hubspot.kind !== "none" && !claimed.has(plan));
        return left && plan.recordId !== null ? [plan.recordId] : [];
      }),
    );
    const edgeWrites = current.flatMap((plan): EdgeWrite[] =>
      writesEdges(plan) &&
      plan.recordId !== null &&
      plan.pair.object !== null &&
      !passedBy.has(plan.recordId)
        ? [{ plan, recordId: plan.recordId, objectId: plan.pair.object.id }]
        : [],
    );
    const begun: Begun = {
      attempts,
      edgeWrites,
      passedBy,
      applied: { items: [], hints: new Map(), unfinished: [...passedBy] },
    };
    if (attempts.length > 0 || edgeWrites.length > 0) return begun;
    const items = itemsOf(type, all, begun, []);
    await finishDirty(db, portal, type, all, passedBy);
    await it.finish(db, items);
    return { ...begun, applied: { ...begun.applied, items } };
  }
}

interface Begun {
  readonly attempts: readonly Attempt[];
  readonly edgeWrites: readonly EdgeWrite[];
  /** Pairs that moved on since they were read, or that another worker has claimed. */
  readonly passedBy: ReadonlySet<RecordId>;
  readonly applied: Applied;
}

async function sendAttempts(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  attempts: readonly Attempt[],
): Promise<Map<string, SendOutcome>> {
  if (attempts.length === 0) return new Map();
  const { objectType: type, options } = input;
  const gateway = engine.hubspot.portal(portalId);
  try {
    const outcomes = await send(
      gateway,
      type,
      attempts,
      input.creationMode,
      options,
    );
    return await readBack(engine, portalId, input, attempts, outcomes);
  } catch (error) {
    // Thrown only when nothing was sent: the attempts end, and the pairs are looked at again.
    await engine.database.inPortal(portalId, async (db) => {
      await storeAnswers(
        db,
        portalId,
        attempts.map(({ id }) => ({
          id,
          answer: { kind: "not-sent" },
          settled: true,
        })),
      );
      if (error instanceof CapabilityMissingError) {
        await missCapability(db, portalId, error);
        await openAttention(
          db,
          portalId,
          type,
          input.initiator,
          input.account.runId,
          attempts.map((attempt) => ({
            kind: "problem",
            code: "missing_scope",
            recordId: attempt.recordId,
            objectId: attempt.objectId,
            field: "",
            cause: `HubSpot does not allow this app to write ${type} objects.`,
            fix: "Connect HubSpot again and grant the missing scope, then retry.",
            details: {
              scopes: error.scopes,
              correlationId: error.body.correlationId,
            },
          })),
        );
      }
      await keepDirty(
        db,
        portalId,
        type,
        attempts.flatMap(({ plan }) => seenOf(plan)),
      );
    });
    throw error;
  }
}

/** An update's answer need not carry all fields: what is missing is read, in one call for the batch. */
async function readBack(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  attempts: readonly Attempt[],
  outcomes: Map<string, SendOutcome>,
): Promise<Map<string, SendOutcome>> {
  const missing = attempts.flatMap((attempt) => {
    const outcome = outcomes.get(attempt.id);
    return outcome?.kind === "result" &&
      outcome.object !== null &&
      Object.keys(attempt.sent).some(
        (name) => outcome.object?.properties[name] === undefined,
      )
      ? [{ attempt, outcome, object: outcome.object }]
      : [];
  });
  if (missing.length === 0) return outcomes;
  const read = await engine.hubspot.portal(portalId).read(
    input.objectType,
    missing.map(({ object }) => object.id),
    { properties: wantedProperties(input.rules, input.objectType) },
    input.options,
  );
  for (const { attempt, outcome, object } of missing) {
    const whole: HubSpotObject | null | undefined = read.get(object.id);
    outcomes.set(
      attempt.id,
      whole === null || whole === undefined
        ? {
            kind: "unknown",
            cause: "it was gone when it was read back",
            sent: true,
          }
        : { ...outcome, object: whole },
    );
  }
  return outcomes;
}

async function settleAll(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  begun: Begun,
  outcomes: ReadonlyMap<string, SendOutcome>,
): Promise<Settled[]> {
  if (begun.attempts.length === 0) return [];
  try {
    return await engine.database.inPortal(portalId, async (db) => {
      await input.fence(db);
      return settleAnswers(
        db,
        portalId,
        input.objectType,
        input.rules,
        input.account,
        input.initiator,
        begun.attempts,
        outcomes,
      );
    });
  } catch (error) {
    if (error instanceof LeaseLost) {
      await engine.database.inPortal(portalId, (db) =>
        storeFacts(db, portalId, outcomes),
      );
    }
    throw error;
  }
}

const seenOf = ({ recordId, pair }: Placed): SeenRecord[] =>
  recordId === null ? [] : [{ recordId, revision: pair.record?.revision ?? 1 }];

/** What a rule puts off stays dirty until the rule is another one. */
const putOff = new Set(["automatic_push_off", "first_pull_running"]);

async function finishDirty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  placed: readonly Placed[],
  unfinished: ReadonlySet<RecordId>,
): Promise<void> {
  const waits = ({ decision, recordId, edges }: Placed): boolean =>
    (recordId !== null && unfinished.has(recordId)) ||
    putOff.has(decision.code) ||
    decision.workspace.kind === "restore" ||
    edges?.outcome.waiting === true ||
    decision.fields.some(
      (field) =>
        field.kind === "waiting" && field.code === "automatic_push_off",
    );
  await removeDirty(
    db,
    portalId,
    placed.filter((plan) => !waits(plan)).flatMap(seenOf),
  );
  await keepDirty(db, portalId, type, placed.filter(waits).flatMap(seenOf));
}

/** A company that is in HubSpot now frees the contacts that waited for it. */
async function releaseBlockedContacts(
  db: Db,
  portalId: PortalId,
  settled: readonly Settled[],
): Promise<void> {
  const companies = settled
    .filter(
      ({ attempt, done }) => done && attempt.plan.pair.objectType === "company",
    )
    .map(({ attempt }) => attempt.recordId);
  if (companies.length === 0) return;
  await sql`
    insert into dirty (portal_id, object_type, record_id, revision)
    select r.portal_id, 'contact', r.id, r.revision
    from attention a
    join record r on r.portal_id = a.portal_id and r.id = a.record_id and r.deleted_at is null
    where a.portal_id = ${portalId} and a.state = 'open' and a.code = 'company_blocked'
      and r.company_id = any (${companies}::uuid[])
    on conflict (portal_id, record_id) do update set due_at = now()`.execute(
    db,
  );
}

/** Attempts that are open no longer: their value was read, or their record has its object. */
function seenAttempts(placed: readonly Placed[]): string[] {
  return placed.flatMap(({ pair }) =>
    pair.object === null
      ? []
      : pair.attempts
          .filter(
            (attempt) =>
              attempt.operation === "create" ||
              Object.entries(attempt.sent).every(
                ([property, value]) =>
                  pair.object?.properties[property] === value.h,
              ),
          )
          .map((attempt) => attempt.id),
  );
}

/** The line for what this batch did to the workspace and to links; HubSpot's part is told with its answer. */
function workspaceLine(plan: Placed): JournalLine[] {
  const { pair, decision, recordId } = plan;
  const line = {
    recordId,
    objectId: pair.object?.id ?? pair.link?.objectId ?? null,
    code: decision.code,
    reason: decision.reason,
    changes: changesOf(plan).filter((change) => change.side === "workspace"),
  };
  if (decision.hubspot.kind === "archive") return [];
  if (decision.workspace.kind === "create")
    return [{ ...line, action: "created" }];
  if (decision.workspace.kind === "delete")
    return [{ ...line, action: "deleted" }];
  if (decision.workspace.kind === "restore" || decision.link.kind === "revive")
    return [{ ...line, action: "restored" }];
  if (decision.link.kind === "end") return [{ ...line, action: "unlinked" }];
  if (decision.link.kind === "create" && decision.hubspot.kind !== "create")
    return [{ ...line, action: "linked" }];
  if (decision.workspace.kind === "update")
    return [{ ...line, action: "updated" }];
  if (decision.outcome === "failed") return [{ ...line, action: "failed" }];
  return edgeLine(plan);
}

function edgeLine({ pair, edges, recordId }: Placed): JournalLine[] {
  if (edges === null || recordId === null) return [];
  const { addToWorkspace, removeFromWorkspace, primaryInWorkspace } =
    edges.outcome;
  if (
    addToWorkspace.length + removeFromWorkspace.length === 0 &&
    primaryInWorkspace === undefined
  )
    return [];
  return [
    {
      recordId,
      objectId: pair.object?.id ?? null,
      action: "associated",
      code: "associations_updated",
      reason: "Its companies changed in HubSpot.",
      changes: [
        {
          field: "company_id",
          property: "associatedcompanyid",
          side: "workspace",
          before: pair.record?.companyId ?? null,
          after:
            primaryInWorkspace === undefined
              ? (pair.record?.companyId ?? null)
              : (primaryInWorkspace?.companyId ?? null),
        },
      ],
    },
  ];
}

function skipLine({ decision, pair, recordId }: Placed): JournalLine[] {
  return decision.outcome !== "skipped"
    ? []
    : [
        {
          recordId,
          objectId: pair.object?.id ?? null,
          action: "skipped",
          code: decision.code,
          reason: decision.reason,
          changes: [],
        },
      ];
}

function itemsOf(
  type: ObjectType,
  placed: readonly Placed[],
  begun: Pick<Begun, "passedBy">,
  settled: readonly Settled[],
): PassItem[] {
  const ends = new Map(settled.map((one) => [one.attempt.plan, one]));
  return placed.map((plan): PassItem => {
    const { pair, decision, recordId } = plan;
    const end = ends.get(plan);
    const common = {
      objectType: type,
      recordId,
      objectId: end?.objectId ?? pair.object?.id ?? pair.link?.objectId ?? null,
    };
    if (end !== undefined) {
      const ours = changesOf(plan).filter(
        (change) => change.side === "workspace",
      );
      return {
        ...common,
        outcome: end.outcome,
        code: end.code,
        reason: end.reason,
        changes: [...ours, ...end.changes],
      };
    }
    if (recordId !== null && begun.passedBy.has(recordId)) {
      return {
        ...common,
        outcome: "skipped",
        code: "busy",
        reason:
          "Another sync of this record is under way; it is looked at again.",
        changes: [],
      };
    }
    return {
      ...common,
      outcome: decision.outcome,
      code: decision.code,
      reason: decision.reason,
      changes: changesOf(plan),
    };
  });
}
