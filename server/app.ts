import { warningsOf } from "./config.ts";
import type { Config } from "./config.ts";
import { sql } from "kysely";
import type { Database } from "./database/database.ts";
import { startEmbeddedPostgres } from "./database/embedded.ts";
import { checkRoles } from "./database/group-roles.ts";
import { migrate, migrationsAhead } from "./database/migrate.ts";
import { openShares, SHARE_LIMITS } from "./database/shares.ts";
import type { ShareLimits, ShareName, Shares } from "./database/shares.ts";
import { IdempotentRequests } from "./http/idempotent-requests.ts";
import { createHttp } from "./http/app.ts";
import { handleErrors } from "./http/error-handler.ts";
import { healthRoutes } from "./http/health.ts";
import { limitRate } from "./http/limit-rate.ts";
import { listen } from "./http/listener.ts";
import type { Listener } from "./http/listener.ts";
import { requirementsOf } from "./http/readiness.ts";
import { Refusals } from "./http/refusals.ts";
import { checkTokenKeys } from "./hubspot/check-token-keys.ts";
import { createHubSpot } from "./hubspot/create-hubspot.ts";
import type { HubSpot } from "./hubspot/hubspot.ts";
import { startSchedule } from "./jobs/schedule.ts";
import type { Intervals } from "./jobs/schedule.ts";
import { startLoginWatch } from "./jobs/watch-logins.ts";
import { startWorkers } from "./jobs/workers.ts";
import type { Workers } from "./jobs/workers.ts";
import { createLog } from "./log.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import { within } from "./jobs/within.ts";
import { wireEngine } from "./wire-engine.ts";
import { pauseRestoredCopy } from "./sync/installation/restored-copy.ts";
import type { WiredEngine } from "./wire-engine.ts";
import express from "express";

/** One running process. */
export type Counterpart = {
  /** Where it listens, without trailing slash. */
  url: string;
  port: number;
  /** What HubSpot and browsers are told: PUBLIC_URL, else `url`. */
  publicUrl: string;
  database: Database;
  hubspot: HubSpot;
  metrics: Metrics;
  /** Null where this process does not work lanes. */
  workers: Workers | null;
  /** Resolves with the reason if this process can do no work any more; it should end then. */
  lost: Promise<Error>;
  /** Lets requests and turns end, gives lanes back, closes everything it opened. Once is enough; twice does no harm. */
  stop(): Promise<void>;
};

/** What tests and benches put in place of a part. */
export type Overrides = {
  log?: Log;
  publicRequestsPerMinute?: number;
  pressWithinMs?: number;
  metricsFreshMs?: number;
  metricsRequestsPerMinute?: number;
  wireEngine?: typeof wireEngine;
  shareLimits?: ShareLimits;
  stopWithinMs?: number;
};

/** What was started, by name, in the order of starting; stopped the other way round. */
type Stops = [part: string, stop: () => Promise<void>][];

// An install takes two; behind a proxy, all admins may share one address.
const PUBLIC_REQUESTS_PER_MINUTE = 600;
// By address, 20 a second: scrapers ask every few seconds; a page takes a millisecond or two.
const METRICS_REQUESTS_PER_MINUTE = 1_200;
const UPKEEP_SECONDS = 600;
// HubSpot's proxy gives up after 15 s; what comes before and after the work takes its share of the rest.
const PRESS_WITHIN_MS = 9_000;
const PRESS_DRAIN_MS = 10_000;
/** The event writer takes two; the rest are for lanes, schedule, readiness, budgets and tokens. */
const CONTROL_CONNECTIONS = 4;
const WEB_CONNECTIONS = 16;
/** A turn has one connection, or two where it works on two batches. */
const CONNECTIONS_OF_A_TURN = 2;
/** All parts together; what kills a process that was asked to stop waits 30 s by default. */
export const STOP_WITHIN_MS = 28_000;
/** However late it is: closing takes no longer, unless something hangs. */
const PART_STOPS_WITHIN_MS = 1_000;

/**
 * Puts one process together from its configuration and starts it: database (embedded where none is named), migrations,
 * HTTP for `web` and `all`, lanes and schedule for `worker` and `all`. A worker listens for its health and metrics
 * only. Rejects when a part does not start, after stopping those that did.
 */
