import { expect, test } from "vitest";
import { useWorld } from "./world.ts";

// Under HubSpot's own limits, and with the budget that keeps within them.
const at = useWorld({
  portal: { limits: {} },
  environment: { CALL_LIMIT: "learned" },
});

test("a contact made in HubSpot arrives by webhook, one made by the product arrives in HubSpot", async () => {
  const { world } = at;
  const made = await world.inHubSpot<{ id: string }>(
    "POST",
    "/objects/contacts",
    {
      properties: { email: "Ada@Example.com", firstname: "Ada" },
    },
  );
  expect(made.status).toBeLessThan(300);
  await world.settled();
  const pulled = await world.api<{
    results: { properties: Record<string, unknown> }[];
  }>("GET", "/contacts");
  expect(
    pulled.body.results.map((record) => record.properties["email"]),
  ).toEqual(["ada@example.com"]);

  await world.api("POST", "/contacts", {
    properties: { email: "Bob@Example.com", first_name: "Bob" },
  });
  await world.settled();
  const truth = await world.truth("contacts");
  expect(
    truth.map((object) => object.properties["email"] ?? "").toSorted(),
  ).toEqual(["ada@example.com", "bob@example.com"]);
});
