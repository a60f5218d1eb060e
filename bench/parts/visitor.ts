import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "../figure.ts";
import { until } from "../until.ts";
import { callJson } from "./json.ts";
import type { Scene } from "./scene.ts";
import { signatureOf } from "./signature.ts";

/** What is measured of a portal, in ms. */
export const visits = ["card", "api", "webhook", "sync"] as const;
export type Visit = (typeof visits)[number];

/** People who edit in HubSpot at once. */
const EDITORS = 3;

type Contact = { readonly id: string; readonly object: string };

/** A second portal beside the scene's own: one that only wants to be served. */
export class Visitor {
  readonly portalId: number;
  readonly #scene: Scene;
  readonly #apiKey: string;
  readonly #contacts: readonly Contact[];
  #events = 0;
  #edits = 0;

  private constructor(
    scene: Scene,
    portalId: number,
    apiKey: string,
    contacts: readonly Contact[],
  ) {
    this.#scene = scene;
    this.portalId = portalId;
    this.#apiKey = apiKey;
    this.#contacts = contacts;
  }

  /** Installs a portal with `contacts` contacts and waits until they are pulled. */
  static async install(scene: Scene, contacts: number): Promise<Visitor> {
    const { portalId } = await scene.control<{ portalId: number }>(
      "POST",
      "/portals",
      { options: { limits: "unlimited" } },
    );
    await scene.control("POST", `/portals/${portalId}/seed`, {
      contacts,
      companies: 10,
      deals: 0,
      seed: 8,
    });
    const { apiKey } = await scene.control<{ apiKey: string }>(
      "POST",
      `/portals/${portalId}/install`,
      {},
    );
    await until(
      "the visitor's first pull has ended",
      async () =>
        (await scene.one<string>(
          "select state from installation where portal_id = $1",
          [portalId],
        )) === "active",
    );
    await scene.quiet();
    const { rows } = await scene.sql.query<Contact>(
      "select record_id as id, object_id as object from link where portal_id = $1 and object_type = 'contact' order by object_id",
      [portalId],
    );
    return new Visitor(scene, portalId, apiKey, rows);
  }

  /**
   * Asks for each kind at a fixed rate, whatever has been answered, and lets some people edit in HubSpot, each one thing after
   * the other. Returns how long each took, ms.
   */
  async visit(
    seconds: number,
    perSecond: number,
  ): Promise<Record<Visit, number[]>> {
    const asked = (work: () => Promise<void>) =>
      atRate(seconds, perSecond, work);
    const [card, api, webhook, sync] = await Promise.all([
      asked(() => this.#card()),
      asked(() => this.#api()),
      asked(() => this.#webhook()),
      // Several at a time: a 99th percentile of a hundred would be the slowest one.
      Promise.all(
        Array.from({ length: EDITORS }, (_one, n) => this.#syncs(n, seconds)),
      ),
    ]);
    return { card, api, webhook, sync: sync.flat() };
  }

  async #card(): Promise<void> {
    const url =
      `${this.#scene.url}/ui/card?objectTypeId=0-1&objectId=${this.#any().object}` +
      `&userId=7&userEmail=bench@example.com&portalId=${this.portalId}&appId=500001`;
    await this.#served("GET", url, "");
  }

  async #api(): Promise<void> {
    await callJson(
      "GET",
      `${this.#scene.url}/api/v1/contacts/${this.#any().id}`,
      undefined,
      { authorization: `Bearer ${this.#apiKey}` },
    );
  }

  async #webhook(): Promise<void> {
    const event = {
      eventId: (this.#events += 1),
      subscriptionId: 1_000_001,
      portalId: this.portalId,
      appId: 500_001,
      occurredAt: Date.now(),
      subscriptionType: "object.propertyChange",
      objectTypeId: "0-1",
      objectId: Number(this.#any().object),
      attemptNumber: 0,
      propertyName: "city",
      propertyValue: "Delft",
      changeSource: "CRM_UI",
      sourceId: "userId:7",
    };
    await this.#served(
      "POST",
      `${this.#scene.url}/webhooks/hubspot`,
      JSON.stringify([event]),
    );
  }

  async #served(method: string, url: string, body: string): Promise<void> {
    const scene = this.#scene;
    const answer = await fetch(url, {
      method,
      headers: {
        "content-type": "application/json",
        ...signatureOf({ method, url, body, scene, now: Date.now() }),
      },
      ...(body === "" ? {} : { body }),
    });
    const text = await answer.text();
    if (answer.status !== 200)
      throw new Error(`${url} was answered ${answer.status}: ${text}`);
  }

  async #syncs(editor: number, seconds: number): Promise<number[]> {
    // No two of them edit the same contact.
    const own = this.#contacts.filter((_one, n) => n % EDITORS === editor);
    const took: number[] = [];
    const ends = performance.now() + seconds * 1000;
    while (performance.now() < ends) {
      const contact = anyOf(own);
      const value = `Edit ${(this.#edits += 1)}`;
      const started = performance.now();
      await this.#scene.control(
        "PATCH",
        `/portals/${this.portalId}/objects/contacts/${contact.object}`,
        { properties: { jobtitle: value } },
      );
      await until(
        "the visitor's edit is in the workspace",
        async () =>
          (await this.#scene.one<string | null>(
            "select properties ->> 'job_title' from record where id = $1",
            [contact.id],
          )) === value,
        { everyMs: 5, withinMs: 60_000 },
      );
      took.push(performance.now() - started);
      await pause(Math.random() * 100);
    }
    return took;
  }

  #any(): Contact {
    return anyOf(this.#contacts);
  }
}

function anyOf(contacts: readonly Contact[]): Contact {
  const contact = contacts[Math.floor(Math.random() * contacts.length)];
  if (contact === undefined) throw new Error("The visitor has no contacts.");
  return contact;
}

/** From when each was due: a late generator must not hide a wait. */
async function atRate(
  seconds: number,
  perSecond: number,
  work: () => Promise<void>,
): Promise<number[]> {
  const took: number[] = [];
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const due = started + (n * 1000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    const one = work().then(() => void took.push(performance.now() - due));
    // Until all are waited for, a failed one is nobody's.
    one.catch(() => undefined);
    pending.push(one);
  }
  await Promise.all(pending);
  return took;
}

/** A quantile of a round of visits, by kind, ms. */
export const quantiles = (
  took: Readonly<Record<Visit, readonly number[]>>,
  share: number,
): Record<Visit, number> => ({
  card: quantile(took.card, share),
  api: quantile(took.api, share),
  webhook: quantile(took.webhook, share),
  sync: quantile(took.sync, share),
});
