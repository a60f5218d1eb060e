import { randomBytes } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import { STATE_LIFETIME_MS } from "./state.ts";

const NAME = "counterpart_oauth";

/** The random mark of this browser, given to it on its first visit; several tabs share it. */
export function markBrowser(
  request: Request,
  response: Response,
  publicUrl: string,
): string {
  const mark = browserMark(request) || randomBytes(24).toString("base64url");
  response.cookie(NAME, mark, {
    ...options(publicUrl),
    maxAge: STATE_LIFETIME_MS,
  });
  return mark;
}

/** The mark that the browser brought back; empty when it brought none. */
export function browserMark(request: Request): string {
  for (const pair of (request.get("Cookie") ?? "").split(";")) {
    const [name, value] = pair.trim().split("=");
    if (name === NAME && value !== undefined && /^[\w-]{32}$/.test(value))
      return value;
  }
  return "";
}

// Lax, since HubSpot's redirect back to us is a navigation from another site.
function options(publicUrl: string): CookieOptions {
  return {
    httpOnly: true,
    sameSite: "lax",
    secure: publicUrl.startsWith("https:"),
    path: "/oauth",
  };
}
