import { Client } from "pg";
import { codeOf, DatabaseConnectionError } from "./errors.ts";

/**
 * Why a connection failed, in words: where to, as whom, the code, and what to do where that is known. Names no password.
 */
export function explainConnection(
  url: string,
  error: unknown,
): DatabaseConnectionError {
  // Where a name has several addresses, each has its own error.
  const cause: unknown =
    error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const code = codeOf(cause) ?? codeOf(error);
  const text = cause instanceof Error ? cause.message : "";
  const advice = adviceFor(url, code, text);
  const sentences = [
    `Could not connect to Postgres at ${targetOf(url)}${code === undefined ? "" : ` (${code})`}: ${text.replace(/\.?$/, ".")}`,
    ...(advice === null ? [] : [advice]),
  ];
  return new DatabaseConnectionError(sentences.join(" "), code, cause);
}

function targetOf(url: string): string {
  // What the driver makes of the address, its defaults and the PG… variables of the environment included.
  const { host, port, user = "", database = "" } = new Client(url);
  return `${host}:${port}, user ${user}, database ${database}`;
}

const UNVERIFIED = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
]);

const ADVICE: Readonly<Record<string, string>> = {
  "28P01": "Check the user and the password in DATABASE_URL.",
  "28000": "Check the user in DATABASE_URL, and pg_hba.conf.",
  "3D000": "Create the database, or correct its name in DATABASE_URL.",
  "53300":
    "Postgres has no connection left: raise max_connections, or start fewer processes.",
  ECONNREFUSED:
    "Check that Postgres runs, and the host and the port in DATABASE_URL.",
  ENOTFOUND: "Check the host in DATABASE_URL.",
  ENOENT: "Check that Postgres runs, and its socket's folder in DATABASE_URL.",
};

function adviceFor(
  url: string,
  code: string | undefined,
  text: string,
): string | null {
  if (code !== undefined && UNVERIFIED.has(code)) {
    const mode = new URL(url).searchParams.get("sslmode") ?? "verify-full";
    return (
      `sslmode=${mode} verifies the server's certificate and name here, as verify-full does. ` +
      "Name the certificate authority with sslrootcert=FILE, or add uselibpqcompat=true to encrypt without verifying."
    );
  }
  if (text.includes("does not support SSL"))
    return "Remove sslmode from DATABASE_URL, or turn on TLS in Postgres.";
  return (code === undefined ? undefined : ADVICE[code]) ?? null;
}
