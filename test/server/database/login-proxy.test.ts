import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { LOGIN_CONNECTIONS } from "../../../server/database/login-limits.ts";
import { startLoginProxy } from "../../../server/database/login-proxy.ts";
import type { LoginProxy } from "../../../server/database/login-proxy.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();
let url: string;
const clients: Client[] = [];

beforeAll(async () => {
  await addPortal(at.database, 9_300_001, "active");
  url = await createProductLogin(at.database, 9_300_001);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
});

async function login(): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

test("a login's address is the proxy's, and what it reads and writes passes through", async () => {
  const client = await login();
  const { rows } = await client.query<{ port: string; text: string }>(
    "select current_setting('port') as port, repeat('é', 1000000) as text from generate_series(1, 20)",
  );
  expect(new URL(url).port).not.toBe(rows[0]?.port);
  expect(rows.map(({ text }) => text.length)).toEqual(
    Array.from({ length: 20 }, () => 1_000_000),
  );
  const written = await client.query(
    "insert into workspace.contacts (email, custom) values ('ada@example.com', jsonb_build_object('text', $1::text)) returning length(custom ->> 'text') as length",
    ["x".repeat(900_000)],
  );
  expect(written.rows).toEqual([{ length: 900_000 }]);
});

test("8-A2d beyond its connections a login gets Postgres' own error, and a place again when one ends", async () => {
  for (let n = 0; n < LOGIN_CONNECTIONS; n += 1) await login();
  await expect(login()).rejects.toMatchObject({
    code: "53300",
    message: `too many connections for role "${new URL(url).username}"`,
  });
  await clients.pop()?.end();
  await vi.waitFor(login);
});

test("a wrong password is refused by Postgres, and takes no place", async () => {
  const wrong = new URL(url);
  wrong.password = "wrong";
  for (let n = 0; n < LOGIN_CONNECTIONS + 2; n += 1)
    // A session's place is free a moment after its client has ended it.
    await vi.waitFor(() =>
      expect(
        new Client({ connectionString: wrong.href }).connect(),
      ).rejects.toMatchObject({ code: "28P01" }),
    );
  expect((await (await login()).query("select 1 as one")).rows).toEqual([
    { one: 1 },
  ]);
});

test("a statement is canceled through the proxy", async () => {
  const client = await login();
  const { processID, secretKey } = client as Client & {
    processID: number;
    secretKey: Buffer | number;
  };
  const slow = client.query("select pg_sleep(60)");
  const key = Buffer.isBuffer(secretKey) ? secretKey : Buffer.alloc(4);
  if (!Buffer.isBuffer(secretKey)) key.writeInt32BE(secretKey);
  const packet = Buffer.alloc(12);
  packet.writeUInt32BE(12 + key.length, 0);
  packet.writeUInt32BE(80_877_102, 4);
  packet.writeUInt32BE(processID, 8);
  // Asked again until it's over: what comes before the statement has begun cancels nothing.
  const asking = setInterval(() => {
    const canceling = connect(Number(new URL(url).port), "127.0.0.1");
    canceling.on("error", () => undefined);
    canceling.end(Buffer.concat([packet, key]));
  }, 100);
  try {
    await expect(slow).rejects.toMatchObject({ code: "57014" });
  } finally {
    clearInterval(asking);
  }
});

const authenticationOk = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

/** A server in Postgres' place that counts its connections, and takes each client's password unless it is "nobody". */
async function countingServer(): Promise<{
  server: Server;
  port: number;
  sockets: Socket[];
  /** The first bytes of each. */
  first: Buffer[];
}> {
  const sockets: Socket[] = [];
  const first: Buffer[] = [];
  // A session is over when the test ends it, not as soon as its client is gone.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", (bytes: Buffer) => {
      first.push(bytes);
      if (bytes.includes("user\0nobody\0")) return;
      // In two pieces, after a message of another kind.
      socket.write(Buffer.from([0x52, 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4]));
      socket.write(authenticationOk.subarray(0, 4));
      setTimeout(() => socket.write(authenticationOk.subarray(4)), 5);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server,
    port: (server.address() as AddressInfo).port,
    sockets,
    first,
  };
}

const startup = (user: string): Buffer => {
  const body = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.writeUInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
};

const encryption = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

let postgres: Awaited<ReturnType<typeof countingServer>>;
let proxy: LoginProxy;
beforeAll(async () => {
  postgres = await countingServer();
  proxy = await startLoginProxy({ port: 0, connections: 2 });
});
afterAll(async () => {
  await proxy.stop();
  for (const socket of postgres.sockets) socket.destroy();
  postgres.server.close();
});

/** Sends to the proxy, and collects what it answers until it ends the connection. */
function talk(...parts: readonly Buffer[]): {
  socket: Socket;
  /** Once the server in Postgres' place has taken its password. */
  isSession: Promise<void>;
  ended: Promise<string>;
} {
  const socket = connect(proxy.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  const isSession = new Promise<void>((done, failed) => {
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).includes(authenticationOk)) done();
    });
    socket.once("close", () => failed(new Error("It is no session.")));
  });
  isSession.catch(() => undefined);
  socket.on("error", () => undefined);
  for (const part of parts) socket.write(part);
  // A connection may be closed by a reset.
  const ended = new Promise<string>((done) => {
    socket.once("close", () => done(Buffer.concat(chunks).toString("latin1")));
  });
  return { socket, isSession, ended };
}

