import { associateRows } from "../associations/associate.ts";
import type { ResolvedAssociation } from "../associations/resolve.ts";
import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import type { Row } from "../row.ts";
import { companyByDomain } from "./company-by-domain.ts";
import { commitWrite } from "./commit.ts";
import type { PreparedWrite } from "./prepare.ts";

/** Makes an object together with its associations, and then does what the account's settings have HubSpot do by itself. */
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
