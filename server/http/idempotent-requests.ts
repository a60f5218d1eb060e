import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Database, Db } from "../database/database.ts";
import { toJson } from "../database/json.ts";
import type { Log } from "../log.ts";
import type { PortalId } from "../settings/object-type.ts";
import { Problem } from "./problem.ts";

/** After this time without a heartbeat, in seconds, the process that worked on a request counts as dead. */
const ABANDONED_AFTER = 30;
const SIGN_OF_LIFE_MS = 10_000;
const LOOK_EVERY_MS = 100;

/**
 * The response to a request whose action takes longer than the client waits: it continues, and a repetition returns its
 * result.
 */
export const stillWorking = Symbol("still working");

/** Actions that run once per request id, across processes, however often they are requested. */
export class IdempotentRequests {
  readonly #database: Database;
  readonly #log: Log;
  readonly #withinMs: number;
  readonly #signOfLifeMs: number;
  readonly #underWay = new Set<Promise<unknown>>();

  /** @param withinMs how long one request waits, for its own action or for that of the request it repeats */
  constructor(
    database: Database,
    log: Log,
    withinMs: number,
    signOfLifeMs: number = SIGN_OF_LIFE_MS,
  ) {
    this.#database = database;
    this.#log = log;
    this.#withinMs = withinMs;
    this.#signOfLifeMs = signOfLifeMs;
  }

  /**
   * Runs an action once per request id. A repetition gets the first result, also while the action still runs. After an
   * action that throws, the request can be sent again.
   * @param content what is requested, as JSON. Throws a 409 if an earlier request with this id requested something else,
   * because the result would be that of another action.
   */
  async answer<Answer>(
    portalId: PortalId,
    requestId: string,
    content: unknown,
    act: () => Promise<Answer>,
  ): Promise<Answer | typeof stillWorking> {
    const digest = digestOf(content);
    const deadline = Date.now() + this.#withinMs;
    for (;;) {
      const claim = await this.#database.inPortal(portalId, (db) =>
        claimRequest<Answer>(db, portalId, requestId, digest),
      );
      if (claim.kind === "other content") throw idReused();
      if (claim.kind === "answered") return claim.answer;
      if (claim.kind === "ours")
        return this.#until(
          deadline,
          portalId,
          this.#carryOut(portalId, requestId, claim.mark, act),
        );
      if (Date.now() > deadline) return stillWorking;
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Waits for actions in progress, so that nothing they need is closed; `withinMs` at most. */
  async drain(withinMs: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#underWay),
      pause(withinMs, undefined, late).catch(() => undefined),
    ]);
    late.abort();
  }

  async #until<Answer>(
    deadline: number,
    portalId: PortalId,
    work: Promise<Answer>,
  ): Promise<Answer | typeof stillWorking> {
    let left = false;
    const told = work.catch((error: unknown) => {
      // Nobody waits for it anymore; a repetition runs it again and reports the error.
      if (left)
        this.#log.error(
          { portalId, err: error },
          "an action failed after its request was answered as in progress",
        );
    });
    this.#underWay.add(told);
    void told.finally(() => this.#underWay.delete(told));
    const late = new AbortController();
    const waited = pause(
      Math.max(0, deadline - Date.now()),
      undefined,
      late,
    ).then(
      () => {
        left = true;
      },
      () => undefined,
    );
    try {
      return await Promise.race([
        work,
        waited.then((): typeof stillWorking => stillWorking),
      ]);
    } finally {
      late.abort();
    }
  }

  async #carryOut<Answer>(
    portalId: PortalId,
    requestId: string,
    mark: string,
    act: () => Promise<Answer>,
  ): Promise<Answer> {
    const claim = new RequestClaim(this.#database, portalId, requestId, mark);
    const signs = setInterval(() => claim.heartbeat(), this.#signOfLifeMs);
    try {
      const answer = await act();
      await claim.store(answer);
      return answer;
    } catch (error) {
      await claim.giveUp();
      throw error;
    } finally {
      clearInterval(signs);
    }
  }
}

/**
 * One request that this process works on. Each sign of life moves the claim's mark on; a claim whose mark another
 * process has moved is that one's, and is left alone.
 */
class RequestClaim {
  readonly #database: Database;
  readonly #portalId: PortalId;
  readonly #requestId: string;
  #mark: string;
  #signs: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(
    database: Database,
    portalId: PortalId,
    requestId: string,
    mark: string,
  ) {
    this.#database = database;
    this.#portalId = portalId;
    this.#requestId = requestId;
    this.#mark = mark;
  }

  heartbeat(): void {
    if (this.#ended) return;
    this.#signs = this.#signs.then(async () => {
      const { rows } = await this.#database
        .inPortal(this.#portalId, (db) =>
          sql<{ mark: string }>`
            update answered_request set created_at = now() where ${this.#mine}
            returning created_at::text as mark`.execute(db),
        )
        // The next sign may get through; without any, another process may take over, which does no harm.
        .catch(() => ({ rows: [] }));
      this.#mark = rows[0]?.mark ?? this.#mark;
    });
  }

  async store(answer: unknown): Promise<void> {
    await this.#end(
      (mine) =>
        sql`update answered_request set answer = ${toJson(answer)}::jsonb where ${mine}`,
    );
  }

  async giveUp(): Promise<void> {
    await this.#end((mine) => sql`delete from answered_request where ${mine}`);
  }

  async #end(
    statement: (mine: RawBuilder<unknown>) => RawBuilder<unknown>,
  ): Promise<void> {
    this.#ended = true;
    await this.#signs;
    await this.#database.inPortal(this.#portalId, (db) =>
      statement(this.#mine).execute(db),
    );
  }

  get #mine(): RawBuilder<unknown> {
    return sql`portal_id = ${this.#portalId} and request_id = ${this.#requestId}
      and answer is null and created_at = ${this.#mark}::timestamptz`;
  }
}

type Claim<Answer> =
  | { kind: "ours"; mark: string }
  | { kind: "answered"; answer: Answer }
  | { kind: "other content" }
  | { kind: "waiting" };

async function claimRequest<Answer>(
  db: Db,
  portalId: PortalId,
  requestId: string,
  content: Buffer,
): Promise<Claim<Answer>> {
  const taken = await sql<{ mark: string }>`
    insert into answered_request (portal_id, request_id, content) values (${portalId}, ${requestId}, ${content})
    on conflict (portal_id, request_id) do update set created_at = now()
    where answered_request.answer is null
      and answered_request.created_at < now() - ${ABANDONED_AFTER} * interval '1 second'
      and coalesce(answered_request.content = excluded.content, true)
    returning created_at::text as mark`.execute(db);
  const [claim] = taken.rows;
  if (claim) return { kind: "ours", mark: claim.mark };
  const { rows } = await sql<{ answer: Answer | null; content: Buffer | null }>`
    select answer, content from answered_request
    where portal_id = ${portalId} and request_id = ${requestId}`.execute(db);
  const [found] = rows;
  if (found?.content && !found.content.equals(content))
    return { kind: "other content" };
  const answer = found?.answer ?? null;
  return answer === null ? { kind: "waiting" } : { kind: "answered", answer };
}

/** A digest of a request's content that doesn't depend on the order of its keys. */
function digestOf(content: unknown): Buffer {
  const text = JSON.stringify(content, (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
      : value,
  );
  return createHash("sha256").update(text).digest();
}

function idReused(): Problem {
  return new Problem(
    409,
    "request_id_reused",
    "An earlier request with this requestId asked for something else. Nothing was changed. Send each request with a new requestId.",
  );
}
