import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import {
  BODIES_BYTES_OF_ONE_ADDRESS,
  BodyBudget,
} from "../../../server/http/body-budget.ts";
import { handleErrors } from "../../../server/http/error-handler.ts";
import { rawBody } from "../../../server/http/raw-body.ts";
import { createLog } from "../../../server/log.ts";
import { postSigned, signatureOf } from "./sign.ts";
import { appId, useWorld } from "./world.ts";

const world = useWorld();
const MB = 1024 * 1024;
const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** Sends a request's head and a part of its body, then nothing more. What has been answered so far is `answer()`. */
async function begin(
  path: string,
  headers: Readonly<Record<string, string>>,
  sent: Buffer,
  to = world.url,
): Promise<{ socket: Socket; answer: () => string }> {
  const { hostname, port } = new URL(to);
  const socket = connect(Number(port), hostname);
  opened.push(socket);
  let answered = "";
  socket.on("data", (chunk) => (answered += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${hostname}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  await new Promise<void>((done) => {
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    socket.write(sent, () => done());
  });
  return { socket, answer: () => answered };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition() && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Headers of the right form and age; whether they fit the body shows once the body is there. */
const plausible = (): Record<string, string> => ({
  "x-hubspot-request-timestamp": String(Date.now()),
  "x-hubspot-signature-v3": createHmac("sha256", "guess")
    .update(randomBytes(8))
    .digest("base64"),
});

const card = `/ui/card/push?portalId=1&userId=2&userEmail=a@b.c&appId=${appId}`;
const length = (bytes: number): Record<string, string> => ({
  "content-length": String(bytes),
});

describe("a signature that can't be right is refused before the body has arrived", () => {
  test.each(["/webhooks/hubspot", card])("POST %s", async (path) => {
    const cases: [string, Record<string, string>, string][] = [
      ["no signature", {}, "signature_missing"],
      [
        "no timestamp",
        { ...plausible(), "x-hubspot-request-timestamp": "" },
        "signature_missing",
      ],
      [
        "an old timestamp",
        {
          ...plausible(),
          "x-hubspot-request-timestamp": String(Date.now() - 301_000),
        },
        "signature_stale",
      ],
      [
        "another form",
        { ...plausible(), "x-hubspot-signature-v3": "abc" },
        "signature_bad",
      ],
    ];
    for (const [name, headers, code] of cases) {
      const { answer } = await begin(
        path,
        { ...headers, ...length(MB) },
        Buffer.alloc(1_000),
      );
      await until(() => answer().includes(code));
      expect(answer(), name).toMatch(/^HTTP\/1.1 401 /);
      expect(answer(), name).toContain(code);
    }
  });

  test("a query at the webhooks' address, however well it is signed", async () => {
    const path = "/webhooks/hubspot?userId=1&portalId=2&userEmail=a&appId=3";
    const body = "[]".padEnd(1_000);
    const { answer } = await begin(
      path,
      { ...signatureOf("POST", world.url + path, body), ...length(1_000) },
      Buffer.alloc(10),
    );
    await until(() => answer().includes("signature_query"));
    expect(answer()).toMatch(/^HTTP\/1.1 401 /);
    const empty = await postSigned(`${world.url}/webhooks/hubspot?`, "[]");
    expect(empty.status).toBe(401);
  });
});

test("a body that takes too long is answered 408, and its bytes are free again", async () => {
  const budget = new BodyBudget(4 * MB, 4 * MB);
  const app = express()
    .use(rawBody(2 * MB, budget, 100))
    .use(handleErrors(createLog("silent")));
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const { socket, answer } = await begin(
    "/",
    length(2 * MB),
    Buffer.alloc(MB),
    `http://127.0.0.1:${port}`,
  );
  await until(() => answer() !== "");
  expect(answer()).toMatch(/^HTTP\/1.1 408 /);
  await until(() => budget.hasRoom("127.0.0.1", 4 * MB));
  expect(budget.hasRoom("127.0.0.1", 4 * MB)).toBe(true);
  socket.destroy();
  server.close();
});

describe("bodies whose signature may be right", () => {
  test("are held up to a budget, beyond it answered 503, and leave room again", async () => {
    const size = 7 * MB;
    const fit = Math.floor(BODIES_BYTES_OF_ONE_ADDRESS / size);
    const senders: Awaited<ReturnType<typeof begin>>[] = [];
    for (let count = 0; count < fit + 4; count++)
      senders.push(
        await begin(
          "/webhooks/hubspot",
          { ...plausible(), ...length(8 * MB) },
          Buffer.alloc(size),
        ),
      );
    const refused = (): number =>
      senders.filter(({ answer }) => answer().includes(" 503 ")).length;
    await until(() => refused() >= 4);
    expect(refused()).toBeGreaterThanOrEqual(4);
    expect(senders.find(({ answer }) => answer() !== "")?.answer()).toMatch(
      /retry-after: \d/i,
    );

    for (const { socket } of senders) socket.destroy();
    const { portalId } = await world.connect();
    const event = {
      portalId,
      appId,
      subscriptionType: "contact.propertyChange",
      objectId: 1,
      occurredAt: 1,
      propertyValue: "x".repeat(7.9 * MB),
    };
    // The connections' ends are noticed a moment later.
    let status = 503;
    const end = Date.now() + 5_000;
    while (status === 503 && Date.now() < end)
      status = (
        await postSigned(
          `${world.url}/webhooks/hubspot`,
          JSON.stringify([event]),
        )
      ).status;
    expect(status).toBe(200);
  });

  test("that say nothing of their length are read too, in chunks of any size", async () => {
    const body = JSON.stringify(Array.from({ length: 4_000 }, () => 1));
    const chunks = body.split("").map((one) => `1\r\n${one}\r\n`);
    const { answer } = await begin(
      "/webhooks/hubspot",
      {
        ...signatureOf("POST", `${world.url}/webhooks/hubspot`, body),
        "transfer-encoding": "chunked",
      },
      Buffer.from(`${chunks.join("")}0\r\n\r\n`),
    );
    await until(() => answer() !== "");
    expect(answer()).toMatch(/^HTTP\/1.1 200 /);
  });

  test("a compressed one is refused, and so is one that is larger than it may be", async () => {
    const url = `${world.url}/webhooks/hubspot`;
    const compressed = await fetch(url, {
      method: "POST",
      headers: {
        ...signatureOf("POST", url, "[]"),
        "content-encoding": "gzip",
      },
      body: "[]",
    });
    expect(compressed.status).toBe(415);
    const { answer } = await begin(
      "/webhooks/hubspot",
      { ...plausible(), ...length(8 * MB + 1) },
      Buffer.alloc(10),
    );
    await until(() => answer() !== "");
    expect(answer()).toMatch(/^HTTP\/1.1 413 /);
  });
});

test("what is signed for the webhooks' address is worth nothing in a card's", async () => {
  const body = "[]";
  const headers = signatureOf("POST", `${world.url}/webhooks/hubspot`, body);
  const answer = await fetch(world.url + card, {
    method: "POST",
    headers,
    body,
  });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: "signature_bad" });
});
