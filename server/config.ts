import { createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import { Secret } from "./hubspot/secret.ts";

/** A key that seals tokens; the first of the list seals, any of them opens. */
export type TokenKey = { readonly id: string; readonly key: KeyObject };

const url = z
  .url({ protocol: /^https?$/, error: "is not an http(s) address" })
  .transform(withoutSlash);
const positive = z.coerce
  .number({ error: "is not a number" })
  .positive("must be above 0");

const secrets = z
  .string({ error: "is missing" })
  .transform((list) => list.split(",").map((part) => part.trim()))
  .refine((list) => list.every((part) => part !== ""), "has an empty entry")
  .transform((list) => list.map((part) => new Secret(part)));

const tokenKeys = z
  .string({ error: "is missing" })
  .transform((list) => list.split(",").map((part) => part.trim().split(":")))
  .refine(
    (keys) =>
      keys.every(
        ([id = "", key = "", ...rest]) =>
          /^[A-Za-z0-9_-]{1,32}$/.test(id) &&
          Buffer.from(key, "base64").length === 32 &&
          rest.length === 0,
      ),
    "is not keyId:base64 of 32 bytes, comma-separated",
  )
  .refine(
    (keys) => new Set(keys.map(([id]) => id)).size === keys.length,
    "names a key id twice",
  )
  .transform((keys): TokenKey[] =>
    keys.map(([id = "", key = ""]) => ({
      id,
      key: createSecretKey(Buffer.from(key, "base64")),
    })),
  );

// Never "all of them": then anybody could name an address for themselves.
const trustProxy = z
  .string()
  .default("0")
  .transform((text) => text.split(",").map((part) => part.trim()))
  .refine(
    (parts) => isHopCount(parts) || parts.every(isNetwork),
    "is neither a number of proxies (0 to 9) nor a list of their addresses or networks",
  )
  .transform((parts): number | readonly string[] =>
    isHopCount(parts) ? Number(parts[0]) : parts,
  );

const environmentSchema = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce
    .number({ error: "is not a number" })
    .int()
    .min(0)
    .max(65_535)
    .default(4300),
  PUBLIC_URL: url
    .refine(isOrigin, "has more than a scheme, a host and a port")
    .optional(),
  TRUST_PROXY: trustProxy,
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "is not a postgres:// address")
    .optional(),
  DATABASE_PREPARED: z.enum(["on", "off"]).default("on"),
  DATA_DIR: z.string().min(1).default(".data"),
  HUBSPOT_API_URL: url.default("https://api.hubapi.com"),
  HUBSPOT_AUTHORIZE_URL: url.default("https://app.hubspot.com/oauth/authorize"),
  HUBSPOT_APP_ID: z.coerce
    .number({ error: "is missing or not a number" })
    .int()
    .positive("must be above 0"),
  HUBSPOT_CLIENT_ID: z.string({ error: "is missing" }).min(1, "is empty"),
  HUBSPOT_CLIENT_SECRET: secrets,
  TOKEN_KEY: tokenKeys,
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"])
    .default("info"),
  ROLE: z.enum(["all", "web", "worker"]).default("all"),
  SETUP_WINDOW_HOURS: z.coerce
    .number({ error: "is not a number" })
    .min(0, "must not be negative")
    .default(6),
  PULL_INTERVAL_SECONDS: positive.default(900),
  SWEEP_INTERVAL_SECONDS: positive.default(86_400),
  WORKER_CONCURRENCY: positive.int().max(100).default(8),
  CALL_LIMIT: z.enum(["learned", "unlimited"]).default("learned"),
});

export type Config = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where HubSpot and browsers reach us, without trailing slash; null: the address listened on. */
  readonly publicUrl: string | null;
  /** The proxies in front, by number or by address: whose X-Forwarded-For tells a caller's address. 0: none. */
  readonly trustProxy: number | readonly string[];
  readonly role: "all" | "web" | "worker";
  /** Null: embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
  /** False: no prepared statements, for a pooler that hands sessions from one transaction to another. */
  readonly databasePrepared: boolean;
  readonly dataDir: string;
  readonly hubspot: HubSpotConfig;
  /** The first seals; all open. */
  readonly tokenKeys: readonly TokenKey[];
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "silent";
  readonly setupWindowHours: number;
  readonly pullIntervalSeconds: number;
  readonly sweepIntervalSeconds: number;
  /** How many lanes one process works at once. */
  readonly workerConcurrency: number;
};

