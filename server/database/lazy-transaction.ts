import type { PostgresPool, PostgresPoolClient } from "kysely";

/** A transaction that did not begin, so that nothing of its work was done. */
export class NotBegun extends Error {
  override name = "NotBegun";
}

/**
 * A pool whose connections begin a transaction with their first statement, and send both at once: one round trip less,
 * and none for a transaction without statements. If `prologue` fails, so does the statement after it, because it is
 * either in an aborted transaction or on a connection that has ended; it throws `NotBegun` then.
 *
 * @param prologue the statements that begin it, without parameters: `begin` and what the transaction needs
 */
export function beginningLate(
  pool: PostgresPool,
  prologue: string,
): PostgresPool {
  return {
    ...pool,
    connect: async () => beginLate(await pool.connect(), prologue),
  };
}

function beginLate(
  client: PostgresPoolClient,
  prologue: string,
): PostgresPoolClient {
  let hasBegun = false;
  const query = async (
    text: string,
    values: readonly unknown[] = [],
  ): Promise<unknown> => {
    if (hasBegun) return client.query(text, values);
    if (text === "commit" || text === "rollback")
      return { command: text.toUpperCase(), rowCount: 0, rows: [] };
    hasBegun = true;
    const [begun, first] = await Promise.allSettled([
      client.query(prologue, []),
      client.query(text, values),
    ]);
    if (begun.status === "rejected")
      throw new NotBegun("The transaction did not begin.", {
        cause: begun.reason,
      });
    if (first.status === "rejected") throw first.reason;
    return first.value;
  };
  return {
    // Its other overload takes cursors, which nobody here has.
    query: query as PostgresPoolClient["query"],
    release: (isBroken) => client.release(isBroken),
  };
}
