import { setTimeout as pause } from "node:timers/promises";
import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Attack } from "../parts/attacks.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import { slowest, Visitor, visits } from "../parts/visitor.ts";
import { until } from "../until.ts";

const SECONDS = 15;
const PER_SECOND = 5;
const WARM_UP_SECONDS = 3;
/** Until an attack has done what it needs before it hurts. */
const UNDER_WAY_MS = 2_000;
const ATTACKER_CONTACTS = 2_000;
const VISITOR_CONTACTS = 200;

/**
 * How much slower one portal's card, API, webhooks and sync get while another portal does its worst: the kind that suffers
 * most, its 99th percentile over its own in quiet.
 */
export function noisyNeighbour(
  name: string,
  attack: Attack,
): (ground: Ground) => Promise<Result> {
  return (ground) =>
    inScene(ground, { roles: ["web", "worker"] }, async (scene) => {
      await scene.inHubSpot("POST", "/seed", {
        contacts: ATTACKER_CONTACTS,
        companies: 50,
        deals: 0,
        seed: 9,
      });
      await scene.install();
      await until(
        "the first pull has ended",
        async () =>
          (await scene.one<string>("select state from installation")) ===
          "active",
      );
      const visitor = await Visitor.install(scene, VISITOR_CONTACTS);
      await scene.sql.query("vacuum analyze");
      await visitor.visit(WARM_UP_SECONDS, PER_SECOND);
      const quiet = slowest(await visitor.visit(SECONDS, PER_SECOND));

      const end = new AbortController();
      const attacking = attack(scene, end.signal);
      attacking.catch(() => undefined);
      try {
        await pause(UNDER_WAY_MS);
        const noisy = slowest(await visitor.visit(SECONDS, PER_SECOND));
        const ratio = (kind: (typeof visits)[number]): number =>
          noisy[kind] / quiet[kind];
        const worst = visits.reduce((most, kind) =>
          ratio(kind) > ratio(most) ? kind : most,
        );
        return {
          figures: [
            figure(name, noisy[worst], `ms (p99, ${worst})`, quiet[worst]),
          ],
          notes: [
            `p99 of the other portal, ms: ${visits
              .map(
                (kind) =>
                  `${kind} ${noisy[kind].toFixed(0)} over ${quiet[kind].toFixed(0)}`,
              )
              .join(", ")}`,
          ],
        };
      } finally {
        end.abort();
        await attacking;
      }
    });
}
