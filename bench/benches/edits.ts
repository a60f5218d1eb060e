import { setTimeout as pause } from "node:timers/promises";
import { figure, quantile } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { until } from "../until.ts";

const CONTACTS = 1_000;
const EDITS = 100;
/** Between edits, so that they meet the poll at any phase. */
const mostPauseMs = 120;

/** How long one edit takes to the other side, in a quiet system with the default settings of all waits. */
export async function edits(ground: Ground): Promise<Result> {
  return inScene(ground, { roles: ["web", "worker"] }, async (scene) => {
    await scene.inHubSpot("POST", "/seed", {
      contacts: CONTACTS,
      companies: 50,
      deals: 0,
      seed: 6,
    });
    await scene.pulled();
    const { rows } = await scene.sql.query<Contact>(
      "select record_id as id, object_id as object from link where object_type = 'contact' order by object_id",
    );
    const into = await measure(rows.slice(0, EDITS), (contact, value) =>
      fromHubSpot(scene, contact, value),
    );
    const out = await measure(rows.slice(EDITS, 2 * EDITS), (contact, value) =>
      fromWorkspace(scene, contact, value),
    );
    return {
      figures: [
        figure("edit_to_workspace_p50", quantile(into, 0.5), "ms"),
        figure("edit_to_workspace_p99", quantile(into, 0.99), "ms"),
        figure("edit_to_hubspot_p50", quantile(out, 0.5), "ms"),
        figure("edit_to_hubspot_p99", quantile(out, 0.99), "ms"),
      ],
      notes: [
        `${EDITS} edits each way, one at a time; the sandbox gathers events for 20 ms before it sends them`,
      ],
    };
  });
}

type Contact = { readonly id: string; readonly object: string };

async function measure(
  contacts: readonly Contact[],
  edit: (contact: Contact, value: string) => Promise<void>,
): Promise<number[]> {
  const took: number[] = [];
  for (const [n, contact] of contacts.entries()) {
    await pause(Math.random() * mostPauseMs);
    const started = performance.now();
    await edit(contact, `Edit ${n}`);
    took.push(performance.now() - started);
  }
  return took;
}

async function fromHubSpot(
  scene: Scene,
  { id, object }: Contact,
  value: string,
): Promise<void> {
  await scene.inHubSpot("PATCH", `/objects/contacts/${object}`, {
    properties: { jobtitle: value },
  });
  await until(
    "the edit is in the workspace",
    async () =>
      (await scene.one<string | null>(
        "select properties ->> 'job_title' from record where id = $1",
        [id],
      )) === value,
    { everyMs: 2, withinMs: 20_000 },
  );
}

async function fromWorkspace(
  scene: Scene,
  { id, object }: Contact,
  value: string,
): Promise<void> {
  await scene.asProduct(
    `update workspace.contacts set job_title = '${value}' where id = '${id}'`,
  );
  await until(
    "the edit is in HubSpot",
    async () => {
      const { properties } = await scene.inHubSpot<{
        properties: Record<string, string>;
      }>("GET", `/objects/contacts/${object}`);
      return properties["jobtitle"] === value;
    },
    { everyMs: 2, withinMs: 20_000 },
  );
}
