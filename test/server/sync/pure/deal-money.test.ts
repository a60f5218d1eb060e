import { expect, test } from "vitest";
import { jsonNumber } from "../../../../server/decimal.ts";
import { decide } from "../../../../server/sync/decide/decide.ts";
import { defaultSettings } from "../../../../server/settings/schema.ts";
import type { Rules, Trigger } from "../../../../server/sync/model.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPush,
  mapped,
  object,
  pair,
  record,
} from "./situation.ts";

// Amounts and currencies of a linked deal, merged by decide itself. Amounts are decimals to the last digit.

const rules: Rules = {
  settings: {
    ...defaultSettings,
    deal: {
      ...defaultSettings.deal,
      enabled: true,
      mappings: [
        mapped("amount", "amount", { conversion: { kind: "number" } }),
        mapped("currency", "deal_currency_code"),
      ],
    },
  },
  definitions: {
    amount: {
      type: "number",
      readOnly: false,
      options: null,
      label: "Amount",
    },
    deal_currency_code: {
      type: "enumeration",
      readOnly: false,
      // HubSpot keeps an account's currencies elsewhere.
      options: null,
      label: "Currency",
    },
  },
  owners: { idByEmail: {}, emailById: {} },
  mayCreateObjects: true,
  uniqueProperty: true,
};

/** An amount and a currency, as "12.50 EUR"; "-" is blank. */
type Money = `${string} ${string}`;
const parts = (money: Money): [string | null, string | null] => {
  const [amount = "-", currency = "-"] = money.split(" ");
  return [amount === "-" ? null : amount, currency === "-" ? null : currency];
};
const here = (money: Money) => {
  const [amount, currency] = parts(money);
  return {
    ...(amount === null ? {} : { amount: jsonNumber(amount) }),
    ...(currency === null ? {} : { currency }),
  };
};
const there = (money: Money) => {
  const [amount, currency] = parts(money);
  return { amount, deal_currency_code: currency };
};

/** "-> 12.50 EUR" to HubSpot, "<- 12.50" to the workspace. */
function outcome(
  base: Money,
  w: Money,
  h: Money,
  trigger: Trigger = automaticPush,
): string {
  const [amount, currency] = parts(base);
  const decision = decide(
    rules,
    pair({
      objectType: "deal",
      record: record(here(w), { objectType: "deal" }),
      object: object(there(h)),
      link: link({
        base: {
          amount: {
            w: amount === null ? null : jsonNumber(amount),
            h: amount,
            p: "amount",
            c: "number",
          },
          currency: {
            w: currency,
            h: currency,
            p: "deal_currency_code",
            c: "text",
          },
        },
      }),
      parents: [],
    }),
    trigger,
  );
  const sent =
    decision.hubspot.kind === "update"
      ? ["amount", "deal_currency_code"].flatMap((name) =>
          decision.hubspot.kind === "update"
            ? (decision.hubspot.sent[name]?.h ?? [])
            : [],
        )
      : [];
  const set =
    decision.workspace.kind === "update"
      ? ["amount", "currency"].flatMap((name) =>
          decision.workspace.kind === "update"
            ? (decision.workspace.set[name] ?? [])
            : [],
        )
      : [];
  return [
    ...(sent.length > 0 ? [`-> ${sent.join(" ")}`] : []),
    ...(set.length > 0
      ? [
          `<- ${set.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(" ")}`,
        ]
      : []),
  ].join(", ");
}

const rows: readonly (readonly [
  string,
  Money,
  Money,
  Money,
  string,
  Trigger?,
])[] = [
  // One currency in the account: HubSpot shows none on the deal.
  ["one currency: an amount goes alone", "1 -", "2.50 -", "1 -", "-> 2.5"],
  [
    "one currency: HubSpot's amount comes alone",
    "1 -",
    "1 -",
    "0.10 -",
    "<- 0.1",
  ],
  // Several currencies.
  ["a currency goes alone", "1 EUR", "1 USD", "1 EUR", "-> USD"],
  [
    "an amount and its currency go together",
    "1 EUR",
    "7.25 USD",
    "1 EUR",
    "-> 7.25 USD",
  ],
  [
    "each side changed another one: both cross",
    "1 EUR",
    "2 EUR",
    "1 USD",
    "-> 2, <- USD",
  ],
  [
    "both sides changed the currency: HubSpot's stays",
    "1 EUR",
    "1 USD",
    "1 GBP",
    "<- GBP",
  ],
  [
    "both sides changed the amount: HubSpot's stays",
    "1 EUR",
    "2 EUR",
    "3 EUR",
    "<- 3",
  ],
  [
    "a click on Push sends the workspace's",
    "1 EUR",
    "2 USD",
    "3 GBP",
    "-> 2 USD",
    { ...manualPush, confirmed: true },
  ],
  ["a blank currency overwrites none", "1 EUR", "1 -", "1 EUR", ""],
  [
    "a blank amount overwrites none",
    "1 EUR",
    "1 EUR",
    "- EUR",
    "",
    automaticPull,
  ],
  // Decimals to the last digit.
  ["no decimals, as of yen", "1000 JPY", "1001 JPY", "1000 JPY", "-> 1001"],
  [
    "three decimals, as of dinars",
    "0.125 KWD",
    "0.375 KWD",
    "0.125 KWD",
    "-> 0.375",
  ],
  [
    "more digits than a double has",
    "1 EUR",
    "9007199254740993.01 EUR",
    "1 EUR",
    "-> 9007199254740993.01",
  ],
  [
    "a change in the last of them",
    "9007199254740993.01 EUR",
    "9007199254740993.02 EUR",
    "9007199254740993.01 EUR",
    "-> 9007199254740993.02",
  ],
  [
    "and back",
    "9007199254740993.01 EUR",
    "9007199254740993.01 EUR",
    "9007199254740993.02 EUR",
    "<- 9007199254740993.02",
  ],
  ["a tenth and two tenths", "0.1 EUR", "0.3 EUR", "0.1 EUR", "-> 0.3"],
  [
    "another spelling of the same amount is no change",
    "10.5 EUR",
    "10.5 EUR",
    "10.50 EUR",
    "",
  ],
  ["nor is an exponent", "100 EUR", "100 EUR", "1e2 EUR", ""],
  ["below zero", "-0.01 EUR", "-0.02 EUR", "-0.01 EUR", "-> -0.02"],
];

test.each(rows.map((row) => ({ what: row[0], row })))("$what", ({ row }) => {
  const [, base, w, h, expected, trigger] = row;
  expect(outcome(base, w, h, trigger)).toBe(expected);
});
