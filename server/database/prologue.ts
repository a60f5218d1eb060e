import type { TransactionLimits } from "./limits.ts";

/** The roles that transactions run under; row-level security binds both. */
const ROLES = {
  portal: "counterpart_portal",
  crossing: "counterpart_crossing",
} as const;

/**
 * A page of ids is looked up by index, whatever disks once cost; and a plan is never kept: one made while a table was
 * empty would read it whole when it is full.
 */
const PLANS =
  "set local plan_cache_mode = force_custom_plan; set local random_page_cost = 1.1";

/**
 * The statements that open a transaction, in one message. Everything ends with the transaction, so that it works through
 * a pooler too, which hands one session to many.
 */
export function prologueOf(
  scope: { readonly portalId: number } | "crossing",
  { lockMs, statementMs, idleMs }: TransactionLimits,
): string {
  const role =
    scope === "crossing"
      ? `set local role ${ROLES.crossing}`
      : `set local role ${ROLES.portal}; set local app.portal = '${scope.portalId}'`;
  return (
    `begin; ${role}; ${PLANS}; set local lock_timeout = ${lockMs}; ` +
    `set local statement_timeout = ${statementMs}; set local idle_in_transaction_session_timeout = ${idleMs}`
  );
}
