import type { Roles } from "./deployment.ts";
import type { TransactionLimits } from "./limits.ts";

/**
 * A page of ids is looked up by index, whatever disks once cost; and a plan is never kept: one made while a table was
 * empty would read it whole when it is full.
 */
const PLANS =
  "set local plan_cache_mode = force_custom_plan; set local random_page_cost = 1.1";

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
