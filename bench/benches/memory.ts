import { figure, quantile } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import { until } from "../until.ts";

const FEW = 10_000;
const MANY = 200_000;
const SAMPLE_MS = 200;

/** A worker's greatest memory while it pulls 200,000 contacts, over that while it pulls 10,000. */
export async function memory(ground: Ground): Promise<Result> {
  const few = await worker(ground, FEW);
  const many = await worker(ground, MANY);
  return {
    figures: [figure("memory_growth", many.most, "MB", few.most)],
    notes: [
      `resident memory of a worker process during the first pull of ${MANY} contacts; limit: of ${FEW}; before it ${many.before.toFixed(0)} and ${few.before.toFixed(0)} MB, medians during it ${many.middle.toFixed(0)} and ${few.middle.toFixed(0)} MB`,
      `${MANY} contacts were pulled in ${many.seconds.toFixed(0)} s`,
    ],
  };
}

async function worker(
  ground: Ground,
  contacts: number,
): Promise<{ before: number; most: number; middle: number; seconds: number }> {
  return inScene(ground, { roles: ["web", "worker"] }, async (scene) => {
    await scene.inHubSpot("POST", "/seed", {
      contacts,
      companies: 0,
      deals: 0,
      seed: 7,
    });
    const before = await scene.worker.memoryMb();
    const samples: number[] = [];
    const started = performance.now();
    await scene.install();
    await until(
      "the first pull has ended",
      async () => {
        samples.push(await scene.worker.memoryMb());
        return (
          (await scene.one<string>("select state from installation")) ===
          "active"
        );
      },
      { everyMs: SAMPLE_MS, withinMs: 400_000 },
    );
    samples.push(await scene.worker.memoryMb());
    return {
      before,
      most: Math.max(...samples),
      middle: quantile(samples, 0.5),
      seconds: (performance.now() - started) / 1000,
    };
  });
}
