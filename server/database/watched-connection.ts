import type { Socket } from "node:net";
import type { PoolClient, QueryResult } from "pg";
import {
  codeOf,
  ConnectionLostError,
  SilentConnectionError,
} from "./errors.ts";
import type { StatementNames } from "./statement-names.ts";

const NO_SUCH_STATEMENT = "26000";
const STATEMENT_EXISTS = "42P05";
const FEATURE_NOT_SUPPORTED = "0A000";

/** A timer that is this late says that the event loop was blocked. */
const HELD_UP_MS = 200;

type Options = {
  readonly client: PoolClient;
  readonly names: StatementNames;
  /** Called with the moment (`performance.now()`) since which nothing came. */
  readonly onSilent: (since: number) => void;
  /** Called when a name was not there, or there already: another session's, which a pooler gave us. */
  readonly onLostNames: () => void;
};

/** A connection that is given up when no answer comes, and that is not used again after an error that would stay. */
export class WatchedConnection {
  readonly #options: Options;
  /** The limits of the statements under way, in ms, in their order. */
  readonly #limits: number[] = [];
  #answers = 0;
  #sentAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #silent: SilentConnectionError | undefined;
  #spent = false;
  /** Why Postgres, or the network, ended it. */
  #lost: Error | undefined;
  /** `performance.now()` when Postgres was last heard on it. */
  lastAnswerAt = performance.now();

  constructor(options: Options) {
    this.#options = options;
    options.client.on("error", (error) => {
      this.#lost ??= error;
    });
  }

  /** Whether an error of before would come again: the pool must not keep it. */
  get isSpent(): boolean {
    return this.#spent || this.#silent !== undefined;
  }

  /**
   * Sends one statement, prepared if it has a name, without waiting for those before it. Throws `SilentConnectionError`,
   * and ends the connection, when nothing has come on it for `answerMs`.
   */
  async query(
    text: string,
    values: readonly unknown[],
    { answerMs, isPrepared }: { answerMs: number; isPrepared: boolean },
  ): Promise<QueryResult> {
    const { client, names } = this.#options;
    const name = isPrepared && values.length > 0 ? names.of(text) : undefined;
    this.#limits.push(answerMs);
    if (this.#limits.length === 1) this.#watch(answerMs);
    try {
      const result = await client.query({
        text,
        values: [...values],
        ...(name === undefined ? {} : { name }),
      });
      this.#heard();
      return result;
    } catch (error) {
      if (this.#silent !== undefined) throw this.#silent;
      this.#heard();
      if (name !== undefined) this.#judge(error);
      if (!isOfConnection(error)) throw error;
      // Of a connection that ended before, the driver only says that it did.
      throw new ConnectionLostError("The connection to Postgres ended.", {
        cause: this.#lost ?? error,
      });
    }
  }

  /** Closes the socket, without the farewell to which a silent server would not respond. */
  destroy(): void {
    this.#spent = true;
    // pg has no other way to end a connection on which nothing is asked.
    const { connection } = this.#options.client as unknown as {
      connection: { stream: Socket };
    };
    connection.stream.destroy();
  }

  #watch(answerMs: number): void {
    this.#sentAt = performance.now();
    this.#wait(answerMs);
  }

  #wait(answerMs: number): void {
    const dueAt = performance.now() + answerMs;
    this.#timer = setTimeout(() => {
      const answers = this.#answers;
      // This process was held up, and not Postgres: the answer may lie in the socket.
      if (performance.now() - dueAt > HELD_UP_MS) this.#wait(answerMs);
      else
        setImmediate(() => {
          if (this.#answers === answers && this.#limits.length > 0)
            this.#giveUp(answerMs);
        });
    }, answerMs);
  }

  #giveUp(answerMs: number): void {
    this.#silent = new SilentConnectionError(
      `Postgres did not respond for ${answerMs} ms. The connection was closed.`,
    );
    this.#options.onSilent(this.#sentAt);
    // pg's own end would wait for the responses.
    this.destroy();
  }

  #heard(): void {
    clearTimeout(this.#timer);
    this.#answers += 1;
    this.lastAnswerAt = performance.now();
    this.#limits.shift();
    const [next] = this.#limits;
    if (next !== undefined) this.#watch(next);
  }

  #judge(error: unknown): void {
    const code = codeOf(error);
    if (code === NO_SUCH_STATEMENT || code === STATEMENT_EXISTS) {
      this.#spent = true;
      this.#options.onLostNames();
    } else if (isOutdatedPlan(error)) this.#spent = true;
  }
}

/** Postgres' own responses have a severity; the driver's errors about a value are of JavaScript's kinds. */
const isOfConnection = (error: unknown): boolean =>
  error instanceof Error &&
  !("severity" in error) &&
  !(error instanceof TypeError || error instanceof RangeError);

/** A statement that this connection prepared before a migration changed its columns: it is refused from then on. */
function isOutdatedPlan(error: unknown): boolean {
  return (
    codeOf(error) === FEATURE_NOT_SUPPORTED &&
    error instanceof Error &&
    "routine" in error &&
    error.routine === "RevalidateCachedQuery"
  );
}

/** Whether the transaction may simply run again: its statement failed only because of how it was prepared. */
export function isLostPreparation(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === NO_SUCH_STATEMENT ||
    code === STATEMENT_EXISTS ||
    isOutdatedPlan(error)
  );
}
