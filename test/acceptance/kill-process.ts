import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import type { World } from "./world.ts";

const main = fileURLToPath(new URL("../../server/main.ts", import.meta.url));

/** `node server/main.ts` in a process of its own, on the database and the sandbox of a world. */
export class ServerProcess {
  readonly url: string;
  /** The lines of its log, as far as they have been read. */
  readonly lines: readonly LogLine[];
  readonly #child: ChildProcess;
  readonly #died: Promise<unknown>;

  private constructor(
    url: string,
    lines: readonly LogLine[],
    child: ChildProcess,
    died: Promise<unknown>,
  ) {
    this.url = url;
    this.lines = lines;
    this.#child = child;
    this.#died = died;
  }

  /** Resolves once it listens. Other processes on the database are the caller's to stop. */
  static async start(
    world: World,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const child = spawn(process.execPath, [main], {
      env: {
        ...world.environment,
        PORT: "0",
        LOG_LEVEL: "info",
        // Halves the time of a start.
        NODE_COMPILE_CACHE: join(tmpdir(), "counterpart-compile-cache"),
        ...environment,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const died = once(child, "exit");
    const lines: LogLine[] = [];
    const url = await Promise.race([
      listening(child, lines),
      died.then(() => null),
    ]);
    if (url === null)
      throw new Error(`It ended as it started: ${child.exitCode}.`);
    return new ServerProcess(url, lines, child, died);
  }

  /** Makes it the server that the world's requests and HubSpot's webhooks go to. */
  serve(world: World): this {
    world.sandbox.setPublicUrl(this.url);
    world.server = {
      ...world.server,
      url: this.url,
      publicUrl: this.url,
      stop: () => this.kill(),
    };
    return this;
  }

  /** Resolves once it is gone, and throws unless SIGKILL was what ended it. */
  async killed(withinMs = 10_000): Promise<void> {
    await Promise.race([this.#died, pause(withinMs)]);
    if (this.#child.signalCode !== "SIGKILL")
      throw new Error(
        `It was not killed: ${this.#child.signalCode ?? this.#child.exitCode}.`,
      );
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#died;
  }
}

export type LogLine = Readonly<Record<string, unknown>>;

/** The address in the log's line of the start. All lines are read, so that the process never waits for its reader. */
function listening(child: ChildProcess, lines: LogLine[]): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as LogLine;
      lines.push(line);
      if (line["msg"] === "started" && typeof line["url"] === "string")
        resolve(line["url"]);
      if (["error", "fatal"].includes(String(line["level"])))
        process.stderr.write(`${text}\n`);
    });
  });
}
