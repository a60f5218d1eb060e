import { setTimeout as pause } from "node:timers/promises";
import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import { startAttacker } from "../parts/attacker.ts";
import type { AttackName } from "../parts/attacks.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import { quantiles, Visitor, visits } from "../parts/visitor.ts";
import { until } from "../until.ts";

const SECONDS = 40;
const PER_SECOND = 10;
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
  name: AttackName,
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
      const inQuiet = await visitor.visit(SECONDS, PER_SECOND);

      const attacker = startAttacker(name, scene);
      try {
        await pause(UNDER_WAY_MS);
        // As before the quiet round: what runs for the first time is compiled first.
        await visitor.visit(WARM_UP_SECONDS, PER_SECOND);
        const inNoise = await visitor.visit(SECONDS, PER_SECOND);
        const quiet = quantiles(inQuiet, 0.99);
        const noisy = quantiles(inNoise, 0.99);
        const ratio = (kind: (typeof visits)[number]): number =>
          noisy[kind] / quiet[kind];
        const worst = visits.reduce((most, kind) =>
          ratio(kind) > ratio(most) ? kind : most,
        );
        return {
          figures: [
            figure(name, noisy[worst], `ms (p99, ${worst})`, quiet[worst]),
          ],
          notes: [0.99, 0.5].map((share) => {
            const before = quantiles(inQuiet, share);
            const now = quantiles(inNoise, share);
            const each = visits.map(
              (kind) =>
                `${kind} ${now[kind].toFixed(0)} over ${before[kind].toFixed(0)}`,
            );
            return `p${share * 100} of the other portal, ms: ${each.join(", ")}`;
          }),
        };
      } finally {
        await attacker.stop();
      }
    });
}