/** The proxy passes on to the server in Postgres' place. It learns so a moment after it was told. */
async function passedOn(): Promise<void> {
  proxy.passTo(postgres.port);
  await vi.waitFor(async () => {
    const { socket, isSession } = talk(startup("probe"));
    await isSession;
    socket.destroy();
    postgres.sockets.at(-1)?.end();
  });
}

test("until Postgres is there, and while it isn't, a connection is closed", async () => {
  expect(await talk(startup("early")).ended).toBe("");
  const nobody = await countingServer();
  await new Promise((done) => nobody.server.close(done));
  proxy.passTo(nobody.port);
  expect(await talk(startup("early")).ended).toBe("");
  await passedOn();
});

test("what is beyond a login's connections never reaches Postgres, and another login isn't concerned", async () => {
  await passedOn();
  const before = postgres.sockets.length;
  const first = talk(startup("a"));
  const second = talk(startup("a"));
  await Promise.all([first.isSession, second.isSession]);
  expect(postgres.sockets).toHaveLength(before + 2);
  expect(await talk(startup("a")).ended).toContain(
    'C53300\0Mtoo many connections for role "a"\0',
  );
  // Asked for encryption first, as psql does, and in pieces.
  const bytes = startup("b");
  const other = talk(encryption, bytes.subarray(0, 3), bytes.subarray(3));
  const [answer] = (await once(other.socket, "data")) as [Buffer];
  expect(answer.toString()).toBe("N");
  await other.isSession;
  expect(postgres.first.at(-1)).toEqual(bytes);
  expect(postgres.sockets).toHaveLength(before + 3);
  // Its client is gone, but its session isn't, until Postgres ends it.
  first.socket.destroy();
  await first.ended;
  expect(await talk(startup("a")).ended).toContain("C53300");
  postgres.sockets[before]?.end();
  await vi.waitFor(async () => {
    const again = talk(startup("a"));
    expect(
      await Promise.race([again.ended, again.isSession.then(() => "session")]),
    ).toBe("session");
    again.socket.destroy();
  });
  second.socket.destroy();
  other.socket.destroy();
});

test("8-A2d whoever names a login without its password takes none of its places, and ends before those who come later", async () => {
  await passedOn();
  const before = postgres.sockets.length;
  const idle = Array.from({ length: 30 }, () => talk());
  const strangers = Array.from({ length: 30 }, () => talk(startup("nobody")));
  await vi.waitFor(() =>
    expect(postgres.sockets.length).toBe(before + strangers.length),
  );
  // Of 60 that wait, the first ten have ended, unanswered.
  expect(
    await Promise.all(idle.slice(0, 10).map(({ ended }) => ended)),
  ).toEqual(Array.from({ length: 10 }, () => ""));
  expect(idle[10]?.socket.closed).toBe(false);
  // Another stranger isn't refused, and one with a password is let in at once.
  const one = talk(startup("c"));
  await one.isSession;
  const another = talk(startup("nobody"));
  await vi.waitFor(() =>
    expect(postgres.sockets.length).toBe(before + strangers.length + 2),
  );
  // A session doesn't wait any more: it stays, whoever comes.
  const more = Array.from({ length: 60 }, () => talk());
  await strangers.at(-1)?.ended;
  expect(one.socket.closed).toBe(false);
  for (const { socket } of [...idle, ...strangers, one, another, ...more])
    socket.destroy();
});

test.each([
  ["another protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["a length below its own", Buffer.from([0, 0, 0, 4, 0, 3, 0, 0])],
  ["another version", Buffer.from([0, 0, 0, 9, 0, 2, 0, 0, 0])],
])("%s is closed unanswered, and reaches nobody", async (_name, bytes) => {
  const before = postgres.sockets.length;
  expect(await talk(bytes).ended).toBe("");
  expect(postgres.sockets).toHaveLength(before);
});

test("a port in use is left, and one that is free is taken again", async () => {
  const second = await startLoginProxy({ port: proxy.port });
  expect(second.port).not.toBe(proxy.port);
  await second.stop();
  const third = await startLoginProxy({ port: second.port });
  expect(third.port).toBe(second.port);
  await third.stop();
});

test("a proxy that ends with an error is started again at its port", async () => {
  const broken = await startLoginProxy({ port: 0 });
  try {
    // No port: the next connection ends the thread.
    broken.passTo(70_000);
    const cut = connect(broken.port, "127.0.0.1");
    cut.on("error", () => undefined);
    cut.write(startup("c"));
    await new Promise((done) => cut.once("close", done));
    broken.passTo(postgres.port);
    const before = postgres.sockets.length;
    await vi.waitFor(
      () => {
        const socket = connect(broken.port, "127.0.0.1");
        socket.on("error", () => undefined);
        socket.write(startup("c"));
        expect(postgres.sockets.length).toBeGreaterThan(before);
      },
      { timeout: 20_000, interval: 200 },
    );
  } finally {
    await broken.stop();
  }
});
