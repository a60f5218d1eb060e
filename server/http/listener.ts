import { createServer } from "node:http";
import type { RequestListener, Server, ServerResponse } from "node:http";
import type { Log } from "../log.ts";

const DRAIN_MS = 10_000;
// Longer than the idle time of the usual load balancers (60 s), so that it is they who hang up.
const KEEP_ALIVE_MS = 65_000;

/** An HTTP server that listens before it knows what to answer: its own address is part of that. */
export type Listener = {
  url: string;
  port: number;
  serve(handler: RequestListener): void;
  /** Takes no more connections, lets requests end (10 s), then hangs up. */
  stop(): Promise<void>;
};

/** Listens on `host` and `port` (0: a free one). Requests that come before `serve` wait. Rejects when it cannot. */
export async function listen(
  host: string,
  port: number,
  log: Log,
): Promise<Listener> {
  const server = createServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const underWay = new Set<ServerResponse>();
  server.on("request", (_request, response) => {
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
  });
  const early: Parameters<RequestListener>[] = [];
  const hold = (...given: Parameters<RequestListener>): void =>
    void early.push(given);
  server.on("request", hold);
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, done);
  });
  server.on("error", (error) =>
    log.error({ err: error }, "the HTTP server failed"),
  );
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The HTTP server has no port.");
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    serve: (handler) => {
      server.off("request", hold);
      server.on("request", handler);
      for (const [request, response] of early.splice(0))
        handler(request, response);
    },
    stop: () => stop(server, underWay),
  };
}

async function stop(
  server: Server,
  underWay: ReadonlySet<ServerResponse>,
): Promise<void> {
  // A connection that is kept alive after its answer would be waited for until the end of the drain.
  for (const response of underWay) {
    if (!response.headersSent) response.setHeader("Connection", "close");
    response.once("close", () =>
      setImmediate(() => server.closeIdleConnections()),
    );
  }
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const hangUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(hangUp);
}
