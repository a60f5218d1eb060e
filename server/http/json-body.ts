import type { Request } from "express";
import { readJson } from "../read-json.ts";
import { Problem } from "./problem.ts";
import { bytesOf } from "./raw-body.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The value of a body that `rawBody` read; undefined if there is none. Throws a problem for a body that is not JSON in
 * UTF-8, or that is more than readJson accepts.
 */
export function jsonOf(request: Request): unknown {
  const bytes = bytesOf(request.body);
  if (bytes.length === 0) return undefined;
  const [, charset = "utf-8"] =
    /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.get("Content-Type") ?? "") ??
    [];
  if (!/^utf-?8$/i.test(charset))
    throw new Problem(
      415,
      "unsupported_encoding",
      "The body's charset isn't supported. Send JSON as UTF-8.",
    );
  const read = readJson(textOf(bytes));
  if (read.ok) return read.value;
  throw new Problem(400, read.code, read.reason);
}

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(400, "not_utf8", "The body isn't valid UTF-8.");
  }
}
