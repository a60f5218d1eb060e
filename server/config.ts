import { createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
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

const environmentSchema = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce
    .number({ error: "is not a number" })
    .int()
    .min(0)
    .max(65_535)
    .default(4300),
  PUBLIC_URL: url.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "is not a postgres:// address")
    .optional(),
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
  readonly role: "all" | "web" | "worker";
  /** Null: embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
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

/** Reads the environment once. A variable that is set to nothing counts as not set. Throws `ConfigError`. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = parse(environmentSchema, env);
  return Object.freeze({
    host: read.HOST,
    port: read.PORT,
    publicUrl: read.PUBLIC_URL ?? null,
    role: read.ROLE,
    databaseUrl: read.DATABASE_URL ?? null,
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
