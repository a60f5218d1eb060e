import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { changeMapping } from "./steps/mappings.ts";
import { object } from "./steps/objects.ts";
import { make, record } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

interface Suggestion {
  readonly pairs: { workspace: string; hubspot: string }[];
  readonly unmapped: {
    readonly workspace: readonly string[];
    readonly hubspot: readonly { readonly value: string }[];
  };
}

const at = useWorld();

const suggest = (body: Json) =>
  at.world.api<Suggestion & Json>("POST", "/settings/suggest-options", {
    objectType: "contact",
    property: "hs_lead_status",
    ...body,
  });

test("BN-016 BN-106 all are mapped by name, from the values that records have, and the mapping syncs", async () => {
  const { world } = at;
  await choose(world, { automatic: { pull: true, push: false } });
  const lead = await make(world, "contacts", {
    email: "lead@suggest.example",
    lead_status: "attempted TO contact",
  });
  await make(world, "contacts", { first_name: "New", lead_status: "NEW" });
  await make(world, "contacts", { first_name: "Odd", lead_status: "Odd; one" });
  const { status, body } = await suggest({ field: "lead_status" });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.pairs).toEqual([
    { workspace: "NEW", hubspot: "NEW" },
    { workspace: "attempted TO contact", hubspot: "ATTEMPTED_TO_CONTACT" },
  ]);
  expect(body.unmapped.workspace).toEqual(["Odd; one"]);
  expect(body.unmapped.hubspot.map(({ value }) => value)).toContain("OPEN");

  await choose(world);
  await changeMapping(world, "lead_status", {
    conversion: { kind: "options", pairs: body.pairs },
  });
  await world.api("POST", "/sync/push", {
    objectType: "contact",
    ids: [lead.id],
  });
  await calm(world);
  const { hubspotId } = await record(world, "contacts", lead.id);
  expect(
    (await object(world, "contacts", hubspotId)).properties["hs_lead_status"],
  ).toBe("ATTEMPTED_TO_CONTACT");
});

test("values can be sent, and what isn't a list of options says so", async () => {
  const { body } = await suggest({ field: "x", values: ["Open", "open", ""] });
  expect(body["errors"]).toMatchObject([{ path: "values.2" }]);
  const sent = await suggest({ field: "x", values: ["open", "Open"] });
  expect(sent.body.pairs).toEqual([
    { workspace: "Open", hubspot: "OPEN" },
    { workspace: "open", hubspot: "OPEN" },
  ]);
  for (const property of ["city", "no_such_property"])
    expect(await suggest({ field: "x", property })).toMatchObject({
      status: 404,
      body: { code: "no_options" },
    });
});
