import type { World } from "../world.ts";
import { pages } from "./pages.ts";

export interface JournalEntry {
  readonly id: string;
  readonly objectType: string;
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly action: string;
  readonly source: string;
  readonly by: string;
  readonly initiator: string;
  readonly runId: string | null;
  readonly code: string;
  readonly reason: string;
  readonly changes: readonly {
    readonly field: string;
    readonly side: string;
    readonly before?: unknown;
    readonly after?: unknown;
    readonly overwrote?: unknown;
  }[];
}

/** The journal, the newest first: of a record, of a run, or all of it. */
export const journal = (
  world: World,
  of: { recordId?: string; runId?: string } = {},
): Promise<JournalEntry[]> =>
  pages<JournalEntry>(
    world,
    `/journal?limit=200${Object.entries(of)
      .map(([key, value]) => `&${key}=${value}`)
      .join("")}`,
  );
