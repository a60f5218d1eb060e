import type { Request } from "express";
import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Actor } from "../../sync/people/pure/actor.ts";
import { refusalOfUser, theProduct } from "../../sync/people/pure/actor.ts";
import { findUser } from "../../sync/people/users.ts";
import { Problem } from "../problem.ts";
import { notPermitted } from "../require-permission.ts";
import { emailSchema } from "./email-schema.ts";
import { faultsOf } from "./parse.ts";

/** The header in which a product names the person for whom it asks, by email. */
export const ACTING_USER = "X-Acting-User";

/**
 * Returns for whom a request of the product asks: the person whom it names, or the product itself. Throws a 400 for what
 * is no email, and a 403 for a person who is no active user.
 */
export async function actorOf(
  request: Request,
  inPortal: <T>(work: (db: Db) => Promise<T>) => Promise<T>,
): Promise<Actor> {
  const named = request.get(ACTING_USER);
  if (named === undefined) return theProduct;
  const parsed = emailSchema.safeParse(named);
  if (!parsed.success)
    throw new Problem(
      400,
      "invalid_input",
      `${ACTING_USER} isn't the email of a user.`,
      {
        errors: faultsOf(parsed.error).map(({ message }) => ({
          path: ACTING_USER,
          message,
        })),
      },
    );
  const email = parsed.data;
  const user = await inPortal((db) => findUser(db, email));
  const hubspotUserId = user?.hubspotUserId ?? null;
  const actor: Actor = {
    kind: "person",
    email,
    hubspotUserId: hubspotUserId === null ? null : Number(hubspotUserId),
    user,
  };
  const refusal = refusalOfUser(actor);
  if (refusal !== null) throw notPermitted(refusal);
  return actor;
}

/**
 * What the transaction changes is a person's, if the product has named one: the push of it names that person, and owns
 * what it creates (`record_mark_dirty`).
 */
export async function writeFor(db: Db, actor: Actor): Promise<void> {
  if (actor.kind === "person")
    await sql`select set_config('counterpart.acting_user', ${actor.email}, true)`.execute(
      db,
    );
}
