import { vi } from "vitest";
import type { World } from "./acceptance/world.ts";

/**
 * Worlds between two tests that want nothing special: starting a server and its connections, whose every statement is
 * planned anew, costs more processor time than most tests. One at most: an idle server takes a hundredth of a processor.
 */
export const leftWorlds: World[] = [];

/**
 * `vi.useFakeTimers`, for any test: a server that lives on would set its next tick by the fake clock, and with the true one
 * that never comes.
 */
export async function fakeClock(
  options?: Parameters<typeof vi.useFakeTimers>[0],
): Promise<void> {
  await Promise.all(leftWorlds.splice(0).map((world) => world.stop()));
  vi.useFakeTimers(options);
}
