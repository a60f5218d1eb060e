import type { RequestHandler } from "express";
import type { BodyBudget } from "./body-budget.ts";
import { setAsideEvents } from "../database/set-aside.ts";
import type { SetAside } from "../database/set-aside.ts";
import { readJson } from "../read-json.ts";
import { EventWriter } from "./event-writer.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { Problem } from "./problem.ts";
import { bytesOf, rawBody } from "./raw-body.ts";
import {
  refuseQuery,
  requireSignature,
  requireSignatureHeaders,
} from "./signed-request.ts";
import type { RoutedEvent } from "./webhook-event.ts";
import { routeEvent } from "./webhook-event.ts";

/** HubSpot sends up to 100 events a request; a property's value may have 65,536 characters. */
const BODY_LIMIT = 8 * 1024 * 1024;

/**
 * POST /webhooks/hubspot: verifies, stores, responds; the events are processed later. With a valid signature, an event
 * that can't be used is counted, and the response is 200, because HubSpot would otherwise send it ten more times.
 */
export function receiveWebhooks(
  parts: HttpDependencies,
  limitRefused: RequestHandler,
  budget: BodyBudget,
): RequestHandler[] {
  const count = (outcome: string, events: number): void => {
    if (events > 0) parts.metrics.webhookEvents.inc({ outcome }, events);
  };
  const writer = new EventWriter(parts.database, (stored, unknownPortal) => {
    count("stored", stored);
    count("unknown_portal", unknownPortal);
  });
  const receive: RequestHandler = async (request, response) => {
    await requireSignature(parts, limitRefused, request, response);
    const text = bytesOf(request.body).toString("utf8");
    const events = parseEvents(text);
    const ignored = { not_understood: 0, another_app: 0, not_synced: 0 };
    const aside: SetAside[] = [];
    const routes = events.map((event): RoutedEvent | null => {
      const verdict = routeEvent(event, parts.config.appId);
      if ("kind" in verdict) return verdict;
      if ("ignored" in verdict) ignored[verdict.ignored]++;
      else
        aside.push({
          portalId: verdict.portalId,
          reason: verdict.setAside,
          event,
        });
      return null;
    });
    if (routes.some((route) => route !== null))
      await writer.store({ text, events, routes });
    await keep(aside);
    count("not_understood", ignored.not_understood);
    count("another_app", ignored.another_app);
    count("not_synced", ignored.not_synced);
    response.status(200).end();
  };
  const keep = async (aside: readonly SetAside[]): Promise<void> => {
    if (aside.length === 0) return;
    const kept = await parts.database.crossing((db) =>
      setAsideEvents(db, aside),
    );
    count("set_aside", kept);
    count("set_aside_dropped", aside.length - kept);
    const [first] = aside;
    parts.log.warn(
      {
        portalId: first?.portalId,
        reason: first?.reason,
        kept,
        events: aside.length,
      },
      "webhook events were set aside; see GET /api/v1/set-aside-events",
    );
  };
  return [
    refuseQuery(parts, limitRefused),
    requireSignatureHeaders(parts, limitRefused),
    rawBody(BODY_LIMIT, budget),
    receive,
  ];
}

/** An id of more digits than a double keeps stays the id that it is. */
function parseEvents(text: string): readonly unknown[] {
  const read = readJson(text);
  if (!read.ok) throw new Problem(400, read.code, read.reason);
  if (Array.isArray(read.value)) return read.value as unknown[];
  throw new Problem(400, "not_a_list", "The body isn't a list of events.");
}
