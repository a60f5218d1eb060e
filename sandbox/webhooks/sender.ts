import type { AppIdentity } from "../app-identity.ts";
import type { PortalEvent } from "../crm/events.ts";
import type { Faults } from "../faults.ts";
import type { Grants } from "../oauth/grants.ts";
import type { PortalEntry } from "../portal-registry.ts";
import { seededRandom } from "../random.ts";
import { signRequest } from "../sign-request.ts";
import type { Timers } from "../timers.ts";
import { Announcer } from "./announcer.ts";
import { retryDelay } from "./back-off.ts";
import { Courier } from "./deliver.ts";
import type { Lane, Waiting } from "./lane.ts";
import { Outbox } from "./outbox.ts";

export type WebhookSettings = {
  /** Of the waits between retries: 1 is HubSpot's 24 hours for ten. */
  readonly timeScale: number;
  /** How long the app may take to answer a body, in ms. HubSpot says five seconds. */
  readonly timeoutMs: number;
  /** How long events are gathered before a body is made, in ms. */
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
  /** The last bodies sent. */
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

const NOTES_KEPT = 200;
/** Between retries during a flush, times the attempt: an app that is just starting gets about three seconds. */
const FLUSH_RETRY_MS = 60;

/** Posts notifications to the app, over and over until it takes them. */
export class WebhookSender {
  readonly #app: AppIdentity;
  readonly #grants: Grants;
  readonly #faults: Faults;
  readonly #timers: Timers;
  readonly #settings: WebhookSettings;
  readonly #announcer: Announcer;
  readonly #outbox: Outbox;
  readonly #courier = new Courier();
  readonly #random = seededRandom(7);
  readonly #idleWaiters = new Set<() => void>();
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
    this.#announcer = new Announcer(app, grants);
    this.#outbox = new Outbox(faults);
  }

  /** Listens to a portal from now on. */
  watch(entry: PortalEntry): void {
    entry.portal.onEvent((event) => this.#take(entry, event));
  }

  /** The app's address or its subscriptions changed. */
  reload(): void {
    this.#announcer.reload();
  }

  /** Faults changed: what was held back may go. */
  poke(): void {
    this.#pump();
  }

  /** Forgets what waits for a portal, as when the app is uninstalled. */
  drop(entry: PortalEntry): void {
    this.#outbox.lane(entry).clear();
    this.#tellIdle();
  }

  counts(): WebhookCounts {
    const { waiting } = this.#outbox;
    return {
      sent: this.#sent,
      failed: this.#failed,
      waiting,
      lost: this.#lost,
      deliveries: this.#notes,
    };
  }

  get waiting(): number {
    return this.#outbox.waiting;
  }

  /**
   * Sends all that waits without further delay, retries included, and resolves when none wait: "done"; "paused" when a fault
   * holds something back; "late" when the time (ms) is over.
   */
  async flush(timeoutMs: number): Promise<"done" | "paused" | "late"> {
    const deadline = Date.now() + timeoutMs;
    this.#flushing += 1;
    this.#outbox.ripenAll();
    try {
      while (this.waiting > 0) {
        if (this.#outbox.paused) return "paused";
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
    const notifications = this.#announcer.notifications(entry, event);
    if (notifications.length === 0) return;
    const misfortune = this.#faults.webhooksOf(entry.portalId);
    const lane = this.#outbox.lane(entry);
    const now = Date.now();
    const dueAt = now + (this.#flushing > 0 ? 0 : misfortune.delayMs);
    for (const notification of notifications) {
      if (misfortune.lose()) {
        this.#lost += 1;
        continue;
      }
      for (let copies = misfortune.double() ? 2 : 1; copies > 0; copies -= 1)
        lane.add({ entry, notification, attempt: 0 }, dueAt, now);
    }
    this.#wakeAt(now + this.#settings.gatherMs);
  }

  #pump(): void {
    if (this.#closed) return;
    const now = Date.now();
    const { maxConcurrentRequests } =
      this.#app.project.webhooks.config.settings;
    for (const [entry, lane] of this.#outbox.lanes()) {
      if (lane.waiting === 0 || this.#faults.webhooksOf(entry.portalId).paused)
        continue;
      lane.ripen(now);
      while (lane.readyCount > 0 && lane.inFlight < maxConcurrentRequests)
        void this.#send(lane, this.#outbox.takeBody(entry));
      const next = lane.nextDue();
      if (next !== null) this.#wakeAt(next);
    }
  }

  /** Sends one body. `lane` is the one whose turn it is; the items may be of several. */
  async #send(lane: Lane, items: readonly Waiting[]): Promise<void> {
    lane.inFlight += 1;
    for (const { entry } of items) this.#outbox.lane(entry).travelling += 1;
    const status = await this.#post(items);
    lane.inFlight -= 1;
    for (const { entry } of items) this.#outbox.lane(entry).travelling -= 1;
    if (this.#closed) return;
    const portalIds = [...new Set(items.map(({ entry }) => entry.portalId))];
    this.#note({
      at: Date.now(),
      portalIds,
      status,
      notifications: items.length,
    });
    if (status >= 200 && status < 300) this.#sent += items.length;
    else this.#retry(items);
    this.#pump();
    this.#tellIdle();
  }

  #post(items: readonly Waiting[]): Promise<number> {
    const { targetUrl: url } = this.#app.project.webhooks.config.settings;
    const body = JSON.stringify(
      items.map(({ notification, attempt }) => ({
        ...notification,
        attemptNumber: attempt,
      })),
    );
    const secret = this.#app.signingSecret;
    const headers = signRequest({
      method: "POST",
      url,
      body,
      secret,
      timestamp: Date.now(),
      legacy: "v1",
    });
    return this.#courier.deliver({
      url,
      body,
      headers,
      timeoutMs: this.#settings.timeoutMs,
    });
  }

  #retry(items: readonly Waiting[]): void {
    const now = Date.now();
    const chance = this.#random();
    for (const item of items) {
      if (!this.#grants.installOf(item.entry.portalId)) continue;
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
      this.#outbox
        .lane(item.entry)
        .add({ ...item, attempt: item.attempt + 1 }, now + wait, now);
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
