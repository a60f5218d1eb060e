import type { ObjectType } from "../settings/object-type.ts";
import type { KindName } from "../settings/types/index.ts";

/**
 * What a call to HubSpot can end in, one class for each thing a caller can do about it. classify.ts says which
 * answer becomes which. Nobody reads `message`.
 *
 * | class                  | what a job does                                                          |
 * | ---------------------- | ------------------------------------------------------------------------ |
 * | WaitError              | moves its due time to `until`; no failure                                |
 * | UnavailableError       | counts as a failure: tries again with back-off                           |
 * | DisconnectedError      | rests until the app is connected again                                   |
 * | CapabilityMissingError | switches off `capability`, goes on with the rest                         |
 * | GoneError              | what was named is not there                                              |
 * | RefusedError           | a person must look: `body` says what is wrong                            |
 * | UnknownOutcomeError    | a write may or may not have been done: read before writing again         |
 * | TooManyBytesError      | asks for fewer objects at once                                           |
 * | CancelledError         | the caller's own signal or shutdown; nothing to do                       |
 */
export abstract class HubSpotError extends Error {
  abstract readonly kind: string;
}

/** What a pause concerns: everything of the portal, or one of the limits that HubSpot counts apart. */
export type WaitScope = "portal" | "search" | "associations";

/** HubSpot, or our own budget, asks for patience until a moment. */
export class WaitError extends HubSpotError {
  override readonly name = "WaitError";
  readonly kind = "wait";
  readonly until: Date;
  readonly scope: WaitScope;

  constructor(until: Date, scope: WaitScope, cause?: unknown) {
    super(`HubSpot asks to wait until ${until.toISOString()} (${scope}).`, {
      cause,
    });
    this.until = until;
    this.scope = scope;
  }
}

/** HubSpot could not be reached, or answered 5xx, to something that is safe to repeat. */
export class UnavailableError extends HubSpotError {
  override readonly name = "UnavailableError";
  readonly kind = "unavailable";
  /** Null when there was no answer. */
  readonly status: number | null;

  constructor(reason: string, status: number | null, cause?: unknown) {
    super(`HubSpot is not available: ${reason}.`, { cause });
    this.status = status;
  }
}

/** The refresh token is dead, or the app was uninstalled: only a person can connect it again. */
export class DisconnectedError extends HubSpotError {
  override readonly name = "DisconnectedError";
  readonly kind = "disconnected";
  readonly portalId: number;

  constructor(portalId: number, reason: string, cause?: unknown) {
    super(`Portal ${portalId} is not connected: ${reason}.`, { cause });
    this.portalId = portalId;
  }
}

/** What a 403 takes away of what sync itself does: objects of a type, and associations of a kind (ParentKind.name). */
export type SyncCapability =
  | `read:${ObjectType}`
  | `write:${ObjectType}`
  | `read-associations:${KindName}`
  | `write-associations:${KindName}`;

/** What a 403 takes away, named so that it can be a key of `installation.missing_capabilities`. */
export type Capability =
  | SyncCapability
  | `read-properties:${ObjectType}`
  | `create-property:${ObjectType}`
  | "read-owners"
  | "read-users"
  | "account";

/** 403: this installation may not do one kind of thing. Everything else goes on. */
export class CapabilityMissingError extends HubSpotError {
  override readonly name = "CapabilityMissingError";
  readonly kind = "capability-missing";
  readonly capability: Capability;
  /** Any one of these would do, as HubSpot names them; empty when it did not. */
  readonly scopes: readonly string[];
  readonly body: ErrorBody;

  constructor(
    capability: Capability,
    scopes: readonly string[],
    body: ErrorBody,
  ) {
    super(`HubSpot does not allow ${capability}.`);
    this.capability = capability;
    this.scopes = scopes;
    this.body = body;
  }
}

/** 404: the object, property or route is not there. */
export class GoneError extends HubSpotError {
  override readonly name = "GoneError";
  readonly kind = "gone";
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super("HubSpot doesn't have this object, property, or route.");
    this.body = body;
  }
}

/** Any other 4xx: HubSpot understood and refused. */
export class RefusedError extends HubSpotError {
  override readonly name = "RefusedError";
  readonly kind = "refused";
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(
      `HubSpot refused: ${body.status} ${body.category ?? ""} (correlation id ${body.correlationId ?? "none"}).`,
    );
    this.body = body;
  }
}

/** A write was sent and its answer never came, or came as 5xx. It may have been done, or be done yet. */
export class UnknownOutcomeError extends HubSpotError {
  override readonly name = "UnknownOutcomeError";
  readonly kind = "unknown-outcome";

  constructor(reason: string, cause?: unknown) {
    super(`The outcome in HubSpot is unknown: ${reason}.`, { cause });
  }
}

/** A read returns more than its caller has room for. It was not read to its end. */
export class TooManyBytesError extends HubSpotError {
  override readonly name = "TooManyBytesError";
  readonly kind = "too-many-bytes";

  constructor(cause?: unknown) {
    super("HubSpot's response is larger than allowed.", {
      cause,
    });
  }
}

/** The caller's signal ended the call before anything was sent, or while something was being read. */
export class CancelledError extends HubSpotError {
  override readonly name = "CancelledError";
  readonly kind = "cancelled";

  constructor(cause?: unknown) {
    super("The call was cancelled by its caller.", { cause });
  }
}

/** One thing that HubSpot says is wrong, as parsed by error-body.ts. */
export type ErrorDetail = {
  readonly code: string | null;
  readonly message: string;
  /** The property it names, if it names one. */
  readonly property: string | null;
};

/** An error answer, whatever its form: every part is optional in HubSpot's documentation. */
export type ErrorBody = {
  readonly status: number;
  readonly category: string | null;
  readonly subCategory: string | null;
  readonly message: string;
  readonly correlationId: string | null;
  readonly policyName: string | null;
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly details: readonly ErrorDetail[];
  /** Any one of these scopes would have done (403). */
  readonly requiredScopes: readonly string[];
};
