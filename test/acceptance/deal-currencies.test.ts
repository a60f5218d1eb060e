import { beforeAll, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { dealIn, makeDealIn, switchOn } from "./steps/deals.ts";
import { mapping } from "./steps/hubspot-pipelines.ts";
import { changeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { objectOf, recordOf } from "./steps/records.ts";
import { useWorld } from "./world.ts";

// Currencies and amounts of deals, both ways: an account with one currency shows none on its deals. Zeros at the end of an
// amount mean nothing, and go.

const money: readonly (readonly [amount: string, currency: string | null])[] = [
  ["1234.5", null],
  ["0.1", "EUR"],
  ["1000", "JPY"],
  ["0.125", "KWD"],
  ["-99.99", "USD"],
  ["9007199254740993.01", "GBP"],
  ["1000000000000.05", "CLF"],
];

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({
    portal: { profile, searchLagMs: 0, rewrites: "basic" },
  });
  beforeAll(() => switchOn(at.world));

  test("AP-035 amounts and currencies are the same on both sides, both ways, and after a change of either", async () => {
    const { world } = at;
    const deals: { id: string; objectId: string; there: string }[] = [];
    for (const [amount, currency] of money) {
      const there = await makeDealIn(world, {
        dealname: `There ${amount}`,
        amount,
        ...(currency === null ? {} : { deal_currency_code: currency }),
      });
      const [row] = await inSql<{ id: string }>(
        world,
        "insert into workspace.deals (name, amount, currency, pipeline, stage) values ('Here', $1, $2, 'default', 'qualifiedtobuy') returning id",
        [amount, currency],
      );
      deals.push({ id: row?.id ?? "", objectId: "", there });
    }
    await calm(world);
    const shown = (ids: readonly string[]) =>
      inSql<{ amount: string; currency: string | null }>(
        world,
        `select d.amount::text as amount, d.currency from unnest($1::uuid[]) with ordinality as i(id, place)
         join workspace.deals d on d.id = i.id order by i.place`,
        [ids],
      );
    const expected = money.map(([amount, currency]) => ({ amount, currency }));
    const pulled: string[] = [];
    for (const deal of deals) {
      pulled.push((await recordOf(world, "deals", deal.there)).id);
      deal.objectId = await objectOf(world, "deals", deal.id);
    }
    expect(await shown(pulled)).toEqual(expected);
    for (const [place, { objectId }] of deals.entries()) {
      const { properties } = await dealIn(world, objectId);
      expect([
        properties["amount"],
        properties["deal_currency_code"] || null,
      ]).toEqual(money[place]);
    }

    // The product changes the amount, and HubSpot the currency.
    const [first] = deals;
    if (first === undefined) throw new Error("There are several.");
    await inSql(
      world,
      "update workspace.deals set amount = 0.3 where id = $1",
      [first.id],
    );
    await changeObject(world, "deals", first.objectId, {
      deal_currency_code: "USD",
    });
    await calm(world);
    expect(await shown([first.id])).toEqual([
      { amount: "0.3", currency: "USD" },
    ]);
    expect((await dealIn(world, first.objectId)).properties).toMatchObject({
      amount: "0.3",
      deal_currency_code: "USD",
    });
  });
});

describe("a currency that the account doesn't have", () => {
  const at = useWorld({ portal: { searchLagMs: 0, currencies: ["EUR"] } });

  test("AP-035 a deal in a currency that the account doesn't have says which one, and follows once the account has it", async () => {
    const { world } = at;
    await switchOn(world);
    const [row] = await inSql<{ id: string }>(
      world,
      "insert into workspace.deals (name, amount, currency, pipeline, stage) values ('Abroad', 5, 'JPY', 'default', 'qualifiedtobuy') returning id",
    );
    const id = row?.id ?? "";
    await calm(world);
    const objectId = await objectOf(world, "deals", id);
    expect((await dealIn(world, objectId)).properties).toMatchObject({
      dealname: "Abroad",
      amount: "5",
    });
    expect(await attention(world, id)).toMatchObject([
      {
        kind: "problem",
        field: "currency",
        cause:
          "The HubSpot account doesn't have the currency JPY. It has: EUR.",
        fix: "Add the currency in HubSpot's settings, and the value then follows by itself. Or choose a currency that the account has.",
      },
    ]);
    // Another currency changes nothing for this one.
    const give = async (currencies: readonly string[]): Promise<void> => {
      const changed = await world.control(
        "PATCH",
        `/sandbox/portals/${world.portalId}`,
        { options: { currencies } },
      );
      expect(changed.status).toBe(200);
      await world.api("POST", "/installation/definitions");
      await calm(world);
    };
    await give(["EUR", "USD"]);
    expect(await attention(world, id)).toMatchObject([
      {
        cause:
          "The HubSpot account doesn't have the currency JPY. It has: EUR, USD.",
      },
    ]);
    await give(["EUR", "USD", "JPY"]);
    expect((await dealIn(world, objectId)).properties).toMatchObject({
      deal_currency_code: "JPY",
    });
    expect(await attention(world, id)).toEqual([]);
  });

  test("BN-105 of a currency that its mapping lacks, the mapping is named, not the account", async () => {
    const { world } = at;
    await switchOn(world, {
      mappings: [
        mapping("name", "dealname"),
        mapping("pipeline", "pipeline"),
        mapping("stage", "dealstage"),
        mapping("currency", "deal_currency_code", [["Euro", "EUR"]]),
      ],
    });
    const [row] = await inSql<{ id: string }>(
      world,
      "insert into workspace.deals (name, currency, pipeline, stage) values ('Unmapped', 'Pound', 'default', 'qualifiedtobuy') returning id",
    );
    await calm(world);
    const [entry] = await attention(world, row?.id ?? "");
    expect(entry).toMatchObject({
      code: "unmapped_option",
      field: "currency",
      fix: "Map this value in the field mapping, then retry.",
    });
  });
});
