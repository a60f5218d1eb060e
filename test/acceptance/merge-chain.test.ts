import { describe, expect, test } from "vitest";
import { merge } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { typeOf } from "./steps/path.ts";
import { createLinked, record, records } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { Json } from "./world.ts";
import { useWorld } from "./world.ts";

const identity = {
  contacts: (key: string) => ({ email: `${key}@merge.example` }),
  companies: (key: string) => ({ domain: `${key}.merge.example` }),
};

const cases = [
  { name: "contacts", profile: "documented" },
  { name: "contacts", profile: "observed" },
  { name: "companies", profile: "documented" },
  { name: "companies", profile: "observed" },
] as const;

describe.each(cases)(
  "X-05 $name, as HubSpot is $profile",
  ({ name, profile }) => {
    const at = useWorld({ portal: { profile } });
    const histories: readonly [string, Json][] = [
      ["told in order", {}],
      ["told twice", { double: 1 }],
      ["told in any order, first", { shuffle: true, double: 0.5, delayMs: 40 }],
      ["told at the end, shuffled", { paused: true, shuffle: true }],
      ["half lost", { lose: 0.5, shuffle: true }],
      ["lost", { lose: true }],
    ];

    test.each(histories)(
      `X-05 a chain of merges of ${name} whose events are %s ends in the same state`,
      async (title, webhooks) => {
        const { world } = at;
        await setSettings(world, typeOf[name], { mergeSync: true });
        const key = title.replace(/\W+/g, "-");
        const chain = await createLinked(world, name, [
          { ...identity[name](`${key}-1`) },
          { ...identity[name](`${key}-2`), city: "Turin" },
          { ...identity[name](`${key}-3`), country: "Italy" },
        ]);
        const [first, second, third] = [
          one(chain, 0),
          one(chain, 1),
          one(chain, 2),
        ];
        const last = await faultyWebhooks(world, webhooks, async () => {
          const middle = await merge(
            world,
            name,
            second.objectId,
            third.objectId,
          );
          const end = await merge(world, name, first.objectId, middle);
          await world.inHubSpot("PATCH", `/objects/${name}/${end}`, {
            properties: { state: "Piemonte" },
          });
          await world.inHubSpot("DELETE", `/objects/${name}/${end}`, {});
          await world.inHubSpot("POST", `/objects/${name}/${end}/restore`, {});
          if (webhooks["paused"] !== true) await world.settled();
          return end;
        });
        await world.settled();
        if (webhooks["lose"] !== undefined) {
          await pullAll(world, name);
          await world.settled();
        }

        const survivor = await record(world, name, first.id);
        expect(survivor).toMatchObject({
          id: first.id,
          hubspotId: last,
          deletedAt: null,
          sync: { status: "in_sync" },
        });
        expect(survivor.properties).toMatchObject({
          city: "Turin",
          country: "Italy",
          state: "Piemonte",
        });
        for (const old of [second, third])
          expect((await record(world, name, old.id)).id).toBe(first.id);
        const live = (await records(world, name)).map((each) => each.id);
        expect(chain.map(({ id }) => live.includes(id))).toEqual([
          true,
          false,
          false,
        ]);
        const truth = (await world.truth(name)).find(
          (each) => each.id === last,
        );
        expect(truth?.properties).toMatchObject({
          city: "Turin",
          country: "Italy",
          state: "Piemonte",
        });
      },
    );
  },
);