export async function startCounterpart(
  config: Config,
  overrides: Overrides = {},
): Promise<Counterpart> {
  const log = overrides.log ?? createLog(config.logLevel);
  const stops: Stops = [];
  const stopAll = async (): Promise<void> => {
    const ends = Date.now() + (overrides.stopWithinMs ?? STOP_WITHIN_MS);
    for (const [part, stop] of stops.splice(0).toReversed()) {
      log.debug({ part }, "stopping a part");
      const stopped = stop().catch((error: unknown) =>
        log.error({ part, err: error }, "a part failed to stop"),
      );
      // What it waits for may never come: a lock, a database that no longer answers.
      const left = Math.max(PART_STOPS_WITHIN_MS, ends - Date.now());
      if (!(await within(left, stopped)))
        log.error({ part }, "a part did not stop in time");
    }
  };
  try {
    return await start(config, overrides, log, stops, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function start(
  config: Config,
  overrides: Overrides,
  log: Log,
  stops: Stops,
  stopAll: () => Promise<void>,
): Promise<Counterpart> {
  const metrics = createMetrics();
  const lost = Promise.withResolvers<Error>();
  const shares = await openMigrated(
    config,
    overrides,
    log,
    stops,
    lost.resolve,
  );
  await checkTokenKeys(shares.control, config.tokenKeys, log);
  await pauseIfCopied(shares.control, config, log);
  const hubspot = createHubSpot({
    config,
    database: shares.control,
    log: log.child({ room: "hubspot" }),
    metrics,
  });
  stops.push(["hubspot", () => hubspot.close()]);
  // Known once the server listens, if the configuration does not say it.
  let publicUrl = config.publicUrl;
  // What people wait for in HubSpot does not queue behind the requests of their own product.
  const forCards = shares.web.as("card");
  const wired = (overrides.wireEngine ?? wireEngine)({
    database: forCards,
    workDatabase: shares.work,
    hubspot,
    log: log.child({ room: "sync" }),
    connectUrl: () => publicUrl && `${publicUrl}/oauth/install`,
  });

  const workers =
    config.role === "web"
      ? null
      : startJobs({
          config,
          database: shares.control,
          wired,
          log,
          metrics,
          stops,
        });

  const answered = new IdempotentRequests(
    forCards,
    log.child({ room: "http" }),
    overrides.pressWithinMs ?? PRESS_WITHIN_MS,
  );
  // After the server has stopped listening, and while what a click works with is still open.
  stops.push(["presses", () => answered.drain(PRESS_DRAIN_MS)]);

  const refusals = new Refusals({
    database: shares.control,
    log: log.child({ room: "http" }),
    metrics,
  });

  let stopping = false;
  const listener = await listenAs(config, log);
  stops.push(["http", () => listener.stop()]);
  publicUrl ??= listener.url;
  const health = healthRoutes({
    database: shares.control,
    requirements: requirementsOf({
      shares,
      lanesLookedAt: workers && (() => workers.lookedAt()),
    }),
    metrics,
    isStopping: () => stopping,
    limit: limitRate(
      overrides.metricsRequestsPerMinute ?? METRICS_REQUESTS_PER_MINUTE,
      log,
    ),
    metricsFreshMs: overrides.metricsFreshMs,
  });
  listener.serve(
    config.role === "worker"
      ? express().disable("x-powered-by").use(health, handleErrors(log))
      : createHttp({
          config: {
            publicUrl,
            trustProxy: config.trustProxy,
            appId: config.hubspot.appId,
            clientSecrets: config.hubspot.clientSecrets,
            rootKeys: config.tokenKeys.map(({ key }) => key),
            setupWindowHours: config.setupWindowHours,
            publicRequestsPerMinute:
              overrides.publicRequestsPerMinute ?? PUBLIC_REQUESTS_PER_MINUTE,
          },
          database: shares.web,
          control: shares.control,
          hubspot,
          engine: wired.engine,
          answered,
          refusals,
          wake: () => workers?.wake(),
          log: log.child({ room: "http" }),
          health,
          metrics,
        }),
  );
  log.info({ url: listener.url, publicUrl, role: config.role }, "started");
  for (const warning of warningsOf(config)) log.warn(warning);
  let stopped: Promise<void> | undefined;
  return {
    url: listener.url,
    port: listener.port,
    publicUrl,
    database: shares.web,
    hubspot,
    metrics,
    workers,
    lost: lost.promise,
    stop: () => {
      stopping = true;
      stopped ??= stopAll();
      return stopped;
    },
  };
}

async function openMigrated(
  config: Config,
  { shareLimits = SHARE_LIMITS }: Overrides,
  log: Log,
  stops: Stops,
  onLost: (reason: Error) => void,
): Promise<Shares> {
  let url = config.databaseUrl;
  if (url === null) {
    // Over TCP too: the product reads and writes its views there, under a login of its own.
    const postgres = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      tcp: true,
      watch: { log: log.child({ room: "database" }), onLost },
    });
    stops.push(["postgres", () => postgres.stop()]);
    url = postgres.url;
  }
  const shares = openShares({
    url,
    sizes: sharesOf(config),
    log: log.child({ room: "database" }),
    isPrepared: config.databasePrepared,
    limits: shareLimits,
  });
  stops.push(["database", () => shares.close()]);
  const database = shares.control;
  const { owner } = database;
  // Says what is wrong with the address, where something is; a migration would only say that it failed.
  await sql`select 1`.execute(owner);
  const watch = startLoginWatch({
    database,
    log: log.child({ room: "database" }),
  });
  stops.push(["login watch", () => watch.stop()]);
  const done = await migrate(owner);
  if (done.length > 0) log.info({ migrations: done }, "migrated");
  await checkRoles(database);
  const ahead = await migrationsAhead(owner);
  if (ahead.length > 0)
    log.warn(
      { migrations: ahead },
      "the database is newer than this build, and works with it",
    );
  return shares;
}

function sharesOf({
  role,
  workerConcurrency,
}: Config): Record<ShareName, number> {
  return {
    control: CONTROL_CONNECTIONS,
    web: role === "worker" ? 0 : WEB_CONNECTIONS,
    work: role === "web" ? 0 : workerConcurrency * CONNECTIONS_OF_A_TURN,
  };
}

// Before anything can call HubSpot.
async function pauseIfCopied(
  database: Database,
  config: Config,
  log: Log,
): Promise<void> {
  const { why, portals } = await pauseRestoredCopy(database, config.publicUrl);
  if (portals > 0)
    log.warn(
      { portals, ...(why && { why }) },
      "sync is paused because this database is a restored copy; if no other server syncs these portals, resume each with POST /api/v1/installation/start, or all with npx node server/resume-copy.ts",
    );
}

type Jobs = {
  config: Config;
  database: Database;
  wired: WiredEngine;
  log: Log;
  metrics: Metrics;
  stops: Stops;
};

function startJobs({
  config,
  database,
  wired,
  log,
  metrics,
  stops,
}: Jobs): Workers {
  const intervals: Intervals = {
    "changed-pull": config.pullIntervalSeconds,
    sweep: config.sweepIntervalSeconds,
    upkeep: UPKEEP_SECONDS,
  };
  const workers = startWorkers({
    database,
    work: wired.work,
    intervals,
    concurrency: config.workerConcurrency,
    log: log.child({ room: "jobs" }),
    metrics,
  });
  stops.push(["workers", () => workers.stop()]);
  const schedule = startSchedule({
    database,
    intervals,
    log: log.child({ room: "jobs" }),
  });
  stops.push(["schedule", () => schedule.stop()]);
  return workers;
}

// Several workers may share a machine and an environment: one that finds its port taken takes another.
async function listenAs(config: Config, log: Log): Promise<Listener> {
  try {
    return await listen(config.host, config.port, log);
  } catch (error) {
    if (config.role !== "worker" || !isPortTaken(error)) throw error;
    log.warn(
      { port: config.port },
      "the port is in use; health and metrics use another port",
    );
    return listen(config.host, 0, log);
  }
}

function isPortTaken(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && error.code === "EADDRINUSE"
  );
}
