import { randomUUID } from "node:crypto";
import type { Answer } from "./crm/answer.ts";

/** What HubSpot's error bodies hold; every field but `message` may be missing (HUBSPOT: "all should be treated as optional"). */
export type ErrorFields = {
  readonly message: string;
  readonly category?: string;
  readonly errorType?: string;
  readonly policyName?: string;
  readonly requestId?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly unknown[];
  readonly links?: Readonly<Record<string, string>>;
};

/** A HubSpot error answer, with a correlation id of its own. */
export function hubspotError(
  status: number,
  fields: ErrorFields,
  headers?: Readonly<Record<string, string>>,
): Answer {
  const { message, ...rest } = fields;
  const body = {
    status: "error",
    message,
    correlationId: randomUUID(),
    ...rest,
  };
  return headers ? { status, body, headers } : { status, body };
}

/** 401 for a missing, unknown or revoked access token. */
export function authenticationMissing(): Answer {
  return hubspotError(401, {
    message:
      "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    category: "INVALID_AUTHENTICATION",
  });
}

/** 401 for an access token that has run out; times in milliseconds since 1970. */
export function tokenExpired(expiredAt: number, now: number): Answer {
  const seconds = Math.max(0, Math.floor((now - expiredAt) / 1000));
  return hubspotError(401, {
    message: `The OAuth token used to make this call expired ${seconds} second(s) ago.`,
    category: "EXPIRED_AUTHENTICATION",
    context: { "expire time": [new Date(expiredAt).toISOString()] },
  });
}

/** 403 that names every scope the call needs. */
export function scopesMissing(required: readonly string[]): Answer {
  return hubspotError(403, {
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    errors: [
      {
        message: "One or more of the following scopes are required.",
        context: { requiredGranularScopes: required },
      },
    ],
    links: { scopes: "https://developers.hubspot.com/scopes" },
    category: "MISSING_SCOPES",
  });
}

export type RatePolicy = "TEN_SECONDLY_ROLLING" | "SECONDLY" | "DAILY";

/** 429: `policyName` and message tell the limits apart; that it is about a limit is named in one of two ways. */
export function rateLimited(
  policyName: RatePolicy,
  headers: Readonly<Record<string, string>> = {},
  namedBy: "errorType" | "category" = "errorType",
): Answer {
  return hubspotError(
    429,
    {
      message: `You have reached your ${policyName.toLowerCase()} limit.`,
      policyName,
      ...(namedBy === "category"
        ? { category: "RATE_LIMITS" }
        : { errorType: "RATE_LIMIT", requestId: randomUUID() }),
    },
    headers,
  );
}

/** What a proxy in front of HubSpot answers: HTML, whatever the client accepts. */
export function htmlError(status: number): Answer {
  const title = `${status} ${HTML_TITLES[status] ?? "Error"}`;
  return {
    status,
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
    headers: { "content-type": "text/html; charset=utf-8" },
  };
}

const HTML_TITLES: Readonly<Record<number, string>> = {
  404: "Not Found",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
  521: "Web server is down",
  524: "A timeout occurred",
};

/** The error that HubSpot answers with this status when nothing more is known about the cause: what a fault answers. */
export function errorOfStatus(status: number, policyName?: RatePolicy): Answer {
  if (status === 429) return rateLimited(policyName ?? "TEN_SECONDLY_ROLLING");
  if (status === 401) return authenticationMissing();
  if (status === 403) return scopesMissing([]);
  const known = KNOWN_FAULTS[status];
  if (known) return hubspotError(status, known.fields, known.headers);
  return hubspotError(status, {
    message: status >= 500 ? "internal error" : "Invalid input JSON",
    ...(status >= 500 ? {} : { category: "VALIDATION_ERROR" }),
  });
}

const KNOWN_FAULTS: Readonly<
  Record<
    number,
    { fields: ErrorFields; headers?: Readonly<Record<string, string>> }
  >
> = {
  404: { fields: { message: "resource not found" } },
  409: { fields: { message: "conflict", category: "CONFLICT" } },
  423: {
    fields: { message: "This resource is locked", category: "LOCKED" },
  },
  477: {
    fields: {
      message: "This account is being migrated between data hosting locations.",
      category: "MIGRATION_IN_PROGRESS",
    },
    headers: { "retry-after": "2" },
  },
};
