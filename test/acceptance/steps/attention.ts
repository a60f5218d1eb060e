import type { Json, World } from "../world.ts";
import { pages } from "./pages.ts";

export interface AttentionEntry {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly field: string | null;
  readonly cause: string;
  readonly fix: string;
  readonly details: Json;
  readonly choices: readonly string[];
  /** How often it was tried, the first time included. */
  readonly attempts: number;
}

/** What is open for a person: on a record, or altogether. */
export const attention = (
  world: World,
  recordId?: string,
): Promise<AttentionEntry[]> =>
  pages<AttentionEntry>(
    world,
    `/attention?limit=200${recordId === undefined ? "" : `&recordId=${recordId}`}`,
  );
