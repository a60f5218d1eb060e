import type { Request, RequestHandler, Response } from "express";

/** Runs a middleware to its `next`; rejects with the error that it passes on. */
export function runMiddleware(
  middleware: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    void middleware(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else
        reject(
          error instanceof Error
            ? error
            : new Error("refused", { cause: error }),
        );
    });
  });
}
