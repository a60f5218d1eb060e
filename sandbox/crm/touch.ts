import type { CrmState } from "./crm-state.ts";
import type { Actor } from "./events.ts";
import type { Row } from "./row.ts";

/** Moves a row's modified date, as a change does that leaves no value behind. */
export function touch(state: CrmState, row: Row, at: number, by: Actor): void {
  if (row.updatedAt === at) return;
  state.indexLag.before(row, at);
  row.updatedAt = at;
  row.updatedBy = by;
}
