import type { Request, RequestHandler, Response } from "express";
import type { Parts } from "./parts.ts";
import { Problem } from "./problem.ts";
import { bytesOf } from "./raw-body.ts";
import { requireSignature } from "./signed-request.ts";
import { storeEvents } from "./store-events.ts";
import type { RoutedEvent } from "./webhook-event.ts";
import { routeEvent } from "./webhook-event.ts";

/**
 * POST /webhooks/hubspot: verifies, stores, answers; what the events mean is found out later. After a good signature
 * an event that we cannot use is counted and answered 200, since HubSpot would send it ten times more.
 */
export function receiveWebhooks(
  parts: Parts,
  limitRefused: RequestHandler,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    await requireSignature(parts, limitRefused, request, response);
    const text = bytesOf(request.body).toString("utf8");
    const events = parseEvents(text);
    const dropped: { [outcome: string]: number } = {};
    const routes = events.map((event): RoutedEvent | null => {
      const verdict = routeEvent(event);
      if (!("ignored" in verdict)) return verdict;
      dropped[verdict.ignored] = (dropped[verdict.ignored] ?? 0) + 1;
      return null;
    });
    const usable = routes.reduce((sum, route) => sum + (route ? 1 : 0), 0);
    const stored =
      usable === 0
        ? 0
        : await storeEvents(parts.database, text, events, routes);
    const count = { ...dropped, stored, unknown_portal: usable - stored };
    for (const [outcome, number] of Object.entries(count))
      if (number > 0) parts.metrics.webhookEvents.inc({ outcome }, number);
    response.status(200).end();
  };
}

function parseEvents(text: string): readonly unknown[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem(400, "malformed_json", "The body is not JSON.");
  }
  if (Array.isArray(body)) return body as unknown[];
  throw new Problem(400, "not_a_list", "The body is not a list of events.");
}
