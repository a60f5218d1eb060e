import { associateRows } from "../associations/associate.ts";
import type { ResolvedAssociation } from "../associations/resolve.ts";
import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import type { Row } from "../row.ts";
import { companyByDomain } from "./company-by-domain.ts";
import { commitWrite } from "./commit.ts";
import type { PreparedWrite } from "./prepare.ts";

/** Creates an object with its associations, and then applies the account's settings for new objects. */
export function createObject(
  state: CrmState,
  write: PreparedWrite,
  associations: readonly ResolvedAssociation[],
  at: number,
  by: Actor,
): Row {
  const row = commitWrite(state, write, at, by);
  for (const { to, labels } of associations)
    associateRows(state, row, to, labels, at, by);
  companyByDomain(state, row, at);
  return row;
}
