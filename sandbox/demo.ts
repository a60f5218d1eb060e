import { createHash } from "node:crypto";
import { relative } from "node:path";
import { z } from "zod";
import { startSandbox } from "./app.ts";
import { addSamples, fillHubSpot } from "./demo-data.ts";
import { DemoClient, until } from "./demo-client.ts";
import { DemoHome } from "./demo-home.ts";
import type { Addresses } from "./demo-home.ts";
import {
  makeDataFolder,
  removeDataFolder,
  removeLeftovers,
} from "./demo-leftovers.ts";
import { requireFreePorts } from "./demo-ports.ts";
import { followConnections } from "./demo-product.ts";
import type { ProductAccess } from "./demo-product.ts";
import { DemoServer } from "./demo-server.ts";
import { startDesk } from "./desk/server.ts";

// `npm run demo`: a HubSpot of our own with its desk, the server with Postgres, and sample data in one portal.

const port = z.coerce.number().int().min(1).max(65_000);
const environmentSchema = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  /** Moves all three: the server's own, the sandbox 10 above it, the desk 11. */
  DEMO_PORT_BASE: port.default(4300),
  HUBSPOT_APP_ID: z.coerce.number().int().positive().default(430_011),
  HUBSPOT_CLIENT_ID: z.string().min(1).default("counterpart-demo"),
  HUBSPOT_CLIENT_SECRET: z.string().min(1).default("counterpart-demo-secret"),
  SETUP_WINDOW_HOURS: z.coerce.number().min(0).default(0),
});
const installSchema = z.object({ apiKey: z.string() });
const installationSchema = z.object({ state: z.string() });

/** The portal of the demo's own database; one that is kept between demos gets a new portal each time. */
const PORTAL_ID = 4_300_001;

const stops: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

// Ctrl-C reaches npm, this process and the server at once, and npm passes it on: the second is no other wish.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => void end(0));

try {
  await start();
} catch (error) {
  if (stopping === undefined) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

async function start(): Promise<void> {
  const began = Date.now();
  const environment = environmentSchema.parse(given(process.env));
  const { HOST, DEMO_PORT_BASE: base } = environment;
  const name = ["0.0.0.0", "::"].includes(HOST) ? "127.0.0.1" : HOST;
  const serverUrl = `http://${name}:${base}`;
  await requireFreePorts(HOST, [base, base + 10, base + 11]);
  const home = await DemoHome.open(base);
  stops.push(() => home.close());
  await removeLeftovers();

  // First, since the ports are what two demos would fight over.
  const sandbox = await startSandbox({
    host: HOST,
    port: base + 10,
    publicUrl: serverUrl,
    app: {
      appId: environment.HUBSPOT_APP_ID,
      clientId: environment.HUBSPOT_CLIENT_ID,
      clientSecret: environment.HUBSPOT_CLIENT_SECRET.split(","),
    },
  }).catch((error: unknown) => {
    throw new Error(
      `Port ${base + 10} is not free; DEMO_PORT_BASE=N takes N, N+10 and N+11.`,
      { cause: error },
    );
  });
  stops.push(() => sandbox.close());
  const sandboxUrl = `http://${name}:${base + 10}`;
  console.log(
    "Starting: a HubSpot of our own, Postgres, the server, the desk.",
  );

  const own =
    given(process.env)["DATABASE_URL"] ?? given(process.env)["DATA_DIR"];
  const dataDir = own === undefined ? await makeDataFolder() : null;
  if (dataDir !== null) {
    stops.push(() => removeDataFolder(dataDir));
    await home.linkData(dataDir);
  }
  const server = await DemoServer.start(
    {
      ...process.env,
      ...(dataDir === null ? {} : { DATA_DIR: dataDir }),
      TOKEN_KEY: process.env["TOKEN_KEY"] ?? demoKey(),
      HOST,
      PORT: String(base),
      PUBLIC_URL: serverUrl,
      ROLE: "all",
      HUBSPOT_API_URL: sandboxUrl,
      HUBSPOT_AUTHORIZE_URL: sandbox.authorizeUrl,
      HUBSPOT_APP_ID: String(environment.HUBSPOT_APP_ID),
      HUBSPOT_CLIENT_ID: environment.HUBSPOT_CLIENT_ID,
      HUBSPOT_CLIENT_SECRET: environment.HUBSPOT_CLIENT_SECRET,
      SETUP_WINDOW_HOURS: String(environment.SETUP_WINDOW_HOURS),
    },
    home.serverLog,
  );
  stops.push(() => server.stop());
  const deskStarting = startDesk({
    sandboxUrl,
    serverUrl,
    clientSecret: environment.HUBSPOT_CLIENT_SECRET,
    appId: environment.HUBSPOT_APP_ID,
    host: HOST,
    port: base + 11,
  });
  const deskEnding = deskStarting.then(
    (desk) => () => desk.close(),
    // Told where it is awaited, below.
    () => () => Promise.resolve(),
  );
  stops.push(async () => (await deskEnding)());
  await server.ready(serverUrl);

  const portalId =
    own === undefined ? PORTAL_ID : Math.floor(Date.now() / 1000);
  const client = new DemoClient({ sandboxUrl, serverUrl, portalId });
  await client.control("POST", "/portals", { portalId });
  await fillHubSpot(client);
  const write = async (access: ProductAccess | null): Promise<Addresses> => {
    const addresses: Addresses = {
      server: serverUrl,
      sandbox: sandboxUrl,
      desk: `http://${name}:${base + 11}`,
      portalId,
      apiKey: access?.apiKey ?? null,
      databaseUrl: access?.databaseUrl ?? null,
      appId: environment.HUBSPOT_APP_ID,
      clientId: environment.HUBSPOT_CLIENT_ID,
      clientSecret: environment.HUBSPOT_CLIENT_SECRET,
      pid: process.pid,
    };
    await home.writeAddresses(addresses);
    return addresses;
  };
  // With a setup window, the set-up is what there is to see: somebody connects HubSpot on the desk.
  const access =
    environment.SETUP_WINDOW_HOURS > 0 ? null : await connect(client, server);
  await deskStarting;
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`\nReady in ${seconds} s.`);
  show(home, await write(access));
  if (access === null) {
    const ending = new AbortController();
    const following = followConnections(
      client,
      server,
      ending.signal,
      async (given) => {
        console.log("\nHubSpot is connected, and the product has an API key.");
        show(home, await write(given));
      },
    ).catch(async (error: unknown) => {
      if (stopping !== undefined) return;
      console.error(error);
      await end(1);
    });
    stops.push(() => {
      ending.abort();
      return following;
    });
  }
  void server.ended.then(async (how) => {
    if (stopping !== undefined) return;
    console.error(`The server ended (${how}):\n${await server.lastLines()}`);
    await end(1);
  });
}

