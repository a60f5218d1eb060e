import type { AppIdentity } from "../app-identity.ts";
import type { PortalEvent } from "../crm/events.ts";
import { findObjectType } from "../crm/object-types.ts";
import type { Grants } from "../oauth/grants.ts";
import type { PortalEntry } from "../portal-registry.ts";
import type { Notification } from "./notification.ts";
import { notificationOf } from "./notification.ts";
import { Subscriptions } from "./subscriptions.ts";

/** Turns a portal's events into what the app is to hear of them. */
export class Announcer {
  readonly #app: AppIdentity;
  readonly #grants: Grants;
  #subscriptions: Subscriptions;
  #eventId = 1_765_889_000;

  constructor(app: AppIdentity, grants: Grants) {
    this.#app = app;
    this.#grants = grants;
    this.#subscriptions = new Subscriptions(app.project.webhooks);
  }

  /** The app's subscriptions changed. */
  reload(): void {
    this.#subscriptions = new Subscriptions(this.#app.project.webhooks);
  }

  /** One notification for each subscription that the event fires; none where the app may not hear of it. */
  notifications(
    entry: PortalEntry,
    event: PortalEvent,
  ): readonly Notification[] {
    const subscriptions = this.#subscriptions.of(event);
    if (subscriptions.length === 0 || !this.#mayHear(entry, event)) return [];
    return subscriptions.map((subscription) => {
      this.#eventId += 1;
      const addressee = {
        portalId: entry.portalId,
        appId: this.#app.appId,
        eventId: this.#eventId,
      };
      return notificationOf(
        event,
        subscription,
        addressee,
        entry.portal.options,
      );
    });
  }

  /** An app hears of objects that its scopes let it read, in portals in which it is installed. */
  #mayHear(entry: PortalEntry, event: PortalEvent): boolean {
    const install = this.#grants.installOf(entry.portalId);
    if (!install) return false;
    const needed = findObjectType(event.objectTypeId)?.readScopes ?? [];
    return needed.every(
      (scope) => install.scopes.has(scope) && !entry.withheldScopes.has(scope),
    );
  }
}
