import { request } from "undici";
import { Agent } from "undici";
import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import { insertRate } from "../parts/bare-insert.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { timed } from "../parts/shares.ts";
import { signatureOf } from "../parts/signature.ts";

const BODIES = 1_500;
const WARM_UP = 200;
const EVENTS = 100;
/** As many requests at once as the app's project file allows HubSpot. */
const AT_ONCE = 10;

/** Signed bodies of 100 events over HTTP until they are durable, against a bare insert of the same rows, 100 at a time. */
export async function webhookEvents(ground: Ground): Promise<Result> {
  return inScene(ground, { roles: ["web"] }, async (scene) => {
    await scene.install();
    await post(scene, WARM_UP);
    await scene.sql.query("truncate inbox");
    const bodies = makeBodies(scene, BODIES);
    const { seconds, note } = await timed(scene, () => send(scene, bodies));
    const stored = Number(
      await scene.one<string>("select count(*) from inbox"),
    );
    if (stored !== BODIES * EVENTS)
      throw new Error(`${stored} events were stored.`);
    // What one connection reaches waits for the disk most of the time; several share its waits, as the server does.
    const rates = [];
    for (const connections of [1, 4])
      rates.push(
        await insertRate(scene.sql, scene.databaseUrl, ["inbox"], {
          records: stored,
          page: EVENTS,
          connections,
        }),
      );
    const limit = Math.max(...rates);
    return {
      figures: [
        figure("webhook_events_durable", stored / seconds, "events/s", limit),
      ],
      notes: [
        `${BODIES} signed bodies of ${EVENTS}, ${AT_ONCE} at once, one web process; limit: the same rows, ${EVENTS} a transaction, one connection ${rates.map((rate) => rate.toFixed(0)).join(", four ")}`,
        note,
      ],
    };
  });
}

const post = (scene: Scene, count: number): Promise<void> =>
  send(scene, makeBodies(scene, count));

type Body = { readonly text: string; readonly headers: Record<string, string> };

function makeBodies(scene: Scene, count: number): Body[] {
  const url = `${scene.url}/webhooks/hubspot`;
  return Array.from({ length: count }, (_body, body) => {
    const now = Date.now();
    const events = Array.from({ length: EVENTS }, (_event, event) => ({
      eventId: body * EVENTS + event,
      subscriptionId: 1_000_001,
      portalId: scene.portalId,
      appId: 500_001,
      occurredAt: now,
      subscriptionType: "object.propertyChange",
      objectTypeId: "0-1",
      objectId: 110_000_000_000 + body * EVENTS + event,
      attemptNumber: 0,
      propertyName: "jobtitle",
      propertyValue: `Engineer ${event}`,
      isSensitive: false,
      changeSource: "CRM_UI",
      sourceId: "userId:7",
    }));
    const text = JSON.stringify(events);
    return {
      text,
      headers: {
        "content-type": "application/json",
        ...signatureOf({ method: "POST", url, body: text, scene, now }),
      },
    };
  });
}

async function send(scene: Scene, bodies: readonly Body[]): Promise<void> {
  const url = `${scene.url}/webhooks/hubspot`;
  const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });
  let next = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      const body = bodies[next];
      next += 1;
      if (body === undefined) return;
      const answer = await request(url, {
        method: "POST",
        headers: body.headers,
        body: body.text,
        dispatcher: agent,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200)
        throw new Error(`A body was answered ${answer.statusCode}.`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    await agent.close();
  }
}
