import type { AppIdentity } from "./app-identity.ts";
import type { Faults } from "./faults.ts";
import type { LateCalls } from "./late-calls.ts";
import type { Grants } from "./oauth/grants.ts";
import type { PortalRegistry } from "./portal-registry.ts";
import type { RequestCounts } from "./requests.ts";
import type { Timers } from "./timers.ts";
import type { WebhookSender } from "./webhooks/sender.ts";

/** The parts of a running sandbox, as its routes use them. */
export type Platform = {
  readonly app: AppIdentity;
  readonly registry: PortalRegistry;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly requests: RequestCounts;
  readonly webhooks: WebhookSender;
  readonly timers: Timers;
  readonly late: LateCalls;
  /** The sandbox's own address, known once it listens. */
  readonly url: () => string;
};