export type HubSpotConfig = {
  readonly apiUrl: string;
  readonly authorizeUrl: string;
  readonly appId: number;
  readonly clientId: string;
  /** While rotating, several: the first is used for tokens, all are tried on signatures. */
  readonly clientSecrets: readonly Secret[];
  /** 'unlimited' leaves the call budget alone: for benches against a sandbox without limits. */
  readonly callLimit: "learned" | "unlimited";
};

/** What is wrong with the environment, every key at once. Names keys, never values. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** Where the database is, for a command that needs nothing else. Throws `ConfigError`. */
export function readDatabaseConfig(
  env: Record<string, string | undefined>,
): Pick<Config, "databaseUrl" | "dataDir"> {
  const { DATABASE_URL, DATA_DIR } = parse(
    environmentSchema.pick({ DATABASE_URL: true, DATA_DIR: true }),
    env,
  );
  return { databaseUrl: DATABASE_URL ?? null, dataDir: DATA_DIR };
}

/** The keys that seal tokens, for a command that needs nothing else. Throws `ConfigError`. */
export function readTokenKeys(
  env: Record<string, string | undefined>,
): readonly TokenKey[] {
  return parse(environmentSchema.pick({ TOKEN_KEY: true }), env).TOKEN_KEY;
}

/** Reads the environment once. A variable that is set to nothing counts as not set. Throws `ConfigError`. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = parse(environmentSchema, env);
  return Object.freeze({
    host: read.HOST,
    port: read.PORT,
    publicUrl: read.PUBLIC_URL ?? null,
    trustProxy: read.TRUST_PROXY,
    role: read.ROLE,
    databaseUrl: read.DATABASE_URL ?? null,
    databasePrepared: read.DATABASE_PREPARED === "on",
    dataDir: read.DATA_DIR,
    hubspot: Object.freeze({
      apiUrl: read.HUBSPOT_API_URL,
      authorizeUrl: read.HUBSPOT_AUTHORIZE_URL,
      appId: read.HUBSPOT_APP_ID,
      clientId: read.HUBSPOT_CLIENT_ID,
      clientSecrets: read.HUBSPOT_CLIENT_SECRET,
      callLimit: read.CALL_LIMIT,
    }),
    tokenKeys: read.TOKEN_KEY,
    logLevel: read.LOG_LEVEL,
    setupWindowHours: read.SETUP_WINDOW_HOURS,
    pullIntervalSeconds: read.PULL_INTERVAL_SECONDS,
    sweepIntervalSeconds: read.SWEEP_INTERVAL_SECONDS,
    workerConcurrency: read.WORKER_CONCURRENCY,
  });
}

/** What the configuration allows and is probably a mistake, as sentences for the log. */
export function warningsOf({
  host,
  publicUrl,
  role,
}: Pick<Config, "host" | "publicUrl" | "role">): string[] {
  return publicUrl === null && role !== "worker" && !isLoopback(host)
    ? [
        `PUBLIC_URL isn't set, but HOST (${host}) can be reached from other machines. HubSpot's signatures and the OAuth redirect are checked against the address that HubSpot uses: set PUBLIC_URL to it.`,
      ]
    : [];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.output<Schema> {
  const given = Object.fromEntries(
    Object.entries(env).filter(
      ([, value]) => value !== undefined && value !== "",
    ),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".")} ${issue.message}`,
  );
  throw new ConfigError(
    `The environment is not complete:\n${[...new Set(lines)].join("\n")}`,
  );
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}

/** A path would be signed, but neither routed nor set in the cookie; HubSpot's manifest knows origins only. */
function isOrigin(address: string): boolean {
  return URL.canParse(address) && new URL(address).origin === address;
}

function isHopCount(parts: readonly string[]): boolean {
  return parts.length === 1 && /^\d$/.test(parts[0] ?? "");
}

/** An address, a network as 10.0.0.0/8, or one of the names that express knows for networks that are nobody's. */
function isNetwork(part: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(part)) return true;
  const [address = "", bits, ...rest] = part.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined ||
    (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}
