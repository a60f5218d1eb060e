import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { openDatabase } from "../../server/database/database.ts";
import { createProductLogin } from "../../server/database/product-login.ts";
import { createLog } from "../../server/log.ts";
import type { Target } from "./target.ts";
import { signatureOf } from "./signature.ts";

/** Something that one portal does to all; goes on until the signal ends it. What it is refused is no failure. */
type Attack = (target: Target, signal: AbortSignal) => Promise<void>;

/** Doors that one portal opens at once. */
const AT_ONCE = 60;
const SQL_CONNECTIONS = 100;
/** As a pool that backs off: each attempt costs Postgres a process and a password. */
const RECONNECT_MS = 500;
const BATCH = 1_000;
const LANE_WORK_EVERY_MS = 200;
/** Of one record: above what may be stored, and just below it. */
const GIANT_CHARACTERS = 20_000_000;
const LARGE_CHARACTERS = 900_000;
const LARGE_RECORDS = 60;

/** Records far beyond the limit, offered again and again, and lists of the largest that are stored. */
const giantRecords: Attack = async (target, signal) => {
  const client = await login(target);
  try {
    await tried(
      client.query(
        `insert into workspace.contacts (email, custom)
        select 'large' || n || '@example.com', jsonb_build_object('text', repeat('x', ${LARGE_CHARACTERS}))
        from generate_series(1, ${LARGE_RECORDS}) n`,
      ),
    );
    await Promise.all([
      repeat(signal, () =>
        client.query(
          `insert into workspace.contacts (email, custom)
          values ('giant@example.com', jsonb_build_object('text', repeat('x', ${GIANT_CHARACTERS})))`,
        ),
      ),
      ...times(8, () =>
        repeat(signal, () => ask(target, "GET", "/contacts?limit=100")),
      ),
    ]);
  } finally {
    await client.end();
  }
};

/** Batches of a thousand records, sixty at a time, by one key. */
const parallelBatches: Attack = async (target, signal) => {
  let made = 0;
  await Promise.all(
    times(AT_ONCE, () =>
      repeat(signal, () => {
        const batch = (made += 1);
        return ask(target, "POST", "/contacts/batch", {
          inputs: times(BATCH, (n) => ({
            properties: { email: `batch${batch}-${n}@example.com` },
          })),
        });
      }),
    ),
  );
};

/** All contacts locked by an open transaction of the product, and sixty requests that want to change them. */
const lockedRows: Attack = async (target, signal) => {
  const url = await loginUrl(target);
  // Again and again: whoever limits transactions ends it, and its connection with it.
  const lock = repeat(signal, async () => {
    const client = await connect(url);
    try {
      await client.query("begin");
      await client.query("update workspace.contacts set city = 'locked'");
      await Promise.race([ended(signal), once(client, "end")]);
    } finally {
      await tried(client.end());
    }
  });
  await Promise.all([lock, singleEdits(target, signal)]);
};

/** One record each, sixty at a time, by one key, and some work for the lanes beside it. */
const singleEdits: Attack = async (target, signal) => {
  const { rows } = await target.sql.query<{ record: string; object: string }>(
    "select record_id as record, object_id as object from link where portal_id = $1 and object_type = 'contact' limit 200",
    [target.portalId],
  );
  const any = () => rows[Math.floor(Math.random() * rows.length)];
  await Promise.all([
    ...times(AT_ONCE, () =>
      repeat(signal, () =>
        ask(target, "PATCH", `/contacts/${any()?.record ?? ""}`, {
          properties: { phone: String(Math.random()) },
        }),
      ),
    ),
    // No flood of its own.
    repeat(signal, async () => {
      await target.inHubSpot(
        "PATCH",
        `/objects/contacts/${any()?.object ?? ""}`,
        { properties: { jobtitle: String(Math.random()) } },
      );
      await pause(LANE_WORK_EVERY_MS);
    }),
  ]);
};

/** A hundred connections under the product's login, each with a query that costs much. */
const sqlConnections: Attack = async (target, signal) => {
  const url = await loginUrl(target);
  await Promise.all(
    times(SQL_CONNECTIONS, () =>
      repeat(
        signal,
        async () => {
          const client = new Client({ connectionString: url });
          client.on("error", () => undefined);
          try {
            // pg neither resolves nor rejects what it was doing if a connection is ended while it opens.
            await Promise.race([
              ended(signal),
              client
                .connect()
                .then(() =>
                  client.query(
                    "select count(*) from workspace.contacts a, workspace.contacts b, workspace.contacts c where a.city = b.city || c.city",
                  ),
                ),
            ]);
          } finally {
            void tried(client.end());
          }
        },
        RECONNECT_MS,
      ),
    ),
  );
};

/** A HubSpot that takes five seconds for each call about this portal, and sixty of its cards open at a time. */
const slowHubSpot: Attack = async (target, signal) => {
  await target.control("PUT", "/faults", {
    portalId: target.portalId,
    path: "/crm/*",
    latencyMs: 5_000,
  });
  try {
    const { rows } = await target.sql.query<{ object: string }>(
      "select object_id as object from link where portal_id = $1 and object_type = 'contact' limit 200",
      [target.portalId],
    );
    await Promise.all([
      tried(
        ask(target, "POST", "/sync/pull", { objectType: "contact", all: true }),
      ),
      ...times(AT_ONCE, (n) =>
        repeat(signal, () => openCard(target, rows[n % rows.length]?.object)),
      ),
    ]);
  } finally {
    await target.control("DELETE", "/faults");
  }
};

async function openCard(target: Target, objectId = ""): Promise<void> {
  const url =
    `${target.url}/ui/card?objectTypeId=0-1&objectId=${objectId}` +
    `&userId=7&userEmail=bench@example.com&portalId=${target.portalId}&appId=500001`;
  const headers = signatureOf({
    method: "GET",
    url,
    body: "",
    scene: target,
    now: Date.now(),
  });
  await taken(await fetch(url, { headers }));
}

async function ask(
  target: Target,
  method: string,
  path: string,
  body?: unknown,
): Promise<void> {
  const response = await fetch(`${target.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${target.apiKey}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await taken(response);
}

async function taken(response: Response): Promise<void> {
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`Refused: ${response.status}`);
}

async function loginUrl(target: Target): Promise<string> {
  const database = openDatabase({
    url: target.databaseUrl,
    poolSize: 1,
    log: createLog("silent"),
  });
  try {
    return await createProductLogin(database, target.portalId);
  } finally {
    await database.close();
  }
}

const login = async (target: Target): Promise<Client> =>
  connect(await loginUrl(target));

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Again and again until the end, with a breath (ms) after what is refused. */
async function repeat(
  signal: AbortSignal,
  work: () => Promise<unknown>,
  breathMs = 50,
): Promise<void> {
  while (!signal.aborted) if (!(await tried(work()))) await pause(breathMs);
}

/** Whether it succeeded. */
const tried = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((done) =>
    signal.aborted
      ? done()
      : signal.addEventListener("abort", () => done(), { once: true }),
  );

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_one, n) => make(n));

/** By the names of their benches. */
export const attacks = {
  noisy_giant_records: giantRecords,
  noisy_parallel_batches: parallelBatches,
  noisy_locked_rows: lockedRows,
  noisy_single_edits: singleEdits,
  noisy_sql_connections: sqlConnections,
  noisy_slow_hubspot: slowHubSpot,
} as const satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;
