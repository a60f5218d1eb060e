import type { PortalId } from "../settings/object-type.ts";
import type { Gateway } from "./gateway.ts";
import type { OAuth } from "./oauth.ts";
import type { Secret } from "./secret.ts";

/** Everything that knows HubSpot's API. One a process. */
export type HubSpot = {
  /** The app's id, by which HubSpot's history names what we wrote. */
  readonly appId: number;
  /** Cheap: may be called for each use. `about` goes into the log's lines of its calls. */
  portal(portalId: PortalId, about?: { readonly runId: string }): Gateway;
  readonly oauth: OAuth;
  /** Seals a token for the portal's installation row. */
  seal(portalId: PortalId, token: Secret): string;
  /** Drops the cached access token, after an install, a reconnect or a disconnect. */
  forget(portalId: PortalId): void;
  /** Closes the connections to HubSpot. */
  close(): Promise<void>;
};
