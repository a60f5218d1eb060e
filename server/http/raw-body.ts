import type { RequestHandler } from "express";
import express from "express";

/** Reads the body as the bytes that came, whatever its type says: signatures are made over them. */
export function rawBody(limit: string): RequestHandler {
  const read = express.raw({ type: () => true, limit });
  return (request, response, next) => {
    read(request, response, next);
  };
}

const nothing = Buffer.alloc(0);

/** The bytes that `rawBody` read; none where the request had no body. */
export function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : nothing;
}
