import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import type { Database, Db } from "../database/database.ts";
import { toJson } from "../database/json.ts";
import type { PortalId } from "../settings/object-type.ts";
import { Problem } from "./problem.ts";

/** After this long without an answer, in seconds, the process that worked on a request is taken for dead. */
const ABANDONED_AFTER = 30;
/** How long a repeated request waits for the first one's answer, in ms: HubSpot gives up after 15 s. */
const WAIT_MS = 12_000;
const LOOK_EVERY_MS = 100;

/**
 * Does an action once for its request id: a repetition gets the first answer, also when that is still being made.
 * An action that throws has answered nothing, so it may be asked again.
 */
export async function answerOnce<Answer>(
  database: Database,
  portalId: PortalId,
  requestId: string,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const claim = await database.inPortal(portalId, (db) =>
      claimRequest<Answer>(db, portalId, requestId),
    );
    if (claim.kind === "answered") return claim.answer;
    if (claim.kind === "ours") break;
    if (Date.now() > deadline)
      throw new Problem(
        503,
        "still_working",
        "The same request is still being worked on.",
        {},
        { "Retry-After": "5" },
      );
    await pause(LOOK_EVERY_MS);
  }
  try {
    const answer = await act();
    await database.inPortal(portalId, (db) =>
      sql`
        update answered_request set answer = ${toJson(answer)}::jsonb
        where portal_id = ${portalId} and request_id = ${requestId}`.execute(
        db,
      ),
    );
    return answer;
  } catch (error) {
    await database.inPortal(portalId, (db) =>
      sql`
        delete from answered_request
        where portal_id = ${portalId} and request_id = ${requestId} and answer is null`.execute(
        db,
      ),
    );
    throw error;
  }
}

type Claim<Answer> =
  { kind: "ours" } | { kind: "answered"; answer: Answer } | { kind: "waiting" };

async function claimRequest<Answer>(
  db: Db,
  portalId: PortalId,
  requestId: string,
): Promise<Claim<Answer>> {
  const taken = await sql<{ request_id: string }>`
    insert into answered_request (portal_id, request_id) values (${portalId}, ${requestId})
    on conflict (portal_id, request_id) do update set created_at = now()
    where answered_request.answer is null
      and answered_request.created_at < now() - ${ABANDONED_AFTER} * interval '1 second'
    returning request_id`.execute(db);
  if (taken.rows.length === 1) return { kind: "ours" };
  const { rows } = await sql<{ answer: Answer | null }>`
    select answer from answered_request where portal_id = ${portalId} and request_id = ${requestId}`.execute(
    db,
  );
  const answer = rows[0]?.answer ?? null;
  return answer === null ? { kind: "waiting" } : { kind: "answered", answer };
}
