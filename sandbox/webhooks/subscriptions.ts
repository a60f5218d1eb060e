import type { PortalEvent } from "../crm/events.ts";
import { findObjectType } from "../crm/object-types.ts";
import type { WebhooksManifest } from "../project.ts";

/** One subscription of the app, for all portals alike. */
export type Subscription = {
  readonly subscriptionId: number;
  /** As the app wrote it: `object.creation`, `contact.creation`, `contact.privacyDeletion`. */
  readonly subscriptionType: string;
  /** Generic subscriptions name the object's type in their notifications. */
  readonly generic: boolean;
};

const FIRST_SUBSCRIPTION_ID = 7_662_001;

/** Properties of emails and communications that generic subscriptions do not deliver. */
const notDelivered: ReadonlySet<string> = new Set([
  "hs_email_html",
  "hs_email_subject",
  "hs_communication_body",
]);

/** Which subscriptions an event fires, looked up by what was subscribed to. */
export class Subscriptions {
  readonly #byKey = new Map<string, Subscription[]>();

  constructor(manifest: WebhooksManifest) {
    const { crmObjects, legacyCrmObjects, hubEvents } =
      manifest.config.subscriptions;
    let subscriptionId = FIRST_SUBSCRIPTION_ID;
    for (const {
      subscriptionType,
      objectType,
      propertyName,
      active,
    } of crmObjects) {
      const [, kind = ""] = subscriptionType.split(".");
      this.#add(active, objectType ?? "", kind, propertyName, {
        subscriptionId,
        subscriptionType,
        generic: true,
      });
      subscriptionId += 1;
    }
    for (const { subscriptionType, propertyName, active } of [
      ...legacyCrmObjects,
      ...hubEvents,
    ]) {
      const [objectType = "", kind = ""] = subscriptionType.split(".");
      this.#add(active, objectType, kind, propertyName, {
        subscriptionId,
        subscriptionType,
        generic: false,
      });
      subscriptionId += 1;
    }
  }

  /** The subscriptions that an event fires; most often none or one. */
  of(event: PortalEvent): readonly Subscription[] {
    const property = event.kind === "propertyChange" ? event.propertyName : "";
    return (
      this.#byKey.get(keyOf(event.objectTypeId, event.kind, property)) ?? []
    );
  }

  #add(
    active: boolean,
    objectType: string,
    kind: string,
    propertyName: string | undefined,
    subscription: Subscription,
  ) {
    const type = findObjectType(objectType);
    if (!active || !type) return;
    if (type.activity && notDelivered.has(propertyName ?? "")) return;
    const key = keyOf(type.id, kind, propertyName ?? "");
    const present = this.#byKey.get(key);
    if (present) present.push(subscription);
    else this.#byKey.set(key, [subscription]);
  }
}

function keyOf(
  objectTypeId: string,
  kind: string,
  propertyName: string,
): string {
  return `${objectTypeId} ${kind} ${propertyName}`;
}
