import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { signedForm } from "../../server/http/verify-signature.ts";
import { identity } from "../acceptance/world.ts";
import { apiShot } from "./api-shots.ts";
import { cardShot } from "./card-shots.ts";
import { Random } from "./random.ts";
import type { Shot, Target } from "./shot.ts";
import { webhookShot } from "./webhook-shots.ts";
import { mangle } from "./wire.ts";

const AT_ONCE = 8;
/** However odd a request is, it is answered. */
const ANSWER_WITHIN_MS = 30_000;

export type Storm = {
  /** Requests by client and status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What should not have been, in words that let it be sent again: its seed first. */
  readonly findings: readonly string[];
};

/**
 * Fires `requests` at a server, each drawn from a seed of its own that begins at `seed`. A finding is an answer of 500
 * and above but 503, and no answer at all. Stops at ten.
 */
export async function storm(
  url: string,
  target: Target,
  { requests, seed }: { requests: number; seed: number },
): Promise<Storm> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses: Record<string, number> = {};
  const findings: string[] = [];
  let fired = 0;
  const fireOn = async (): Promise<void> => {
    while (fired < requests && findings.length < 10) {
      const own = seed + fired++;
      if (fired % 10_000 === 0) process.stdout.write(`${fired} requests\n`);
      const shot = shotOf(own, target, url);
      const answer = await send(url, shot, agent).catch((error: unknown) => ({
        status: 0,
        text: error instanceof Error ? error.message : "no error",
      }));
      const name = `${shot.client} ${answer.status}`;
      statuses[name] = (statuses[name] ?? 0) + 1;
      if (
        answer.status !== 503 &&
        (answer.status === 0 || answer.status >= 500)
      )
        findings.push(describe(own, shot, answer));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, fireOn));
  } finally {
    agent.destroy();
  }
  return { statuses, findings };
}

function shotOf(seed: number, target: Target, url: string): Shot {
  const random = new Random(seed);
  const make = random.pick([webhookShot, cardShot, apiShot]);
  const shot = mangle(make(target, random), random);
  return shot.client === "api" || random.chance(0.02) ? shot : sign(shot, url);
}

/** As HubSpot would sign these very bytes; a header that is there already stays. */
function sign(shot: Shot, url: string): Shot {
  const timestamp = String(Date.now());
  const signature = createHmac("sha256", identity.clientSecret)
    .update(shot.method + signedForm(url + shot.path), "utf8")
    .update(shot.body ?? "")
    .update(timestamp, "utf8")
    .digest("base64");
  return {
    ...shot,
    headers: {
      "x-hubspot-signature-v3": signature,
      "x-hubspot-request-timestamp": timestamp,
      ...shot.headers,
    },
  };
}

function send(
  url: string,
  { method, path, headers, body }: Shot,
  agent: Agent,
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method,
        path,
        agent,
        headers: {
          ...headers,
          ...(body === null ? {} : { "content-length": body.length }),
        },
        timeout: ANSWER_WITHIN_MS,
      },
      (response) => {
        let text = "";
        response
          .setEncoding("utf8")
          .on("data", (chunk: string) => {
            if (text.length < 300) text += chunk;
          })
          .on("end", () => resolve({ status: response.statusCode ?? 0, text }))
          .on("error", reject);
      },
    );
    outgoing
      .on("timeout", () => outgoing.destroy(new Error("no answer in time")))
      .on("error", reject)
      .end(body ?? undefined);
  });
}

function describe(
  seed: number,
  { method, path, headers, body }: Shot,
  answer: { status: number; text: string },
): string {
  const { authorization: _key, ...shown } = headers;
  return [
    `seed ${seed}: ${method} ${path.slice(0, 300)} -> ${answer.status} ${answer.text.slice(0, 300)}`,
    `  ${JSON.stringify(shown).slice(0, 300)}`,
    `  ${(body ?? "").toString().slice(0, 1_500)}`,
  ].join("\n");
}
