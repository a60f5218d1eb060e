import { warningsOf } from "./config.ts";
import type { Config } from "./config.ts";
import { openDatabase } from "./database/database.ts";
import type { Database } from "./database/database.ts";
import { startEmbeddedPostgres } from "./database/embedded.ts";
import { migrate } from "./database/migrate.ts";
import { AnsweredRequests } from "./http/answered-request.ts";
import { createHttp } from "./http/app.ts";
import { handleErrors } from "./http/error-handler.ts";
import { healthRoutes } from "./http/health.ts";
import { limitRate } from "./http/limit-rate.ts";
import { listen } from "./http/listener.ts";
import type { Listener } from "./http/listener.ts";
import { createHubSpot } from "./hubspot/create-hubspot.ts";
import type { HubSpot } from "./hubspot/hubspot.ts";
import { startSchedule } from "./jobs/schedule.ts";
import type { Intervals } from "./jobs/schedule.ts";
import { startWorkers } from "./jobs/workers.ts";
import type { Workers } from "./jobs/workers.ts";
import { createLog } from "./log.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import { within } from "./jobs/within.ts";
import { makeRooms } from "./rooms.ts";
import type { Rooms } from "./rooms.ts";
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
  makeRooms?: typeof makeRooms;
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
const WEB_CONNECTIONS = 12;
/** All parts together; what kills a process that was asked to stop waits 30 s by default. */
export const STOP_WITHIN_MS = 28_000;
/** However late it is: closing takes no longer, unless something hangs. */
const PART_STOPS_WITHIN_MS = 1_000;

/**
 * Puts one process together from its configuration and starts it: database (embedded where none is named), migrations,
 * doors for `web` and `all`, lanes and schedule for `worker` and `all`. A worker listens for its health and metrics
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
        log.error({ part, err: error }, "a part did not stop well"),
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
  const database = await openMigrated(config, log, stops);
  const hubspot = createHubSpot({
    config,
    database,
    log: log.child({ room: "hubspot" }),
    metrics,
  });
  stops.push(["hubspot", () => hubspot.close()]);
  // Known once the door is open, where the configuration does not say it.
  let publicUrl = config.publicUrl;
  const rooms = (overrides.makeRooms ?? makeRooms)({
    database,
    hubspot,
    log: log.child({ room: "sync" }),
    connectUrl: () => publicUrl && `${publicUrl}/oauth/install`,
  });

  const workers =
    config.role === "web"
      ? null
      : startJobs({ config, database, rooms, log, metrics, stops });

  const answered = new AnsweredRequests(
    database,
    log.child({ room: "http" }),
    overrides.pressWithinMs ?? PRESS_WITHIN_MS,
  );
  // After the doors are shut, and while what a press works with is still open.
  stops.push(["presses", () => answered.settled(PRESS_DRAIN_MS)]);

  let stopping = false;
  const listener = await listenAs(config, log);
  stops.push(["http", () => listener.stop()]);
  publicUrl ??= listener.url;
  const health = healthRoutes({
    database,
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
          database,
          hubspot,
          engine: rooms.engine,
          answered,
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
    database,
    hubspot,
    metrics,
    workers,
    stop: () => {
      stopping = true;
      stopped ??= stopAll();
      return stopped;
    },
  };
}

async function openMigrated(
  config: Config,
  log: Log,
  stops: Stops,
): Promise<Database> {
  let url = config.databaseUrl;
  if (url === null) {
    // Over TCP too: the product reads and writes its views there, under a login of its own.
    const postgres = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      tcp: true,
    });
    stops.push(["postgres", () => postgres.stop()]);
    url = postgres.url;
  }
  const forWeb = config.role === "worker" ? 4 : WEB_CONNECTIONS;
  // A turn holds one connection, or two where it works on two batches; heartbeat and prefetch must never wait for those.
  const forWorkers =
    config.role === "web" ? 0 : config.workerConcurrency * 2 + 2;
  const database = openDatabase({
    url,
    poolSize: forWeb + forWorkers,
    log: log.child({ room: "database" }),
  });
  stops.push(["database", () => database.close()]);
  const done = await migrate(database.owner);
  if (done.length > 0) log.info({ migrations: done }, "migrated");
  return database;
}

type Jobs = {
  config: Config;
  database: Database;
  rooms: Rooms;
  log: Log;
  metrics: Metrics;
  stops: Stops;
};

function startJobs({
  config,
  database,
  rooms,
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
    work: rooms.work,
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
      "the port is taken; health and metrics are at another",
    );
    return listen(config.host, 0, log);
  }
}

function isPortTaken(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && error.code === "EADDRINUSE"
  );
}
