import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { postgresAccount } from "../../../server/database/run-as.ts";
import { findProgram } from "../../needs-programs.ts";

/** Server connections that PgBouncer has for all of its clients: few, so that they change hands. */
const SERVER_CONNECTIONS = 3;

/** PgBouncer in transaction mode before the Postgres whose owner's address is `url`. */
export async function startPgBouncer(
  url: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const program = findProgram("pgbouncer");
  if (program === undefined)
    throw new Error("pgbouncer is not installed: apt-get install pgbouncer.");
  const account = postgresAccount();
  const target = new URL(url);
  const parameter = (name: string): string =>
    target.searchParams.get(name) ?? "";
  const dir = await mkdtemp(join(tmpdir(), "counterpart-pgbouncer-"));
  await chmod(dir, 0o755);
  const port = await freePort();
  const file = join(dir, "pgbouncer.ini");
  await writeFile(
    file,
    `[databases]
* = host=${parameter("host")} port=${parameter("port")} user=${parameter("user")}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
`,
  );
  if (account) await chown(file, account.uid, account.gid);
  const child = spawn(program, [file], {
    ...account,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, "exit");
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null)
        throw new Error(`pgbouncer ended: ${said.slice(-1_000)}`);
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.destroy();
    },
    { timeout: 10_000 },
  );
  return {
    url: `postgresql://${parameter("user")}@127.0.0.1:${port}${target.pathname}`,
    stop: async () => {
      // At once: SIGINT would wait for its clients.
      child.kill("SIGTERM");
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
