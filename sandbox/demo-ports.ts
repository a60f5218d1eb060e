import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Throws unless all ports are free, with those that are taken. Asked before anything starts: whoever has the port of the
 * server would be taken for it.
 */
export async function requireFreePorts(
  host: string,
  ports: readonly number[],
): Promise<void> {
  const taken: number[] = [];
  for (const port of ports) if (!(await isFree(host, port))) taken.push(port);
  if (taken.length > 0)
    throw new Error(
      `Another program has port ${taken.join(" and ")} of ${host}. To use other ports, set DEMO_PORT_BASE=N: the demo takes N, N+10, and N+11.`,
    );
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
  const closed = once(server, "close");
  server.close();
  await closed;
  return true;
}
