import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A way to a Postgres that can fall silent, as a firewall does that has forgotten its connections. */
export type Proxy = {
  /** The address that goes through it. */
  url: string;
  /** Passes no more bytes on the connections that are open now, and closes none. New ones work, unless `newOnesToo`. */
  silence(options?: { newOnesToo: boolean }): void;
  /** New connections work again. */
  restore(): void;
  /** How many connections it has been asked for. */
  connections(): number;
  close(): Promise<void>;
};

/** Listens on 127.0.0.1 for the Postgres whose owner's address is `url`, over its unix socket. */
export async function startProxy(url: string): Promise<Proxy> {
  const target = new URL(url);
  const parameter = (name: string): string =>
    target.searchParams.get(name) ?? "";
  const path = `${parameter("host")}/.s.PGSQL.${parameter("port")}`;
  const open = new Set<Socket>();
  const silent = new Set<Socket>();
  let isMute = false;
  let asked = 0;
  const server = createServer((outer) => {
    asked += 1;
    const inner = connect(path);
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      open.add(from);
      if (isMute) silent.add(from);
      from.on("data", (chunk) => {
        if (!silent.has(from)) to.write(chunk);
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        open.delete(from);
        if (!silent.has(from)) to.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://${parameter("user")}@127.0.0.1:${port}${target.pathname}`,
    silence: ({ newOnesToo } = { newOnesToo: false }) => {
      for (const socket of open) silent.add(socket);
      isMute = newOnesToo;
    },
    restore: () => {
      isMute = false;
    },
    connections: () => asked,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
