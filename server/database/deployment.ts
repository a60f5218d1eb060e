import { randomBytes } from "node:crypto";
import type { Db } from "./db.ts";

/**
 * The group roles of one deployment, that is of one database of ours. Roles belong to the whole cluster, so their names
 * carry the deployment's id: several deployments share a cluster, and none needs a right on the roles of another.
 */
export type Roles = {
  /** Works for one portal at a time, the one in the transaction's setting app.portal. */
  portal: string;
  /** Sees only what must cross portals: lanes, inbox, installation routing, budgets. */
  crossing: string;
  /** What the logins of products belong to. */
  product: string;
};

/** What a deployment's id looks like. */
export const DEPLOYMENT_ID = /^[0-9a-z]{4,16}$/;

/** Returns an id for a deployment that has none: random, so that two of a cluster never share one. */
export function newDeploymentId(): string {
  return randomBytes(6).toString("hex");
}

/** Returns the names of a deployment's group roles. */
export function rolesOf(deployment: string): Roles {
  const prefix = `counterpart_${deployment}`;
  return {
    portal: `${prefix}_portal`,
    crossing: `${prefix}_crossing`,
    product: `${prefix}_product`,
  };
}

/** Returns the id of the deployment that this database belongs to. Throws before the first migration. */
export async function readDeployment(db: Db): Promise<string> {
  const row = await db.selectFrom("deployment").select("id").executeTakeFirst();
  if (row === undefined)
    throw new Error(
      "The table deployment has no row: this database is not complete.",
    );
  return row.id;
}
