import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type SandboxQuestion =
  | { readonly ask: "publicUrl"; readonly url: string }
  | { readonly ask: "cpu" }
  | { readonly ask: "token"; readonly portalId: number };

/** The sandbox in its own process. */
export class SandboxProcess {
  readonly url: string;
  readonly authorizeUrl: string;
  readonly #child: ChildProcess;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess, answer: Record<string, unknown>) {
    this.#child = child;
    this.url = String(answer["url"]);
    this.authorizeUrl = String(answer["authorizeUrl"]);
  }

  static async start(secret: string): Promise<SandboxProcess> {
    const file = fileURLToPath(new URL("sandbox-process.ts", import.meta.url));
    const child = fork(file, ["0", secret], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return new SandboxProcess(child, await nextAnswer(child));
  }

  async setPublicUrl(url: string): Promise<void> {
    await this.#ask({ ask: "publicUrl", url });
  }

  /** Processor seconds used so far. */
  async cpuSeconds(): Promise<number> {
    return Number((await this.#ask({ ask: "cpu" }))["seconds"]);
  }

  async token(portalId: number): Promise<string> {
    return String((await this.#ask({ ask: "token", portalId }))["token"]);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }

  /** One question at a time: answers carry no number. */
  #ask(question: SandboxQuestion): Promise<Record<string, unknown>> {
    const answer = this.#turn.then(() => {
      const coming = nextAnswer(this.#child);
      this.#child.send(question);
      return coming;
    });
    this.#turn = answer.catch(() => undefined);
    return answer;
  }
}

async function nextAnswer(
  child: ChildProcess,
): Promise<Record<string, unknown>> {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error("The sandbox ended.");
  });
  try {
    const [answer] = (await Promise.race([once(child, "message"), exit])) as [
      Record<string, unknown>,
    ];
    return answer;
  } finally {
    exit.catch(() => undefined);
    ended.abort();
  }
}
