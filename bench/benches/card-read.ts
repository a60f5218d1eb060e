import { setTimeout as pause } from "node:timers/promises";
import { figure, quantile } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { signatureOf } from "../parts/signature.ts";

const CONTACTS = 20_000;
const PER_SECOND = 50;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;

/** The 99th percentile of a card's reading at 50 requests a second while a full pull runs, over the same when idle. */
export async function cardRead(ground: Ground): Promise<Result> {
  return inScene(ground, { roles: ["web", "worker"] }, async (scene) => {
    await scene.inHubSpot("POST", "/seed", {
      contacts: CONTACTS,
      companies: 200,
      deals: 0,
      seed: 5,
    });
    await scene.pulled();
    await scene.sql.query("vacuum analyze");
    const { rows } = await scene.sql.query<{ object_id: string }>(
      "select object_id from link where object_type = 'contact' order by random() limit 500",
    );
    const ids = rows.map((row) => row.object_id);
    await readCards(scene, ids, WARM_UP_SECONDS);
    const idle = await readCards(scene, ids, SECONDS);

    // Every contact differs by now, so that the pull has something to write.
    const { runId } = await pullAll(scene);
    const busy = await readCards(scene, ids, SECONDS);
    const state = await scene.one<string>(
      "select state from run where id = $1",
      [runId],
    );
    const p99 = quantile(busy, 0.99);
    return {
      figures: [
        figure("card_read_under_pull", p99, "ms (p99)", quantile(idle, 0.99)),
      ],
      notes: [
        `${PER_SECOND} requests/s for ${SECONDS} s, a web and a worker process; p50 ${quantile(idle, 0.5).toFixed(1)} ms idle, ${quantile(busy, 0.5).toFixed(1)} ms under the pull; limit: p99 when idle; the pull was ${state} at the end`,
      ],
    };
  });
}

async function pullAll(scene: Scene): Promise<{ runId: string }> {
  return scene.api<{ runId: string }>("POST", "/sync/pull", {
    objectType: "contact",
    all: true,
  });
}

/** Asks at a fixed rate, whatever has been answered, and says how long each answer took (ms). */
async function readCards(
  scene: Scene,
  ids: readonly string[],
  seconds: number,
): Promise<number[]> {
  const took: number[] = [];
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let n = 0; n < seconds * PER_SECOND; n += 1) {
    const due = started + (n * 1000) / PER_SECOND;
    await pause(Math.max(0, due - performance.now()));
    // From when it was due: a late generator must not hide a wait.
    pending.push(
      readCard(scene, ids[n % ids.length] ?? "").then(() => {
        took.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(pending);
  return took;
}

async function readCard(scene: Scene, objectId: string): Promise<void> {
  const url =
    `${scene.url}/ui/card?objectTypeId=0-1&objectId=${objectId}` +
    `&userId=7&userEmail=bench@example.com&portalId=${scene.portalId}&appId=500001`;
  const answer = await fetch(url, {
    headers: signatureOf({
      method: "GET",
      url,
      body: "",
      scene,
      now: Date.now(),
    }),
  });
  const text = await answer.text();
  if (answer.status !== 200)
    throw new Error(`A card was answered ${answer.status}: ${text}`);
}
