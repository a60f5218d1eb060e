import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../until.ts";

const MAIN = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
const STOP_WITHIN_MS = 30_000;

export type Role = "all" | "web" | "worker";

/** One server process as production runs it: `node server/main.ts` and its environment. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #logPath: string;
  readonly #ended: Promise<string>;

  private constructor(url: string, child: ChildProcess, logPath: string) {
    this.url = url;
    this.#child = child;
    this.#logPath = logPath;
    this.#ended = new Promise((done) => {
      child.once("error", (error) => done(error.message));
      child.once("exit", (code, signal) => done(String(signal ?? code)));
    });
  }

  static async start(
    role: Role,
    dir: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<ServerProcess> {
    const port = await freePort();
    const logPath = join(dir, `${role}-${port}.log`);
    const log = await open(logPath, "w");
    const child = spawn(process.execPath, [MAIN], {
      env: { ...environment, ROLE: role, PORT: String(port) },
      stdio: ["ignore", log.fd, log.fd],
    });
    await log.close();
    const url = `http://127.0.0.1:${port}`;
    const server = new ServerProcess(url, child, logPath);
    await server.#ready();
    return server;
  }

  /** Resident memory in MB. */
  async memoryMb(): Promise<number> {
    return (await this.#metric("process_resident_memory_bytes")) / 1_048_576;
  }

  cpuSeconds(): Promise<number> {
    return this.#metric("process_cpu_seconds_total");
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), STOP_WITHIN_MS);
    await this.#ended;
    clearTimeout(late);
  }

  async lastLines(): Promise<string> {
    const log = await readFile(this.#logPath, "utf8");
    return log.trimEnd().split("\n").slice(-10).join("\n");
  }

  async #ready(): Promise<void> {
    let end: string | undefined;
    void this.#ended.then((how) => (end = how));
    await until("the server is ready", async () => {
      if (end !== undefined)
        throw new Error(
          `The server ended (${end}):\n${await this.lastLines()}`,
        );
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.ok ?? false;
    });
  }

  async #metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const value = new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1];
    if (value === undefined) throw new Error(`No metric ${name}.`);
    return Number(value);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string")
    throw new Error("No free port on 127.0.0.1.");
  return address.port;
}
