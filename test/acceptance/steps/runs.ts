import { expect } from "vitest";
import type { World } from "../world.ts";
import { pages } from "./pages.ts";
import type { AnyPath } from "./path.ts";
import { typeOf } from "./path.ts";

export interface RunDocument {
  readonly id: string;
  readonly state: string;
  readonly objectType: string;
  readonly reason: string | null;
  readonly needsConfirmation: number;
  readonly expected: number | null;
  readonly counts: Record<
    | "requested"
    | "created"
    | "updated"
    | "unchanged"
    | "skipped"
    | "held"
    | "failed",
    number
  >;
}

export interface RunItem {
  readonly outcome: string;
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly code: string;
  readonly reason: string;
}

export type Selection = { readonly confirm?: boolean } & (
  | { readonly ids: readonly string[] }
  | { readonly hubspotIds: readonly string[] }
  | { readonly all: true }
  | { readonly changed: true }
);

/** Starts a pull or push by hand; answers the run's id. */
export async function start(
  world: World,
  kind: "both" | "pull" | "push",
  path: AnyPath,
  what: Selection,
): Promise<string> {
  const reply = await world.api<{ runId: string }>("POST", `/sync/${kind}`, {
    objectType: typeOf[path],
    ...what,
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202 });
  return reply.body.runId;
}

export async function readRun(
  world: World,
  runId: string,
): Promise<RunDocument> {
  const reply = await world.api<RunDocument>("GET", `/runs/${runId}`);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return reply.body;
}

/** Waits for a run's end. */
export async function ended(world: World, runId: string): Promise<RunDocument> {
  await world.until(
    async () =>
      ["done", "failed"].includes((await readRun(world, runId)).state),
    `run ${runId} has ended`,
    60_000,
  );
  return readRun(world, runId);
}

/** A pull or push by hand, to its end. */
export async function sync(
  world: World,
  kind: "both" | "pull" | "push",
  path: AnyPath,
  what: Selection,
): Promise<RunDocument> {
  const run = await ended(world, await start(world, kind, path, what));
  expect(run.state).toBe("done");
  return run;
}

/** What a run did not carry out. */
export const itemsOf = (world: World, runId: string): Promise<RunItem[]> =>
  pages<RunItem>(world, `/runs/${runId}/items?limit=200`);

/** A pull of everything by hand, of one type, to its end. */
export const pullAll = (world: World, path: AnyPath): Promise<RunDocument> =>
  sync(world, "pull", path, { all: true });
