import { hubspot } from "@hubspot/ui-extensions";
import type { ZodMiniType } from "zod/mini";
import {
  pressAnswer,
  problemDocument,
  runAnswer,
  syncView,
} from "./sync-view.ts";
import type { CompanyChoice, PressAnswer, Run, SyncView } from "./sync-view.ts";
import { wholeValue } from "./value-answer.ts";
import type { WholeValue } from "./value-answer.ts";

/** HubSpot ends a request after this time. The server responds to a click within ten seconds, if only that it is in progress. */
const TIMEOUT_MS = 15_000;
/** HubSpot repeats a failed request once, so no response is certain only after two time-outs. */
const SILENCE_MS = 2 * TIMEOUT_MS + 5_000;

/** What a person requested by clicking a button. */
export type Press =
  | { action: "sync" }
  /** confirmed: the person has seen what it undoes. */
  | { action: "pull"; confirmed?: boolean }
  | {
      action: "push";
      company?: CompanyChoice;
      contacts?: boolean;
      confirmed?: boolean;
    }
  | { action: "retry"; attentionId: string }
  | {
      action: "resolve";
      attentionId: string;
      choice: Side | "approve" | "refuse";
    }
  | { action: "resolve"; all: true; choice: Side }
  | {
      action: "resolve";
      attentionId: string;
      choice: "link_existing";
      linkTo: string;
    };

type Side = "workspace" | "hubspot";

/** A click, with what makes it safe to send twice: the version that was shown, and the click's own id. */
export type PressRequest = { press: Press; version: string; requestId: string };

/**
 * Either what was requested, or why there is none. `certain` says that the server refused the request; without it, the
 * request may have been executed although no response arrived.
 */
export type Answer<T> =
  | { kind: "answered"; value: T }
  | { kind: "failed"; certain: boolean; title: string; message: string };

/** The server's routes for one HubSpot object. */
export type Server = {
  view: () => Promise<Answer<SyncView>>;
  act: (request: PressRequest) => Promise<Answer<PressAnswer>>;
  run: (runId: string) => Promise<Answer<Run>>;
  /** Both sides' values of one field, in full. */
  value: (field: string) => Promise<Answer<WholeValue>>;
};

/** Routes of the server at `origin` (no trailing slash) for the card's object. */
export function serverFor(
  origin: string,
  objectTypeId: string,
  objectId: string,
): Server {
  const card = `${origin}/ui/card`;
  return {
    view: () =>
      ask(
        syncView,
        `${card}?${new URLSearchParams({ objectTypeId, objectId }).toString()}`,
      ),
    act: ({ press: { action, ...choices }, version, requestId }) =>
      ask(pressAnswer, `${card}/${action}`, {
        objectTypeId,
        objectId,
        version,
        requestId,
        ...choices,
      }),
    run: (runId) =>
      ask(
        runAnswer,
        `${card}/run?${new URLSearchParams({ runId }).toString()}`,
      ),
    value: (field) =>
      ask(
        wholeValue,
        `${card}/value?${new URLSearchParams({ objectTypeId, objectId, field }).toString()}`,
      ),
  };
}

async function ask<T>(
  schema: ZodMiniType<T>,
  url: string,
  body?: Record<string, unknown>,
): Promise<Answer<T>> {
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    const request =
      body === undefined
        ? ({ method: "GET" } as const)
        : ({ method: "POST", body } as const);
    const response = await Promise.race([
      hubspot.fetch(url, { ...request, timeout: TIMEOUT_MS }),
      new Promise<null>(
        (resolve) => (silence = setTimeout(() => resolve(null), SILENCE_MS)),
      ),
    ]);
    if (response === null) return unreachable;
    const content: unknown = await response.json().catch(() => undefined);
    if (!response.ok) return turnedDown(response.status, content);
    const parsed = schema.safeParse(content);
    return parsed.success
      ? { kind: "answered", value: parsed.data }
      : misunderstood;
  } catch {
    // HubSpot doesn't document how it reports a failed request to an extension: it may throw, or return a status.
    return unreachable;
  } finally {
    clearTimeout(silence);
  }
}

const unreachable = {
  kind: "failed",
  certain: false,
  title: "Counterpart didn't respond",
  message: "Check your connection and try again.",
} as const;

const misunderstood = {
  kind: "failed",
  certain: false,
  title: "Counterpart's response couldn't be read",
  message: "This page may be out of date. Reload the page.",
} as const;

function turnedDown(status: number, content: unknown): Answer<never> {
  const certain = status >= 400 && status < 500;
  const document = problemDocument.safeParse(content);
  if (!certain || !document.success) return { ...unreachable, certain };
  return {
    kind: "failed",
    certain,
    title: document.data.title,
    message: document.data.detail ?? "",
  };
}
