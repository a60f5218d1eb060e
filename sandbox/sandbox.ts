import type { Portal } from "./crm/portal.ts";
import type { FaultDocument } from "./fault-document.ts";
import type { Platform } from "./platform.ts";
import type { PortalEntry, PortalInput } from "./portal-registry.ts";

/** A running sandbox, as tests, benches, the demo and the desk hold it. */
export type Sandbox = {
  /** Where HubSpot's API, its authorize page and `/sandbox/…` answer; no trailing slash. */
  readonly url: string;
  /** Where a browser is sent to connect the app. */
  readonly authorizeUrl: string;
  /** By portal id. */
  readonly portals: ReadonlyMap<number, Portal>;
  /** The parts behind the routes: `platform.registry`, `.grants`, `.faults`, `.requests`, `.webhooks`, `.app`. */
  readonly platform: Platform;
  readonly createPortal: (input?: PortalInput) => PortalEntry;
  readonly setFaults: (faults: readonly FaultDocument[]) => void;
  /** Tells the address of the app's server, where install pages and webhooks go. */
  readonly setPublicUrl: (url: string) => void;
  /** Where the desk answers, when it runs. */
  readonly deskUrl: string | null;
  readonly close: () => Promise<void>;
};
