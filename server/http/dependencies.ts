import type { Choice } from "../sync/attention/pure/choices.ts";
import type { KeyObject } from "node:crypto";
import type { RequestHandler } from "express";
import type { Database, Db } from "../database/database.ts";
import type { HubSpot } from "../hubspot/hubspot.ts";
import type { Secret } from "../hubspot/secret.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import type { Settings } from "../settings/schema.ts";
import type { Installation } from "../sync/installation/installation.ts";
import type { Actor } from "../sync/people/pure/actor.ts";
import type { IdempotentRequests } from "./idempotent-requests.ts";
import type { Refusals } from "./refusals.ts";
import type { ActionAnswer, SyncView, WholeValue } from "./sync-view.ts";
import type { Trial } from "./trial-view.ts";

/** What of the configuration the HTTP room goes by. */
export type HttpConfig = {
  /** Without trailing slash: what HubSpot signs over, whatever the request's own Host says. */
  publicUrl: string;
  appId: number;
  /** Several while one is being rotated. */
  clientSecrets: readonly Secret[];
  /** Keys for one purpose each are derived from these. The first one makes, the others are still accepted. */
  rootKeys: readonly KeyObject[];
  /** The proxies in front, by number or by address; 0: none. */
  trustProxy: number | readonly string[];
  setupWindowHours: number;
  /** Requests a minute from one address on the OAuth pages, and refused ones on the other public routes. */
  publicRequestsPerMinute: number;
};

/** What HTTP needs from the rest of the server. */
export type HttpDependencies = {
  config: HttpConfig;
  database: Database;
  /** The connections of webhooks, which wait for nobody else's work. */
  control: Database;
  hubspot: Pick<HubSpot, "portal" | "oauth" | "seal" | "forget">;
  engine: EngineApi;
  /** Presses are done once, and answered in time. */
  answered: IdempotentRequests;
  /** Makes requests that HubSpot did not sign, or not for us, visible. */
  refusals: Refusals;
  /** Work has been stored: this process' workers look at once. Those of others see it at their next look. */
  wake?: () => void;
  log: Log;
  /** /healthz, /readyz and /metrics. */
  health?: RequestHandler;
  metrics: Pick<
    Metrics,
    "webhookEvents" | "signaturesRefused" | "httpRequests" | "httpSeconds"
  >;
};

export type User = { id: number; email: string };

export type RunRequest = {
  kind: "pull" | "push" | "both" | "sweep";
  objectType: ObjectType;
  mode: "full" | "changed" | "selection";
  scope?: {
    recordIds?: RecordId[];
    objectIds?: ObjectId[];
    /** The records with one of these owners get another one before they're pushed. Emails, canonical. */
    owner?: { from: string[]; to: string };
  };
  manual: boolean;
  confirmed?: boolean;
  source: string;
  requestedBy: string;
};

export type CardSubject =
  | { objectType: ObjectType; objectId: ObjectId }
  | { objectType: ObjectType; recordId: RecordId };

/** What a press on the card carries beside its subject. */
export type CardInput = {
  objectType: ObjectType;
  objectId: ObjectId;
  version: string;
  requestId: string;
  company?: "if-missing" | "always" | "never";
  children?: ObjectType[];
  /** Of a card that knows one type of children only. */
  contacts?: boolean;
  confirmed?: boolean;
  attentionId?: string;
  all?: boolean;
  choice?: Choice;
  linkTo?: ObjectId;
};

export type CardAction = "sync" | "pull" | "push" | "retry" | "resolve";

/** Both sides' values of one field in full, or why there are none. */
export type WholeAnswer =
  | { ok: true; value: WholeValue }
  | { ok: false; code: "field_not_found" | "not_read"; reason: string };

/** What settings would do to one pair, or why HubSpot can't be read. */
export type TrialAnswer =
  { ok: true; trial: Trial } | { ok: false; code: string; reason: string };

export type AttentionAnswer =
  { ok: true } | { ok: false; code: string; reason: string };

/** What the engine offers to HTTP. */
export type EngineApi = {
  startRun(
    db: Db,
    portalId: PortalId,
    request: RunRequest,
  ): Promise<{ runId: string; coalesced: boolean }>;
  card: {
    /** What the card shows to this actor, whose permissions its buttons follow; `known` as just read. */
    view(
      portalId: PortalId,
      subject: CardSubject,
      actor: Actor,
      known?: Installation,
    ): Promise<SyncView | null>;
    value(
      portalId: PortalId,
      subject: CardSubject,
      field: string,
    ): Promise<WholeAnswer | null>;
    act(
      portalId: PortalId,
      action: CardAction,
      input: CardInput,
      actor: Actor,
    ): Promise<ActionAnswer | null>;
    /** Writes nothing; null if neither side has the pair. Throws what HubSpot's calls throw. */
    tryOut(
      portalId: PortalId,
      subject: CardSubject,
      settings: Settings,
    ): Promise<TrialAnswer | null>;
  };
  attention: {
    retry(portalId: PortalId, id: string, by: string): Promise<AttentionAnswer>;
    resolve(
      portalId: PortalId,
      id: string,
      choice: "workspace" | "hubspot" | "approve" | "refuse",
      by: string,
    ): Promise<AttentionAnswer>;
    linkExisting(
      portalId: PortalId,
      id: string,
      objectId: ObjectId | null,
      by: string,
    ): Promise<AttentionAnswer>;
  };
};
