import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PortalEvent } from "../../../sandbox/crm/events.ts";
import { optionChoices } from "../../../sandbox/crm/options.ts";
import { Portal } from "../../../sandbox/crm/portal.ts";
import { Refusal } from "../../../sandbox/crm/refusal.ts";
import { theirId } from "./their-id.ts";
import { user } from "./user.ts";

type Step =
  | { readonly do: "create"; readonly email: string; readonly key: string }
  | {
      readonly do: "email" | "key";
      readonly at: number;
      readonly value: string;
    }
  | { readonly do: "archive" | "restore" | "forget"; readonly at: number }
  | { readonly do: "merge"; readonly at: number; readonly other: number }
  | {
      readonly do: "associate" | "dissociate";
      readonly at: number;
      readonly company: number;
      readonly primary: boolean;
    };

const at = fc.nat(7);
const email = fc.constantFrom("a@x.example", "b@x.example", "c@x.example", "");
const key = fc.constantFrom("1", "2", "3", "");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("create" as const), email, key }),
  fc.record({ do: fc.constant("email" as const), at, value: email }),
  fc.record({ do: fc.constant("key" as const), at, value: key }),
  fc.record({
    do: fc.constantFrom(
      "archive" as const,
      "restore" as const,
      "forget" as const,
    ),
    at,
  }),
  fc.record({ do: fc.constant("merge" as const), at, other: at }),
  fc.record({
    do: fc.constantFrom("associate" as const, "dissociate" as const),
    at,
    company: fc.nat(2),
    primary: fc.boolean(),
  }),
);

const options = fc.record(
  Object.fromEntries(
    Object.entries(optionChoices).map(([name, choices]) => [
      name,
      fc.constantFrom(...choices),
    ]),
  ),
);

function carryOut(
  portal: Portal,
  step: Step,
  contacts: string[],
  companies: readonly string[],
): void {
  const idAt = (index: number) =>
    contacts[index % Math.max(1, contacts.length)] ?? "1";
  switch (step.do) {
    case "create":
      contacts.push(
        portal.create(
          "contacts",
          { firstname: "x", email: step.email, their_id: step.key },
          [],
          user,
        ).id,
      );
      return;
    case "email":
      portal.update("contacts", idAt(step.at), { email: step.value }, user);
      return;
    case "key":
      portal.update("contacts", idAt(step.at), { their_id: step.value }, user);
      return;
    case "archive":
      portal.archive("contacts", idAt(step.at), user);
      return;
    case "restore":
      portal.restore("contacts", idAt(step.at), user);
      return;
    case "forget":
      portal.privacyDelete("contacts", idAt(step.at), user);
      return;
    case "merge":
      contacts.push(
        portal.merge("contacts", idAt(step.at), idAt(step.other), user).id,
      );
      return;
    case "associate":
    case "dissociate": {
      const pair = {
        fromType: "contacts",
        fromId: idAt(step.at),
        toType: "companies",
        toId: companies[step.company] ?? "",
      };
      if (step.do === "associate")
        portal.associate({ ...pair, primary: step.primary }, user);
      else portal.dissociate(pair, user);
    }
  }
}

const uniqueValues: readonly (readonly [string, string])[] = [
  ...["a@x.example", "b@x.example", "c@x.example"].map(
    (value) => ["email", value] as const,
  ),
  ...["1", "2", "3"].map((value) => ["their_id", value] as const),
];

