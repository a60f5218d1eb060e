import { afterAll, expect, test } from "vitest";
import { defaultMappingsOf } from "../../server/settings/default-mappings.ts";
import { ServerProcess } from "./kill-process.ts";
import { useKillWorld } from "./kill-world.ts";
import { changeObject } from "./steps/objects.ts";
import { pages } from "./steps/pages.ts";
import type { ProductRecord } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { unheard } from "./steps/unheard.ts";

/** In MB. Without bounds, a batch of the records below needs several times as much. */
const heap = 240;
const contacts = 30;
const long = Array.from({ length: 16 }, (_, n) => `long_${n}`);

const at = useKillWorld();
let server: ServerProcess | undefined;
afterAll(() => server?.kill());

test(`a process with ${heap} MB pushes ${contacts} records of 1 MB each, pulls them, and reads them by the API`, async () => {
  const { world, product } = at;
  for (const name of long) {
    const made = await world.inHubSpot("POST", "/properties/contacts", {
      name,
      label: name,
      type: "string",
      fieldType: "textarea",
      groupName: "contactinformation",
    });
    expect(made.status).toBe(201);
  }
  await setSettings(world, "contact", {
    mappings: [
      ...defaultMappingsOf("contact"),
      ...long.map((name) => ({
        field: name,
        property: name,
        direction: "both" as const,
        clear: true,
        conversion: { kind: "text" as const },
      })),
    ],
  });
  await world.server.stop();
  server = await ServerProcess.start(world, {
    NODE_OPTIONS: `--max-old-space-size=${heap}`,
  });
  server.serve(world);

  await product.query(
    `insert into workspace.contacts (email, custom)
    select n || '@memory.example', (select jsonb_object_agg(name, repeat('x', 60000)) from unnest($2::text[]) name)
    from generate_series(1, $1::int) n`,
    [contacts, long],
  );
  await world.settled(100_000);
  const objects = await world.truth("contacts");
  expect(
    objects.filter(
      ({ properties }) => properties["long_15"]?.length === 60_000,
    ),
  ).toHaveLength(contacts);

  const run = await unheard(world, { lose: true }, async () => {
    for (const { id } of objects)
      await changeObject(world, "contacts", id, { long_0: "y".repeat(60_000) });
    return sync(world, "pull", "contacts", { all: true });
  });
  expect(run.counts).toMatchObject({ requested: contacts, updated: contacts });

  const records = await pages<ProductRecord>(world, "/contacts?limit=200");
  expect(records).toHaveLength(contacts);
  expect(
    records.every(
      ({ properties }) => properties["long_0"] === "y".repeat(60_000),
    ),
  ).toBe(true);
  const { rows } = await at.owner.query<{ bytes: number }>(
    "select min(bytes) as bytes from record where object_type = 'contact'",
  );
  expect(rows[0]?.bytes).toBeGreaterThan(950_000);
}, 240_000);
