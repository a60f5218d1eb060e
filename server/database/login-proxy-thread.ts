import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import {
  AuthenticationReader,
  fatalError,
  readStartupPacket,
} from "./startup-packet.ts";

/**
 * What the thread is started with. `connections` is the most of one login; `postgresPort` is null until it is known, and
 * then sent as a message.
 */
export type LoginProxyData = {
  postgresPort: number | null;
  port: number;
  connections: number;
};

/** Sent once, when the proxy listens. */
export type LoginProxyMessage = { port: number };

const HOST = "127.0.0.1";
/**
 * Connections whose password hasn't been taken yet. Nobody can be held to account for them, because anybody can name any
 * login; so they take no login's place, and when there are more, the one that has waited longest ends. Whoever has a
 * password is through in some milliseconds.
 */
const MOST_WAITING = 50;
/** For the first packet and the password. */
const WAITING_MS = 10_000;
/** For the client to take what Postgres sent before it ended the connection. */
const LAST_BYTES_MS = 10_000;
/** How long a client may be gone before the connection ends, and with it its locks. */
const KEEP_ALIVE_MS = 60_000;
const NO_ENCRYPTION = Buffer.from("N");

const data = workerData as LoginProxyData;
const { port, connections } = data;
let { postgresPort } = data;
parentPort?.on("message", (message: number) => {
  postgresPort = message;
});
/** Sessions of each login: connections whose password Postgres has taken. */
const sessions = new Map<string, number>();
/** Clients that wait to be one, those first that have waited longest. */
const waiting = new Set<Socket>();

// Half open: a client that ends its connection sees the end when Postgres has ended the session, not before.
const server = createServer(
  { noDelay: true, allowHalfOpen: true },
  (client) => {
    if (postgresPort === null) client.destroy();
    else accept(client, postgresPort);
  },
);
await listen(server);
const address = server.address();
const listening = typeof address === "object" ? (address?.port ?? 0) : 0;
parentPort?.postMessage({ port: listening } satisfies LoginProxyMessage);

/** Takes the wished port, or any other one if that is in use by now. */
async function listen(on: Server): Promise<void> {
  const at = (wished: number) =>
    new Promise<void>((done, failed) => {
      on.once("error", failed);
      on.listen(wished, HOST, () => {
        on.off("error", failed);
        done();
      });
    });
  await (port === 0 ? at(0) : at(port).catch(() => at(0)));
}

/** Reads who connects, and passes everything on to the Postgres at that port from there. */
function accept(client: Socket, target: number): void {
  let read = Buffer.alloc(0);
  client.setKeepAlive(true, KEEP_ALIVE_MS);
  const waited = wait(client);
  const failed = (): void => void client.destroy();
  client.on("error", failed);
  client.on("end", failed);
  client.on("data", receive);

  function receive(bytes: Buffer): void {
    read = Buffer.concat([read, bytes]);
    for (;;) {
      const packet = readStartupPacket(read);
      switch (packet.kind) {
        case "unfinished":
          return;
        case "unknown":
          return void client.destroy();
        case "encryption":
          client.write(NO_ENCRYPTION);
          read = read.subarray(packet.length);
          continue;
        case "cancel":
          return void passOn();
        case "startup":
          return start(packet.user);
      }
    }
  }

  function start(user: string): void {
    if ((sessions.get(user) ?? 0) >= connections) {
      client.off("data", receive);
      client.end(
        fatalError("53300", `too many connections for role "${user}"`),
      );
      return;
    }
    const postgres = passOn();
    const reader = new AuthenticationReader();
    const watch = (bytes: Buffer): void => {
      if (!reader.isOk(bytes)) return;
      postgres.off("data", watch);
      waited();
      // Where several came at once for the last place, Postgres refuses those that are too many.
      sessions.set(user, (sessions.get(user) ?? 0) + 1);
      postgres.once("close", () => leave(user));
    };
    postgres.on("data", watch);
  }

  function passOn(): Socket {
    client.off("data", receive);
    client.off("error", failed);
    client.off("end", failed);
    client.pause();
    const postgres = connect({ port: target, host: HOST, noDelay: true });
    postgres.write(read);
    client.pipe(postgres);
    postgres.pipe(client);
    const clientGone = (): void => {
      // The session lasts until Postgres has ended its statement. What it still sends is for nobody.
      postgres.unpipe(client);
      postgres.resume();
      postgres.end();
    };
    client.on("error", clientGone);
    client.once("close", clientGone);
    postgres.on("error", () => undefined);
    postgres.once("close", () => {
      client.end();
      client.setTimeout(LAST_BYTES_MS, () => client.destroy());
    });
    return postgres;
  }
}

/** Lets a client wait to be a session. Returns what ends its waiting. */
function wait(client: Socket): () => void {
  waiting.add(client);
  const late = setTimeout(() => client.destroy(), WAITING_MS);
  const ended = (): void => {
    clearTimeout(late);
    waiting.delete(client);
  };
  client.once("close", ended);
  const [first] = waiting;
  if (waiting.size > MOST_WAITING) {
    // At once: its "close" comes after the next client.
    if (first !== undefined) waiting.delete(first);
    first?.destroy();
  }
  return ended;
}

function leave(user: string): void {
  const left = (sessions.get(user) ?? 1) - 1;
  if (left === 0) sessions.delete(user);
  else sessions.set(user, left);
}
