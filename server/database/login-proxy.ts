import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Log } from "../log.ts";
import { LOGIN_CONNECTIONS } from "./login-limits.ts";
import type {
  LoginProxyData,
  LoginProxyMessage,
} from "./login-proxy-thread.ts";

/** The Postgres setting that says at which port logins connect: `product-login.ts` may run in another process. */
export const LOGIN_PORT_SETTING = "counterpart.login_port";

/** Before a proxy that ended with an error is started again. */
const RESTART_MS = 1_000;

/** Where products' logins connect to the embedded Postgres. */
export type LoginProxy = {
  /** Its port on 127.0.0.1. */
  port: number;
  /** Passes connections on to the Postgres at this port of 127.0.0.1. Until then, they are closed. */
  passTo(postgresPort: number): void;
  stop(): Promise<void>;
};

/**
 * Starts a proxy for logins, to stand in front of the embedded Postgres. Postgres counts the
 * connections of a login after it has made a process for each and checked its password, so a hundred clients that are
 * refused and try again keep a processor busy. The proxy learns the login from the first packet, and refuses a
 * connection with Postgres' own error for a small part of that cost. It is a thread: what a product reads doesn't pass
 * through the event loop that serves requests. `port` is the one that it should have; another one is taken if that is
 * in use, or 0. Rejects if it can't listen at all.
 */
export async function startLoginProxy({
  port,
  connections = LOGIN_CONNECTIONS,
  log,
}: {
  port: number;
  connections?: number;
  log?: Log | undefined;
}): Promise<LoginProxy> {
  let isStopping = false;
  let target: number | null = null;
  const first = await start(port);
  let thread = first.thread;
  watch();
  return {
    port: first.port,
    passTo: (postgresPort) => {
      target = postgresPort;
      thread.postMessage(postgresPort);
    },
    stop: async () => {
      isStopping = true;
      await thread.terminate();
    },
  };

  async function start(
    wished: number,
  ): Promise<{ thread: Worker; port: number }> {
    const workerData: LoginProxyData = {
      postgresPort: target,
      port: wished,
      connections,
    };
    const started = new Worker(
      new URL("login-proxy-thread.ts", import.meta.url),
      { workerData, name: "login-proxy" },
    );
    // Rejects if it ends with an error instead.
    const [message] = (await once(started, "message")) as [LoginProxyMessage];
    started.unref();
    return { thread: started, port: message.port };
  }

  /** Starts another one, at the same port, when this one ends unasked. */
  function watch(): void {
    thread.once("error", (error) => {
      log?.error({ err: error }, "the proxy for logins ended");
    });
    thread.once("exit", () => void startAgain());
  }

  async function startAgain(): Promise<void> {
    while (!isStopping) {
      await pause(RESTART_MS, undefined, { ref: false });
      if (isStopping) return;
      try {
        const again = await start(first.port);
        thread = again.thread;
        watch();
        if (isStopping) await thread.terminate();
        return;
      } catch (error) {
        log?.error({ err: error }, "the proxy for logins could not be started");
      }
    }
  }
}
