import { setTimeout as pause } from "node:timers/promises";
import { callJson } from "./desk/json-client.ts";

const DEADLINE_MS = 120_000;

/** What the demo reaches over HTTP: the sandbox's control paths and, once installed, the product's API. */
export class DemoClient {
  readonly sandboxUrl: string;
  readonly serverUrl: string;
  readonly portalId: number;
  #apiKey = "";

  constructor(parts: {
    sandboxUrl: string;
    serverUrl: string;
    portalId: number;
  }) {
    this.sandboxUrl = parts.sandboxUrl;
    this.serverUrl = parts.serverUrl;
    this.portalId = parts.portalId;
  }

  useKey(apiKey: string): void {
    this.#apiKey = apiKey;
  }

  /** A control path of the sandbox, without `/sandbox`. Throws `Refusal`. */
  control(method: string, path: string, body?: unknown): Promise<unknown> {
    return callJson(`${this.sandboxUrl}/sandbox${path}`, { method, body });
  }

  /** What a user of the portal does in HubSpot. Throws `Refusal`. */
  inHubSpot(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.control(method, `/portals/${this.portalId}${path}`, body);
  }

  /** What the product does, by `/api/v1`. Throws `Refusal`. */
  api(method: string, path: string, body?: unknown): Promise<unknown> {
    return callJson(`${this.serverUrl}/api/v1${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${this.#apiKey}` },
    });
  }

  /** Whether the server has looked at every event and every changed record. */
  async nothingWaits(): Promise<boolean> {
    const answer = await fetch(`${this.serverUrl}/metrics`, {
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const metrics = await answer.text();
    return ["counterpart_inbox_events", "counterpart_dirty_records"].every(
      (name) => new RegExp(`^${name} 0$`, "m").test(metrics),
    );
  }
}

/** Asks again until the condition holds. Throws after two minutes, or with what the condition throws. */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not in two minutes: ${what}.`);
    await pause(50);
  }
}
