import type { PostgresPool, PostgresPoolClient } from "kysely";
import type { Pool, PoolClient } from "pg";
import { ConnectionLostError, isAnswer } from "./outage.ts";

/** Statements remembered; those beyond are sent unprepared. Ours are some two hundred. */
const MOST_STATEMENTS = 1_000;

/**
 * A pool whose connections prepare what they are asked a second time, so that Postgres parses a statement, and rewrites
 * it for row-level security, once a connection: a third of the time of a small one.
 */
export function preparingPool(pool: Pool): PostgresPool {
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  const nameOf = namer();
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw new ConnectionLostError("No connection to Postgres.", {
          cause: error,
        });
      });
      const known = clients.get(client);
      if (known !== undefined) return known;
      const made = preparing(client, nameOf);
      clients.set(client, made);
      return made;
    },
    end: () => pool.end(),
  };
}

function preparing(
  client: PoolClient,
  nameOf: (text: string) => string | undefined,
): PostgresPoolClient {
  const query = async (text: string, values: readonly unknown[]) => {
    const name = values.length === 0 ? undefined : nameOf(text);
    try {
      return await client.query({
        text,
        values: [...values],
        ...(name === undefined ? {} : { name }),
      });
    } catch (error) {
      // The driver's own errors have no code; those of its caller are of JavaScript's kinds.
      if (isAnswer(error) || !(error instanceof Error) || isOurs(error))
        throw error;
      throw new ConnectionLostError("The connection to Postgres ended.", {
        cause: error,
      });
    }
  };
  return {
    // Its other overload takes cursors, which nobody here has.
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy) => client.release(destroy),
  };
}

/** A value that can't be written as a parameter. */
const isOurs = (error: Error): boolean =>
  error instanceof TypeError || error instanceof RangeError;

/** Names what it sees a second time: lists of unforeseen length make statements that never come again. */
function namer(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const seenOnce = new Set<string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= MOST_STATEMENTS) return undefined;
    if (!seenOnce.delete(text)) {
      if (seenOnce.size >= MOST_STATEMENTS) seenOnce.clear();
      seenOnce.add(text);
      return undefined;
    }
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
}
