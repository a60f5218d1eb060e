import { beforeAll, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import { calm } from "../acceptance/steps/calm.ts";
import { inSql } from "../acceptance/steps/database.ts";
import { make } from "../acceptance/steps/records.ts";
import type { Json, World } from "../acceptance/world.ts";
import {
  makeTicket,
  switchOn,
  ticketIn,
  ticketRecord,
  useTicketWorld,
} from "./ticket-world.ts";

// A third type has a catalogue of fields, and its mappings are compared with HubSpot, like the others.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await world.installed();
  await switchOn(world);
}, 60_000);

const options = (...values: string[]) =>
  values.map((value, displayOrder) => ({ value, label: value, displayOrder }));
const readAgain = async (): Promise<void> => {
  const read = await world.api("POST", "/installation/definitions");
  expect(read.status).toBe(200);
};

test("BN-010 X-11 a field made for a ticket's property is checked, synced, and compared with HubSpot", async () => {
  const made = await world.inHubSpot("POST", "/properties/tickets", {
    name: "severity",
    label: "Severity",
    type: "enumeration",
    fieldType: "select",
    groupName: "ticketinformation",
    options: options("low", "high"),
  });
  expect(made.status).toBe(201);
  await readAgain();
  const { status, body: field } = await world.api<{ mapping: FieldMapping }>(
    "POST",
    "/fields/tickets",
    { fromProperty: "severity" },
  );
  expect(status).toBe(201);
  const { body } = await world.api<{
    settings: { ticket: { mappings: FieldMapping[] } };
  }>("GET", "/settings");
  const { mappings } = body.settings.ticket;
  await switchOn(world, { mappings: [...mappings, field.mapping] });

  const { id } = await makeTicket(world, { subject: "Hot", severity: "high" });
  await calm(world);
  const { hubspotId } = await ticketRecord(world, id);
  expect(await ticketIn(world, hubspotId)).toMatchObject({
    properties: { severity: "high" },
  });
  await expect(
    inSql(
      world,
      `update workspace.tickets set custom = custom || '{"severity": "urgent"}' where id = $1`,
      [id],
    ),
  ).rejects.toThrow(
    "custom.severity (Severity) must be one of its options (low, high).",
  );
  // Another type has no such field.
  await make(world, "contacts", { severity: "urgent" });

  const changed = await world.inHubSpot(
    "PATCH",
    "/properties/tickets/severity",
    { options: options("low") },
  );
  expect(changed.status).toBe(200);
  await readAgain();
  const drift = await world.api<{ results: Json[] }>(
    "GET",
    "/attention?kind=drift",
  );
  expect(drift.body.results).toMatchObject([
    {
      objectType: "ticket",
      code: "option_removed",
      field: "severity",
      details: { records: 1, values: ["high"] },
    },
  ]);
});
