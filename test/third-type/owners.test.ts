import { beforeAll, expect, test } from "vitest";
import { attention } from "../acceptance/steps/attention.ts";
import { calm } from "../acceptance/steps/calm.ts";
import { inSql } from "../acceptance/steps/database.ts";
import { owners } from "../acceptance/steps/owners.ts";
import { actingAs, addUser, changeUser } from "../acceptance/steps/users.ts";
import type { World } from "../acceptance/world.ts";
import {
  changeInHubSpot,
  installActive,
  makeTicket,
  switchOn,
  ticketIn,
  ticketRecord,
  useTicketWorld,
} from "./ticket-world.ts";

// A type with an owner has a permission of its own, and a rule for new objects, from its descriptor alone.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await installActive(world);
}, 60_000);

test("a new ticket gets the owner that the rule names, and both sides have that owner", async () => {
  const [, second] = await owners(world);
  await switchOn(world, {
    newOwner: { rule: "owner", ownerEmail: second.email },
  });
  const { id } = await makeTicket(world, { subject: "Owned" });
  await calm(world);
  const { hubspotId, properties } = await ticketRecord(world, id);
  expect((await ticketIn(world, hubspotId)).properties).toMatchObject({
    hubspot_owner_id: second.id,
  });
  expect(properties).toMatchObject({ owner_email: second.email });
});

test("owners of tickets are changed with a permission of their own, on either side", async () => {
  const [first, second] = await owners(world);
  await switchOn(world);
  const { id } = await makeTicket(world, {
    subject: "Changed",
    owner_email: first.email,
  });
  await calm(world);
  const { hubspotId } = await ticketRecord(world, id);
  const { body } = await world.api<{ syncUser: { email: string } }>(
    "GET",
    "/installation",
  );
  const user = await addUser(world, {
    email: body.syncUser.email,
    permissions: ["assign_contact_owner", "assign_company_owner"],
  });
  const patch = () =>
    world.api(
      "PATCH",
      `/tickets/${id}`,
      { properties: { owner_email: second.email } },
      actingAs(user.email),
    );
  const refused = await patch();
  expect(refused).toMatchObject({ status: 403 });
  expect(refused.body["reason"]).toContain("assign ticket owners");
  await changeInHubSpot(world, hubspotId ?? "", {
    hubspot_owner_id: second.id,
  });
  await calm(world);
  expect(await attention(world, id)).toMatchObject([
    { code: "owner_permission" },
  ]);

  // SQL and the API know the permission alike.
  await inSql(
    world,
    "update workspace.users set permissions = array_append(permissions, 'assign_ticket_owner')",
  );
  await calm(world);
  expect((await ticketRecord(world, id)).properties).toMatchObject({
    owner_email: second.email,
  });
  expect((await patch()).status).toBe(200);
  expect(
    (await changeUser(world, user.id, { permissions: ["assign_ticket_owner"] }))
      .permissions,
  ).toEqual(["assign_ticket_owner"]);
});
