import type { IncomingMessage } from "node:http";

const LIMIT = 20 * 1024 * 1024;

/**
 * Reads a request's body whole, as UTF-8: null when it is larger than 20 MB, of which the rest is read and dropped. Rejects
 * when the client goes away.
 */
export function readBody(request: IncomingMessage): Promise<string | null> {
  if (request.method === "GET" || request.method === "HEAD")
    return Promise.resolve("");
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LIMIT) chunks.length = 0;
      else chunks.push(chunk);
    });
    request.on("end", () =>
      resolve(
        size > LIMIT
          ? null
          : chunks.length === 1
            ? String(chunks[0])
            : Buffer.concat(chunks).toString("utf8"),
      ),
    );
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("client went away")));
  });
}
