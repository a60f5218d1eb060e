import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** A TCP address in front of Postgres that can be cut off: what stands between a server and a database that is down. */
export class Relay {
  readonly #target: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param url of a Postgres on a socket, as tests have it */
  static async to(url: string): Promise<Relay> {
    const { searchParams } = new URL(url);
    const relay = new Relay(
      `${searchParams.get("host")}/.s.PGSQL.${searchParams.get("port")}`,
    );
    await relay.restore();
    return relay;
  }

  /** The same database by way of the relay. */
  through(url: string): string {
    const changed = new URL(url);
    changed.searchParams.set("host", "127.0.0.1");
    changed.searchParams.set("port", String(this.#port));
    return changed.href;
  }

  /** Ends every connection and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((done) => server?.close(done) ?? done(null));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  /** Lets connections through again, at the same address. */
  async restore(): Promise<void> {
    const server = createServer((incoming) => {
      const outgoing = connect(this.#target);
      for (const [socket, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        this.#open.add(socket);
        socket
          .on("error", () => other.destroy())
          .on("close", () => {
            this.#open.delete(socket);
            other.destroy();
          });
        socket.pipe(other);
      }
    });
    await new Promise<void>((listening, failed) => {
      server.once("error", failed);
      server.listen(this.#port, "127.0.0.1", listening);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }
}
