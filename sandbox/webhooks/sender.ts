import type { AppIdentity } from "../app-identity.ts";
import type { PortalEvent } from "../crm/events.ts";
import { findObjectType } from "../crm/object-types.ts";
import type { Faults, WebhookMisfortune } from "../faults.ts";
import type { Grants } from "../oauth/grants.ts";
import type { PortalEntry } from "../portal-registry.ts";
import { seededRandom } from "../random.ts";
import type { Timers } from "../timers.ts";
import { retryDelay } from "./back-off.ts";
import { Courier } from "./deliver.ts";
import type { Waiting } from "./lane.ts";
import { Lane } from "./lane.ts";
import { notificationOf } from "./notification.ts";
import { signatureHeaders } from "./sign.ts";
import { Subscriptions } from "./subscriptions.ts";

export type WebhookSettings = {
  /** Of the waits between retries: 1 is HubSpot's 24 hours for ten. */
  readonly timeScale: number;
  /** How long the app may take to answer a body. HubSpot says five seconds. */
  readonly timeoutMs: number;
  /** How long events are gathered before a body is made. */
  readonly gatherMs: number;
};

export type WebhookCounts = {
  /** Notifications that the app answered with 2xx. */
  readonly sent: number;
  /** Given up after the last retry. */
  readonly failed: number;
  readonly waiting: number;
  /** Lost by a fault. */
  readonly lost: number;
  readonly deliveries: readonly DeliveryNote[];
};

/** One body sent. `status` 0: no answer in time. */
export type DeliveryNote = {
  readonly at: number;
  readonly portalIds: readonly number[];
  readonly status: number;
  /** How many it held. */
  readonly notifications: number;
};

const BODY_SIZE = 100;
const NOTES_KEPT = 200;
/** Between retries during a flush, times the attempt: an app that is just starting gets about three seconds. */
const FLUSH_RETRY_MS = 60;

/** Turns events of portals into notifications and posts them to the app, over and over until it takes them. */
export class WebhookSender {
  readonly #app: AppIdentity;
  readonly #grants: Grants;
  readonly #faults: Faults;
  readonly #timers: Timers;
  readonly #settings: WebhookSettings;
  readonly #courier = new Courier();
  readonly #random = seededRandom(7);
  readonly #lanes = new Map<number, Lane>();
  readonly #entries = new Map<number, PortalEntry>();
  readonly #idleWaiters = new Set<() => void>();
  #subscriptions: Subscriptions;
  #eventId = 1_765_889_000;
  #sent = 0;
  #failed = 0;
  #lost = 0;
  #notes: DeliveryNote[] = [];
  #wake: { readonly at: number; readonly cancel: () => void } | null = null;
  #flushing = 0;
  #closed = false;

  constructor(
    app: AppIdentity,
    grants: Grants,
    faults: Faults,
    timers: Timers,
    settings: WebhookSettings,
  ) {
    this.#app = app;
    this.#grants = grants;
    this.#faults = faults;
    this.#timers = timers;
    this.#settings = settings;
    this.#subscriptions = new Subscriptions(app.project.webhooks);
  }

