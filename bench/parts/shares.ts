import { percent } from "../figure.ts";
import type { Scene } from "./scene.ts";

/** How busy one processor was kept by each process while `work` went on, and how long that took (seconds). */
export async function timed(
  scene: Scene,
  work: () => Promise<void>,
): Promise<{ seconds: number; note: string }> {
  const used = async (): Promise<number[]> => [
    await scene.sandbox.cpuSeconds(),
    ...(await Promise.all(scene.servers.map((server) => server.cpuSeconds()))),
  ];
  const before = await used();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const [sandbox = 0, ...servers] = (await used()).map(
    (after, at) => after - (before[at] ?? 0),
  );
  const server = servers.reduce((sum, one) => sum + one, 0);
  return {
    seconds,
    note: `of the time the sandbox was busy ${percent(sandbox / seconds)}, the server ${percent(server / seconds)}`,
  };
}