/** Installs the app as an admin would, waits for the first pull, and fills both sides. */
async function connect(
  client: DemoClient,
  server: DemoServer,
): Promise<ProductAccess> {
  const { apiKey } = installSchema.parse(
    await client.inHubSpot("POST", "/install", {}),
  );
  client.useKey(apiKey);
  await until("the first pull has ended", async () => {
    const answer = await client.api("GET", "/installation");
    return installationSchema.parse(answer).state === "active";
  });
  await addSamples(client);
  return { apiKey, databaseUrl: await server.productLogin(client.portalId) };
}

function show(home: DemoHome, addresses: Addresses): void {
  const { desk, server, sandbox, databaseUrl, apiKey, portalId } = addresses;
  const product =
    apiKey === null
      ? "\nHubSpot isn't connected yet. On the desk, click Connected apps, then Connect HubSpot.\n"
      : `  API key    ${apiKey}
  Postgres   ${databaseUrl}

  curl -H "Authorization: Bearer ${apiKey}" "${server}/api/v1/contacts?limit=3"
  psql "${databaseUrl}" -c "select first_name, sync_status, sync_reason from workspace.contacts limit 5"
`;
  console.log(`
  desk       ${desk}   HubSpot's side: choose a contact, edit it, see the card
  server     ${server}   the product's API below /api/v1, described at /api/v1/openapi.json
  sandbox    ${sandbox}   HubSpot's API; control paths below /sandbox
  portal     ${portalId}
${product}
The same is in ${relative("", home.addresses)}; the server's log is ${relative("", home.serverLog)}. Ctrl-C ends it all.`);
}

/** Ends everything in the reverse order of its start, once. */
function end(code: number): Promise<void> {
  stopping ??= (async () => {
    // What starts meanwhile is still added, and ended too.
    for (let stop = stops.pop(); stop; stop = stops.pop())
      await stop().catch((error: unknown) => console.error(error));
    process.exit(code);
  })();
  return stopping;
}

/** A variable that is set to nothing counts as not set. */
function given(
  environment: NodeJS.ProcessEnv,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ""),
  );
}

/** Known to everyone, as the demo's secret is: its tokens open a sandbox and nothing else. */
function demoKey(): string {
  return `demo:${createHash("sha256").update("counterpart demo").digest("base64")}`;
}
