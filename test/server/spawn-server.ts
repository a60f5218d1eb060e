import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";

/** A line of the server's log. */
export type LogLine = { level: string; msg: string; [field: string]: unknown };

/** `node server/main.ts` as an operator starts it, with nothing but `environment` in its environment. */
export class SpawnedServer {
  readonly child: ChildProcess;
  /** The lines of its log so far. */
  readonly lines: LogLine[] = [];
  /** Its exit code, once its log is read to the end. */
  readonly ended: Promise<number | null>;

  constructor(environment: Readonly<Record<string, string>>) {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("../../server/main.ts", import.meta.url))],
      {
        env: {
          PATH: process.env["PATH"] ?? "",
          // Halves the time of a start.
          NODE_COMPILE_CACHE: join(tmpdir(), "counterpart-compile-cache"),
          ...environment,
        },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    createInterface({ input: child.stdout }).on("line", (line) =>
      this.lines.push(JSON.parse(line) as LogLine),
    );
    this.ended = once(child, "close").then(() => child.exitCode);
    this.child = child;
  }

  /** Resolves with the first line that fits. Throws if the process ends without one, or after `withinMs`. */
  async line(
    fits: (line: LogLine) => boolean,
    withinMs = 50_000,
  ): Promise<LogLine> {
    const end = Promise.withResolvers<never>();
    const fail = (why: string): void =>
      end.reject(
        new Error(`${why} Its log: ${JSON.stringify(this.lines.slice(-5))}`),
      );
    const timer = setTimeout(() => fail("No such line in time."), withinMs);
    void this.ended.then(() => fail("It ended without such a line."));
    for (;;) {
      const found = this.lines.find(fits);
      if (found) {
        clearTimeout(timer);
        end.promise.catch(() => undefined);
        return found;
      }
      await Promise.race([
        once(this.child.stdout ?? this.child, "data"),
        end.promise,
      ]);
      // The reader of lines hears of the same data.
      await new Promise(setImmediate);
    }
  }

  /** The address that it listens at. */
  async url(): Promise<string> {
    const { url } = await this.line(({ msg }) => msg === "started");
    return String(url);
  }

  async kill(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}
