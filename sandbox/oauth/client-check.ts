import { createHash, timingSafeEqual } from "node:crypto";
import type { AppIdentity } from "../app-identity.ts";
import type { Answer } from "../crm/answer.ts";
import { oauthError } from "./errors.ts";

/** Checks `client_id` and `client_secret` of a token call; null when they are the app's. */
export function refuseClient(
  form: URLSearchParams,
  app: AppIdentity,
): Answer | null {
  if (form.get("client_id") !== app.clientId)
    return oauthError("BAD_CLIENT_ID");
  const given = digest(form.get("client_secret") ?? "");
  const fits = app.clientSecrets.some((secret) =>
    timingSafeEqual(digest(secret), given),
  );
  return fits ? null : oauthError("BAD_CLIENT_SECRET");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