function checkInvariants(portal: Portal): void {
  const all = portal.truth("contacts");
  const live = all.filter((row) => !row.archived && row.mergedInto === null);
  for (const name of ["email", "their_id"]) {
    const held = live.flatMap((row) => [
      row.properties[name] ?? [],
      ...(name === "email"
        ? (row.properties["hs_additional_emails"]?.split(";") ?? [])
        : []),
    ]);
    expect(held.flat().length, `${name} is held once`).toBe(
      new Set(held.flat()).size,
    );
  }
  const store = portal.crm.store("contacts");
  for (const [name, value] of uniqueValues) {
    const holder = store.holder(name, value);
    if (holder === undefined) continue;
    const row = all.find(({ id }) => id === holder.id);
    expect(row?.mergedInto, `${name} ${value} is held by an object`).toBeNull();
    expect(
      `${row?.properties[name] ?? ""};${row?.properties["hs_additional_emails"] ?? ""}`.split(
        ";",
      ),
    ).toContain(value);
    if (!portal.options.archivedHoldsUnique) expect(row?.archived).toBe(false);
  }
  const ids = new Set(all.map(({ id }) => id));
  for (const row of all)
    if (row.mergedInto !== null) expect(ids).toContain(row.mergedInto);
  for (const row of live) {
    expect(
      row.associations.filter(({ primary }) => primary).length,
    ).toBeLessThanOrEqual(1);
    const merged = row.properties["hs_merged_object_ids"]?.split(";") ?? [];
    for (const old of all)
      if (merged.includes(old.id)) expect(old.mergedInto).toBe(row.id);
  }
  const forward = live.flatMap((row) =>
    row.associations.map(({ toId }) => `${row.id} ${toId}`),
  );
  const companies = portal.truth("companies");
  const backward = companies.flatMap((row) =>
    row.associations.map(({ toId }) => `${toId} ${row.id}`),
  );
  expect(backward.toSorted()).toEqual(forward.toSorted());
}

describe("any history of a portal, under any options", () => {
  it("keeps unique values unique, associations two-sided and old ids leading somewhere", () => {
    fc.assert(
      fc.property(
        options,
        fc.array(step, { maxLength: 40 }),
        (chosen, steps) => {
          const portal = new Portal({ portalId: 1, options: chosen });
          portal.createProperty("contacts", theirId);
          const companies = ["A", "B", "C"].map(
            (name) => portal.create("companies", { name }, [], user).id,
          );
          const contacts: string[] = [];
          for (const step of steps) {
            const before = JSON.stringify([
              portal.truth("contacts"),
              portal.truth("companies"),
            ]);
            const events: PortalEvent[] = [];
            const stop = portal.onEvent((event) => events.push(event));
            try {
              carryOut(portal, step, contacts, companies);
            } catch (error) {
              if (!(error instanceof Refusal)) throw error;
              expect(
                JSON.stringify([
                  portal.truth("contacts"),
                  portal.truth("companies"),
                ]),
              ).toBe(before);
              expect(events).toEqual([]);
            }
            stop();
            checkInvariants(portal);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("seeding", () => {
  it("makes the same objects from the same seed, each email once, quietly unless asked", () => {
    const make = (seed: number, webhooks: boolean) => {
      const portal = new Portal({
        portalId: 1,
        clock: () => 1_767_225_600_000,
      });
      let events = 0;
      portal.onEvent(() => (events += 1));
      portal.seed({ contacts: 300, companies: 40, deals: 20, seed, webhooks });
      return {
        events,
        rows: ["contacts", "companies", "deals"].map((type) =>
          portal.truth(type),
        ),
      };
    };
    const first = make(7, false);
    expect(make(7, false)).toEqual(first);
    expect(make(8, false).rows).not.toEqual(first.rows);
    expect(first.events).toBe(0);
    expect(make(7, true).events).toBe(360);
    const [contacts = []] = first.rows;
    expect(new Set(contacts.map((row) => row.properties["email"])).size).toBe(
      300,
    );
    expect(
      contacts.some((row) => row.associations.some(({ primary }) => primary)),
    ).toBe(true);
    const values = contacts[0]?.properties ?? {};
    const portal = new Portal({ portalId: 1 });
    const { email = "", phone = "", lifecyclestage = "" } = values;
    const written = portal.create(
      "contacts",
      { email, phone, lifecyclestage },
      [],
      user,
    );
    expect(written.properties).toMatchObject({ email, phone, lifecyclestage });
  });
});
