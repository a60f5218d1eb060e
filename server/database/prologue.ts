import type { Roles } from "./deployment.ts";
import type { TransactionLimits } from "./limits.ts";

/**
 * A page of ids is looked up by index, whatever disks once cost. Plans are kept, because making one takes several times
 * longer than executing it: one made while a table was small ends when the table is analyzed (analyze-outgrown.ts).
 */
const PLANS = "set local random_page_cost = 1.1";

/**
 * The statements that open a transaction of one portal, or (null) of what crosses portals, in one message. Everything ends
 * with the transaction, so that it works through a pooler too, which hands one session to many.
 */
export function prologueOf(
  { portal, crossing }: Roles,
  portalId: number | null,
  { lockMs, statementMs, idleMs }: TransactionLimits,
): string {
  const scope =
    portalId === null
      ? `set local role ${crossing}`
      : `set local role ${portal}; set local app.portal = '${portalId}'`;
  return (
    `begin; ${scope}; ${PLANS}; set local lock_timeout = ${lockMs}; ` +
    `set local statement_timeout = ${statementMs}; set local idle_in_transaction_session_timeout = ${idleMs}`
  );
}
