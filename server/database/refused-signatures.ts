import { sql } from "kysely";
import type { Db } from "./database.ts";

/** Refusals that come after a pause of this long are another trouble, and their time begins again. */
const FORGOTTEN_AFTER_MINUTES = 60;

/** Stores that a request was refused for this reason now. As the crossing role. */
export async function noteRefusedSignature(
  db: Db,
  reason: string,
): Promise<void> {
  await sql`
    insert into refused_signature as r (reason, since, last_at) values (${reason}, now(), now())
    on conflict (reason) do update set last_at = now(),
      since = case when r.last_at < now() - make_interval(mins => ${FORGOTTEN_AFTER_MINUTES}) then now() else r.since end`.execute(
    db,
  );
}

/** Reads why requests were refused within the last hour, and since when. */
export async function readRefusedSignatures(
  db: Db,
): Promise<{ reason: string; since: Date }[]> {
  const forgotten = sql<Date>`now() - make_interval(mins => ${FORGOTTEN_AFTER_MINUTES})`;
  return db
    .selectFrom("refused_signature")
    .select(["reason", "since"])
    .where("last_at", ">", forgotten)
    .orderBy("reason")
    .execute();
}