  /** Listens to a portal from now on. */
  watch(entry: PortalEntry): void {
    this.#entries.set(entry.portalId, entry);
    entry.portal.onEvent((event) => this.#take(entry, event));
  }

  /** The app's address or its subscriptions changed. */
  reload(): void {
    this.#subscriptions = new Subscriptions(this.#app.project.webhooks);
  }

  /** Faults changed: what was held back may go. */
  poke(): void {
    this.#pump();
  }

  /** Forgets what waits for a portal, as when the app is uninstalled. */
  drop(portalId: number): void {
    this.#lanes.get(portalId)?.drop(portalId);
    this.#tellIdle();
  }

  counts(): WebhookCounts {
    return {
      sent: this.#sent,
      failed: this.#failed,
      waiting: this.waiting,
      lost: this.#lost,
      deliveries: this.#notes,
    };
  }

  get waiting(): number {
    let waiting = 0;
    for (const lane of this.#lanes.values()) waiting += lane.waiting;
    return waiting;
  }

  /** Whether something waits that a fault holds back. */
  get paused(): boolean {
    return [...this.#lanes].some(
      ([portalId, lane]) =>
        lane.waiting > 0 && this.#faults.webhooksOf(portalId).paused,
    );
  }

  /**
   * Sends all that waits without further delay, retries included, and resolves when none wait: "done"; "paused" when a fault
   * holds something back; "late" when the time is over.
   */
  async flush(timeoutMs: number): Promise<"done" | "paused" | "late"> {
    const deadline = Date.now() + timeoutMs;
    this.#flushing += 1;
    for (const lane of this.#lanes.values()) lane.ripen(Infinity);
    try {
      while (this.waiting > 0) {
        if (this.paused) return "paused";
        const left = deadline - Date.now();
        if (left <= 0 || this.#closed) return "late";
        this.#pump();
        await this.#idleOrAfter(Math.min(left, 250));
      }
      return "done";
    } finally {
      this.#flushing -= 1;
    }
  }

  close(): void {
    this.#closed = true;
    this.#courier.close();
    this.#tellIdle();
  }

  #take(entry: PortalEntry, event: PortalEvent): void {
    const { portalId } = entry;
    const subscriptions = this.#subscriptions.of(event);
    if (subscriptions.length === 0 || !this.#mayHear(entry, event)) return;
    const misfortune = this.#faults.webhooksOf(portalId);
    const lane = this.#lane(portalId);
    const now = Date.now();
    for (const subscription of subscriptions) {
      this.#eventId += 1;
      const addressee = {
        portalId,
        appId: this.#app.appId,
        eventId: this.#eventId,
      };
      const notification = notificationOf(
        event,
        subscription,
        addressee,
        entry.portal.options,
      );
      if (misfortune.lose()) {
        this.#lost += 1;
        continue;
      }
      for (let copies = misfortune.double() ? 2 : 1; copies > 0; copies -= 1)
        lane.add(
          { portalId, notification, attempt: 0 },
          now + (this.#flushing > 0 ? 0 : misfortune.delayMs),
          now,
        );
    }
    this.#wakeAt(now + Math.max(this.#settings.gatherMs, 0));
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

  #lane(portalId: number): Lane {
    let lane = this.#lanes.get(portalId);
    if (!lane) {
      lane = new Lane();
      this.#lanes.set(portalId, lane);
    }
    return lane;
  }

  #pump(): void {
    if (this.#closed) return;
    const now = Date.now();
    const { maxConcurrentRequests } =
      this.#app.project.webhooks.config.settings;
    for (const [portalId, lane] of this.#lanes) {
      if (lane.waiting === 0) continue;
      const misfortune = this.#faults.webhooksOf(portalId);
      if (misfortune.paused) continue;
      lane.ripen(now);
      while (lane.readyCount > 0 && lane.inFlight < maxConcurrentRequests)
        void this.#send(lane, this.#nextBody(portalId, lane, misfortune));
      const next = lane.nextDue();
      if (next !== null) this.#wakeAt(next);
    }
  }

  /** Notifications for one body: the portal's own, filled up with those of other portals where bodies may mix them. */
  #nextBody(
    portalId: number,
    lane: Lane,
    misfortune: WebhookMisfortune,
  ): readonly Waiting[] {
    const items = [
      ...lane.take(BODY_SIZE, misfortune.shuffle ? misfortune.random : null),
    ];
    if (!this.#mixes(portalId)) return items;
    for (const [otherId, other] of this.#lanes) {
      if (items.length >= BODY_SIZE) break;
      if (
        otherId === portalId ||
        other.readyCount === 0 ||
        !this.#mixes(otherId)
      )
        continue;
      const { paused, shuffle, random } = this.#faults.webhooksOf(otherId);
      if (!paused)
        items.push(
          ...other.take(BODY_SIZE - items.length, shuffle ? random : null),
        );
    }
    return items;
  }

  #mixes(portalId: number): boolean {
    return (
      this.#entries.get(portalId)?.portal.options.webhookMixesPortals ?? false
    );
  }

  async #send(lane: Lane, items: readonly Waiting[]): Promise<void> {
    lane.inFlight += 1;
    for (const item of items) this.#lane(item.portalId).travelling += 1;
    const { settings } = this.#app.project.webhooks.config;
    const notifications = items.map(({ notification, attempt }) => ({
      ...notification,
      attemptNumber: attempt,
    }));
    const body = JSON.stringify(notifications);
    const signature = signatureHeaders({
      method: "POST",
      url: settings.targetUrl,
      body,
      secret: this.#app.signingSecret,
      timestamp: Date.now(),
      legacy: "v1",
    });
    const { timeoutMs } = this.#settings;
    const status = await this.#courier.deliver({
      url: settings.targetUrl,
      body,
      headers: signature,
      timeoutMs,
    });
    lane.inFlight -= 1;
    for (const item of items) this.#lane(item.portalId).travelling -= 1;
    if (this.#closed) return;
    this.#note({
      at: Date.now(),
      portalIds: [...new Set(items.map((item) => item.portalId))],
      status,
      notifications: items.length,
    });
    if (status >= 200 && status < 300) this.#sent += items.length;
    else this.#retry(items);
    this.#pump();
    this.#tellIdle();
  }

  #retry(items: readonly Waiting[]): void {
    const now = Date.now();
    const chance = this.#random();
    for (const item of items) {
      if (!this.#grants.installOf(item.portalId)) continue;
      const delay = retryDelay(
        item.attempt,
        this.#settings.timeScale,
        () => chance,
      );
      if (delay === null) {
        this.#failed += 1;
        continue;
      }
      const wait =
        this.#flushing > 0
          ? Math.min(delay, FLUSH_RETRY_MS * (item.attempt + 1))
          : delay;
      this.#lane(item.portalId).add(
        { ...item, attempt: item.attempt + 1 },
        now + wait,
        now,
      );
    }
  }

  #note(note: DeliveryNote): void {
    this.#notes.push(note);
    if (this.#notes.length > NOTES_KEPT)
      this.#notes = this.#notes.slice(-NOTES_KEPT);
  }

  #wakeAt(at: number): void {
    if (this.#wake && this.#wake.at <= at) return;
    this.#wake?.cancel();
    const cancel = this.#timers.after(Math.max(0, at - Date.now()), () => {
      this.#wake = null;
      this.#pump();
    });
    this.#wake = { at, cancel };
  }

  #idleOrAfter(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#idleWaiters.delete(done);
        resolve();
      };
      const cancel = this.#timers.after(ms, done);
      this.#idleWaiters.add(done);
    });
  }

  #tellIdle(): void {
    if (this.waiting === 0 || this.#closed)
      for (const done of this.#idleWaiters) done();
  }
}
