import { randomUUID } from "node:crypto";
import type { Answer } from "../crm/answer.ts";

type OAuthErrorStatus =
  | "BAD_GRANT_TYPE"
  | "BAD_CLIENT_ID"
  | "BAD_CLIENT_SECRET"
  | "BAD_AUTH_CODE"
  | "BAD_REDIRECT_URI"
  | "BAD_CODE_VERIFIER"
  | "BAD_REFRESH_TOKEN"
  | "BAD_TOKEN";

const known: Readonly<
  Record<OAuthErrorStatus, { error: string; message: string }>
> = {
  BAD_GRANT_TYPE: {
    error: "unsupported_grant_type",
    message: "missing or unknown grant type",
  },
  BAD_CLIENT_ID: {
    error: "invalid_client",
    message: "missing or unknown client id",
  },
  BAD_CLIENT_SECRET: {
    error: "invalid_client",
    message: "missing or invalid client secret",
  },
  BAD_AUTH_CODE: {
    error: "invalid_grant",
    message: "missing or unknown auth code",
  },
  BAD_REDIRECT_URI: {
    error: "invalid_grant",
    message: "missing or mismatching redirect uri",
  },
  BAD_CODE_VERIFIER: {
    error: "invalid_grant",
    message: "missing or mismatching code verifier",
  },
  BAD_REFRESH_TOKEN: {
    error: "invalid_grant",
    message: "refresh token is invalid, expired or revoked",
  },
  BAD_TOKEN: { error: "invalid_request", message: "missing or unknown token" },
};

/** A refusal of the token endpoints: 400 with both OAuth's and HubSpot's own fields. */
export function oauthError(status: OAuthErrorStatus): Answer {
  const { error, message } = known[status];
  return {
    status: 400,
    body: {
      error,
      error_description: message,
      status,
      message,
      correlationId: randomUUID(),
    },
  };
}
