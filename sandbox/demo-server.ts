import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { until } from "./demo-client.ts";

type Environment = Record<string, string | undefined>;

const file = (path: string): string =>
  fileURLToPath(new URL(`../server/${path}`, import.meta.url));

const STOP_DEADLINE_MS = 30_000;
const ANSWER_WITHIN_MS = 3_000;

/** The server as a process of its own, its log in a file. */
export class DemoServer {
  readonly #child: ChildProcess;
  readonly #logPath: string;
  readonly #environment: Environment;
  /** Resolves with how it ended, when it ends. */
  readonly ended: Promise<string>;

  private constructor(
    child: ChildProcess,
    logPath: string,
    environment: Environment,
  ) {
    this.#child = child;
    this.#logPath = logPath;
    this.#environment = environment;
    this.ended = new Promise((done) => {
      child.once("error", (error) => done(error.message));
      child.once("exit", (code, signal) => done(String(signal ?? code)));
    });
  }

  static async start(
    environment: Environment,
    logPath: string,
  ): Promise<DemoServer> {
    const log = await open(logPath, "w");
    // Where setpriv exists, the kernel stops the server when the demo is killed; it stops Postgres in its turn.
    const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) =>
      existsSync(path),
    );
    const node = [process.execPath, file("main.ts")];
    const [command = "", ...args] = setpriv
      ? [setpriv, "--pdeathsig", "TERM", "--", ...node]
      : node;
    const child = spawn(command, args, {
      env: environment,
      stdio: ["ignore", log.fd, log.fd],
    });
    await log.close();
    return new DemoServer(child, logPath, environment);
  }

  /** Waits until it is ready for requests. Throws with the end of its log when it ends before that. */
  async ready(url: string): Promise<void> {
    let end: string | undefined;
    void this.ended.then((how) => (end = how));
    await until("the server is ready", async () => {
      if (end !== undefined)
        throw new Error(
          `The server ended (${end}):\n${await this.lastLines()}`,
        );
      // Another program that took the port meanwhile may never answer.
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(`${url}/readyz`, { signal }).catch(
        () => undefined,
      );
      await answer?.body?.cancel();
      return answer?.ok ?? false;
    });
  }

  /** The address of the portal's views, under the product's own login. */
  productLogin(portalId: number): Promise<string> {
    return this.#command("product-login.ts", String(portalId));
  }

  /** An API key for the portal's product. The one before it stays valid for an hour. */
  newApiKey(portalId: number): Promise<string> {
    return this.#command(
      "new-api-key.ts",
      String(portalId),
      "--keep-old-for-an-hour",
    );
  }

  /** Runs a command of the operator, and returns what it prints. Throws if it fails. */
  async #command(name: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [file(name), ...args],
      { env: this.#environment },
    );
    return stdout.trim();
  }

  async lastLines(): Promise<string> {
    const log = await readFile(this.#logPath, "utf8").catch(() => "");
    return log.trimEnd().split("\n").slice(-15).join("\n");
  }

  /** Lets it end in order; one that does not is killed. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const late = setTimeout(
      () => this.#child.kill("SIGKILL"),
      STOP_DEADLINE_MS,
    );
    await this.ended;
    clearTimeout(late);
  }
}
