import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import { readProjectFiles, resolveProject } from "../project.ts";
import { buildExtension } from "./build-extension.ts";
import { buildHost } from "./build-host.ts";
import type { HostAssets } from "./build-host.ts";
import {
  readCardManifests,
  readSettingsManifest,
} from "./extension-manifests.ts";
import { OBJECT_TYPES } from "./crm-properties.ts";
import { deskApi, userIn } from "./desk-api.ts";
import { DeskContext } from "./desk-context.ts";
import { proxyRequestSchema } from "./extension-proxy.ts";
import { Refusal } from "./refusal.ts";
import { SandboxClient } from "./sandbox-client.ts";

export type DeskOptions = {
  /** The sandbox's address: its control paths replace what HubSpot's own pages do. */
  sandboxUrl: string;
  /** PUBLIC_URL of the app's server: `API_ORIGIN` of the cards, and what permittedUrls allow. */
  serverUrl: string;
  /** Signs the cards' calls; the first of a comma-separated list. */
  clientSecret: string;
  appId: number;
  /** 127.0.0.1 unless said. */
  host?: string;
  /** 4311 by convention; 0 takes a free one. */
  port: number;
  /** srcDir of the HubSpot project; by default this repository's. */
  projectSource?: string;
};

export type Desk = { url: string; close(): Promise<void> };

/**
 * Starts the desk: pages in which HubSpot's users work, with the app's cards as HubSpot would render them. Builds the
 * pages and the cards first. `close()` ends open connections.
 */
export async function startDesk(options: DeskOptions): Promise<Desk> {
  const source =
    options.projectSource ??
    fileURLToPath(new URL("../../hubspot-project/src/", import.meta.url));
  const serverUrl = options.serverUrl.replace(/\/+$/, "");
  const [files, manifests, settingsManifest, assets] = await Promise.all([
    readProjectFiles(source),
    readCardManifests(source),
    readSettingsManifest(source),
    buildHost(),
  ]);
  const { config } = resolveProject(files, serverUrl).manifest;
  const cards = await Promise.all(
    manifests.map(async (manifest) => ({
      ...manifest,
      bundle: await buildExtension(manifest, source),
    })),
  );
  const settings = settingsManifest && {
    uid: settingsManifest.uid,
    bundle: await buildExtension(settingsManifest, source),
  };
  const context = new DeskContext({
    sandbox: new SandboxClient(options.sandboxUrl),
    serverUrl,
    clientSecret: options.clientSecret.split(",")[0] ?? "",
    appId: options.appId,
    appName: config.name,
    permitted: config.permittedUrls.fetch,
    cards,
    settings,
  });
  const host = options.host ?? "127.0.0.1";
  const server = createServer(deskApp(context, assets));
  server.listen(options.port, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function deskApp(context: DeskContext, assets: HostAssets): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(refuseOtherSites);
  app.use(express.json({ limit: "2mb", type: "application/json" }));
  app.use((_request, response, next) => {
    response.set({
      "content-security-policy": PAGE_POLICY,
      "cache-control": "no-store",
    });
    next();
  });

  app.get(
    "/desk/page.js",
    (_request, response) => void response.type("js").send(assets.page),
  );
  app.get(
    "/desk/styles.css",
    (_request, response) => void response.type("css").send(assets.styles),
  );
  app.get("/desk/worker.js", (_request, response) => {
    response
      .set("content-security-policy", WORKER_POLICY)
      .type("js")
      .send(assets.worker);
  });
  app.get("/desk/extensions/:file", (request, response) => {
    const { cards, settings } = context.parts;
    const found = [...cards, ...(settings ? [settings] : [])].find(
      ({ uid }) => `${uid}.js` === request.params.file,
    );
    if (found) response.type("js").send(found.bundle);
    else response.sendStatus(404);
  });
  app.post("/desk/proxy/:portalId", async (request, response) => {
    const call = proxyRequestSchema.safeParse(request.body);
    if (call.success)
      response.json(
        await context.cardCall(
          Number(request.params.portalId),
          call.data,
          userIn(request.query),
        ),
      );
    else
      response.json({
        ok: false,
        reason: `hubspot.fetch: ${call.error.issues[0]?.message ?? "bad request"}`,
      });
  });
  app.use("/desk/api/portals/:portalId", deskApi(context));
  app.get("/", async (_request, response) => {
    const [first] = await context.sandbox.portals().catch(() => []);
    if (first !== undefined)
      return response.redirect(`/contacts/${first}/objects/0-1/views/all`);
    response.type("html").send(PAGE);
  });
  const pages = [
    "/contacts/:portalId/objects/:type/views/all",
    "/contacts/:portalId/record/:type/:id",
  ];
  app.get(pages, (request, response) => {
    const known = Object.hasOwn(OBJECT_TYPES, String(request.params["type"]));
    response
      .status(known ? 200 : 404)
      .type("html")
      .send(PAGE);
  });
  app.get(
    "/contacts/:portalId/objects/:type/views/all/board",
    (request, response) => {
      const hasBoard = OBJECT_TYPES[request.params.type]?.pipelines;
      response
        .status(hasBoard ? 200 : 404)
        .type("html")
        .send(PAGE);
    },
  );
  app.get(
    "/integrations-settings/:portalId/installed/framework/:appId/settings",
    (request, response) => {
      const isOurs = request.params.appId === String(context.parts.appId);
      response
        .status(isOurs ? 200 : 404)
        .type("html")
        .send(PAGE);
    },
  );
  app.use(
    (
      error: unknown,
      _request: Request,
      response: Response,
      _next: NextFunction,
    ) => {
      const status = error instanceof Refusal ? error.status : 500;
      response.status(status).json({
        message: error instanceof Error ? error.message : "The desk failed.",
      });
    },
  );
  return app;
}

/** A page of another site must not act in the portal with the desk as its tool. */
function refuseOtherSites(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  const site = request.get("sec-fetch-site");
  const foreign =
    site !== undefined && site !== "same-origin" && site !== "none";
  if (foreign && request.method !== "GET")
    response.status(403).json({ message: "Not from another site." });
  else next();
}

const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/** Cards reach the network by `hubspot.fetch` alone. */
const WORKER_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Desk</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/desk/styles.css">
</head>
<body>
<div id="root"></div>
<script src="/desk/page.js"></script>
</body>
</html>
`;
