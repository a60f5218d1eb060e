import type { Request, Response } from "express";

/** How long the rest of a refused body may take, in milliseconds: a sender reads the answer when it has sent. */
const LINGER_MS = 5_000;

/**
 * Lets the rest of a refused request's body pass by without keeping any of it, for a while, then hangs up: to hang up
 * at once would often take the answer along.
 */
export function discardBody(request: Request, response: Response): void {
  if (request.complete) return;
  request.resume();
  const hangUp = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, LINGER_MS);
  const stop = (): void => clearTimeout(hangUp);
  request.once("end", stop).once("close", stop);
  // An answer that nobody fetches ends with its connection.
  response.once("error", stop);
}
