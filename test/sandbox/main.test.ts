import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../sandbox/main.ts", import.meta.url));
const identity = {
  HUBSPOT_APP_ID: "77",
  HUBSPOT_CLIENT_ID: "client",
  HUBSPOT_CLIENT_SECRET: "new,old",
};
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

function start(environment: Record<string, string>): {
  child: ChildProcess;
  output: () => string;
  until: (words: string) => Promise<string>;
} {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  running.push(child);
  let text = "";
  const heard = new EventEmitter();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      heard.emit("output");
    });
  const until = async (words: string): Promise<string> => {
    while (!text.includes(words)) await once(heard, "output");
    return text;
  };
  return { child, output: () => text, until };
}

describe("npm run sandbox", () => {
  it("takes the app's identity from the environment, says where it listens, and stops on SIGTERM", async () => {
    const { child, until } = start({
      ...identity,
      PORT: "0",
      PUBLIC_URL: "http://127.0.0.1:1",
    });
    const url =
      /http:\/\/127\.0\.0\.1:\d+/.exec(
        await until("sandbox listening on"),
      )?.[0] ?? "";
    const form = new URLSearchParams({
      client_id: "client",
      client_secret: "old",
      token: "unknown",
    });
    const answer = await fetch(`${url}/oauth/2026-09/token/introspect`, {
      method: "POST",
      body: form,
    });
    expect(await answer.json()).toEqual({ active: false });
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("starts the desk where it is told to", async () => {
    const { until } = start({ ...identity, PORT: "0", DESK_PORT: "0" });
    const output = await until("desk listening on");
    const url = /desk listening on (\S+)/.exec(output)?.[1] ?? "";
    const page = await fetch(`${url}/contacts/1/objects/0-1/views/all`);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  it("names every setting that is missing", async () => {
    const { child, output } = start({ HUBSPOT_APP_ID: "77" });
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output()).toContain("HUBSPOT_CLIENT_ID");
    expect(output()).toContain("HUBSPOT_CLIENT_SECRET");
  });
});
