import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { answerCall } from "./api/answer-call.ts";
import { planCrmCall } from "./api/crm-call.ts";
import { planOAuthCall } from "./api/oauth-call.ts";
import { htmlError } from "./errors.ts";
import { readBody } from "./http/read-body.ts";
import { sendAnswer } from "./http/send.ts";
import { sendWebAnswer } from "./http/send-web.ts";
import type { WebRoute } from "./http/web-call.ts";
import { matchWebRoute } from "./http/web-call.ts";
import type { Platform } from "./platform.ts";

/** Longer ones are answered 414, as HubSpot's proxies do; where exactly they draw the line is not documented. */
const LONGEST_URI = 16_384;

/** HubSpot's API, its authorize page and the sandbox's own control paths on one node:http server. */
export function createSandboxServer(
  platform: Platform,
  webRoutes: readonly WebRoute[],
): Server {
  const server = createServer(
    { maxHeaderSize: 64 * 1024 },
    (request, response) => {
      answer(platform, webRoutes, request, response).catch((error: unknown) => {
        if (request.socket.destroyed) return;
        process.stderr.write(
          `sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        if (response.headersSent) response.destroy();
        else sendAnswer(response, htmlError(500), null);
      });
    },
  );
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;
  return server;
}

async function answer(
  platform: Platform,
  webRoutes: readonly WebRoute[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? "" : url.slice(mark + 1);
  const method = request.method ?? "GET";
  const text = await readBody(request);
  if (text === null || url.length > LONGEST_URI) {
    sendAnswer(response, htmlError(text === null ? 413 : 414), null);
    return;
  }
  if (isWebPath(path)) {
    const match = matchWebRoute(webRoutes, method, path);
    if (match === "method")
      sendWebAnswer(response, {
        status: 405,
        body: { message: `${method} is not allowed here` },
      });
    else if (!match)
      sendWebAnswer(response, {
        status: 404,
        body: { message: `no such path: ${path}` },
      });
    else
      sendWebAnswer(
        response,
        await match.route.handle({
          method,
          path,
          params: match.params,
          query: new URLSearchParams(query),
          text,
        }),
      );
    return;
  }
  const plan =
    planOAuthCall(platform, method, path, text) ??
    planCrmCall(platform, request, path, query, text);
  await answerCall(platform, plan, response);
}

function isWebPath(path: string): boolean {
  return (
    path.startsWith("/sandbox/") ||
    (path.startsWith("/oauth/") && path.endsWith("/authorize"))
  );
}
