import { describe, expect, test } from "vitest";
import type { Owner } from "../../../../server/hubspot/gateway.ts";
import type { OwnerOverride } from "../../../../server/settings/owners.ts";
import { ownersSchema } from "../../../../server/settings/owners.ts";
import {
  toHubSpot,
  toWorkspace,
} from "../../../../server/sync/values/value.ts";
import {
  mapOwners,
  ownersOf,
} from "../../../../server/sync/values/owner-map.ts";
import { fc } from "./properties.ts";
import { mapped } from "./situation.ts";

const owner = (
  id: string,
  email: string,
  more: Partial<Owner> = {},
): Owner => ({
  id,
  email,
  firstName: "",
  lastName: "",
  userId: `u${id}`,
  archived: false,
  ...more,
});

const is = (email: string, ownerId: string, pulled = true): OwnerOverride => ({
  email,
  ownerId,
  pulled,
});

const ada = owner("1", "ada@hub.example");
const ben = owner("2", "ben@hub.example");
const gone = { archived: true } as const;

type Row = readonly [
  title: string,
  owners: readonly Owner[],
  links: readonly (readonly [string, string])[],
  overrides: readonly OwnerOverride[],
  /** email=id for each that can be pushed, then id=email for each that can be pulled */
  expected: string,
];

const rows: readonly Row[] = [
  [
    "by email, both ways",
    [ada, ben],
    [],
    [],
    "ada@hub.example=1 ben@hub.example=2 | 1=ada@hub.example 2=ben@hub.example",
  ],
  [
    "under another email, both ways; HubSpot's own email is still that owner",
    [ada],
    [],
    [is("ada@old.example", "1")],
    "ada@hub.example=1 ada@old.example=1 | 1=ada@old.example",
  ],
  [
    "an email that isn't pulled only pushes",
    [ada],
    [],
    [is("team@old.example", "1", false)],
    "ada@hub.example=1 team@old.example=1 | 1=ada@hub.example",
  ],
  [
    "two emails of one owner: the one that the settings say is pulled",
    [ada],
    [],
    [is("team@old.example", "1", false), is("ada@old.example", "1")],
    "ada@hub.example=1 ada@old.example=1 team@old.example=1 | 1=ada@old.example",
  ],
  [
    "two owners who are each other",
    [ada, ben],
    [],
    [is("ada@hub.example", "2"), is("ben@hub.example", "1")],
    "ada@hub.example=2 ben@hub.example=1 | 1=ben@hub.example 2=ada@hub.example",
  ],
  [
    "an active owner whose only email is another's can't be pulled",
    [ada, ben],
    [],
    [is("ben@hub.example", "1", false)],
    "ada@hub.example=1 ben@hub.example=1 | 1=ada@hub.example without 2",
  ],
  [
    "a former owner is pulled as before, and the email is the one who follows",
    [ada, { ...ben, ...gone }],
    [],
    [is("ben@hub.example", "1", false)],
    "ada@hub.example=1 ben@hub.example=1 | 1=ada@hub.example 2=ben@hub.example",
  ],
  [
    "a former owner isn't pushed, by email or by the settings",
    [{ ...ada, ...gone }],
    [],
    [is("ada@old.example", "1")],
    " | 1=ada@old.example",
  ],
  [
    "an email that the settings give to a former owner is nobody else's",
    [ada, { ...ben, ...gone }],
    [],
    [is("ada@hub.example", "2", false)],
    " | 2=ben@hub.example without 1",
  ],
  [
    "who left and is back is the active one",
    [owner("3", "ada@hub.example", gone), ada],
    [],
    [],
    "ada@hub.example=1 | 1=ada@hub.example 3=ada@hub.example",
  ],
  [
    "a linked user's email pushes",
    [ada],
    [["u1", "ada@product.example"]],
    [],
    "ada@hub.example=1 ada@product.example=1 | 1=ada@hub.example",
  ],
  [
    "a link is outweighed by an owner with this email, and by the settings",
    [ada, ben],
    [
      ["u1", "ben@hub.example"],
      ["u2", "set@product.example"],
    ],
    [is("set@product.example", "1", false)],
    "ada@hub.example=1 ben@hub.example=2 set@product.example=1 | 1=ada@hub.example 2=ben@hub.example",
  ],
  ["a queue without an email is nobody", [owner("4", "")], [], [], " | "],
  [
    "a queue can have an email by the settings",
    [owner("4", "")],
    [],
    [is("sales@old.example", "4")],
    "sales@old.example=4 | 4=sales@old.example",
  ],
];

const sorted = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(" ");

describe("BN-019 whose an email is, and as whom an owner is pulled:", () => {
  test.each(rows)("%s", (_title, owners, links, overrides, expected) => {
    const { idByEmail, emailById, withoutEmail } = ownersOf(
      mapOwners(owners, new Map(links), overrides),
    );
    const without = withoutEmail?.length
      ? ` without ${withoutEmail.join()}`
      : "";
    expect(`${sorted(idByEmail)} | ${sorted(emailById)}${without}`).toBe(
      expected,
    );
  });

  const emails = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"];
  const anyEmail = fc.constantFrom(...emails);
  const ids = ["1", "2", "3"];
  const anyWorld = fc.record({
    owners: fc
      .array(fc.record({ email: anyEmail, archived: fc.boolean() }), {
        maxLength: 3,
      })
      .map((all) =>
        all
          // HubSpot has an email once among its active owners.
          .filter(
            ({ email, archived }, at) =>
              archived ||
              !all
                .slice(0, at)
                .some((it) => !it.archived && it.email === email),
          )
          .map((it, at) => owner(String(at + 1), it.email, it)),
      ),
    links: fc.uniqueArray(
      fc.tuple(fc.constantFrom("u1", "u2", "u3"), anyEmail),
      { selector: ([, email]) => email },
    ),
    overrides: fc
      .uniqueArray(
        fc.record({
          email: anyEmail,
          ownerId: fc.constantFrom(...ids),
          pulled: fc.boolean(),
        }),
        { selector: ({ email }) => email },
      )
      .filter((all) => ownersSchema.safeParse(all).success),
  });
  const mapping = mapped("owner_email", "hubspot_owner_id", {
    conversion: { kind: "owner" },
  });

  test("BN-019 an active owner that is pulled is pushed as that owner, whatever the settings, and nothing changes after that", () => {
    fc.assert(
      fc.property(anyWorld, ({ owners, links, overrides }) => {
        const map = ownersOf(mapOwners(owners, new Map(links), overrides));
        for (const { id, archived } of owners) {
          const pulled = toWorkspace(mapping, id, map, undefined);
          if (!pulled.ok) continue;
          const pushed = toHubSpot(mapping, pulled.value, map, undefined);
          // A former owner can't be pushed; records with that email are those of whoever follows, or of nobody.
          if (!archived) expect(pushed).toEqual({ ok: true, value: id });
        }
        for (const email of emails) {
          const pushed = toHubSpot(mapping, email, map, undefined);
          if (!pushed.ok) continue;
          expect(owners.find(({ id }) => id === pushed.value)).toMatchObject({
            archived: false,
          });
          const pulled = toWorkspace(mapping, pushed.value, map, undefined);
          if (pulled.ok)
            expect(toHubSpot(mapping, pulled.value, map, undefined)).toEqual(
              pushed,
            );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("BN-019 an email that the settings name is that owner or nobody, however it is spelled", () => {
    fc.assert(
      fc.property(anyWorld, ({ owners, links, overrides }) => {
        const loud = overrides.map((each) => ({
          ...each,
          email: ` ${each.email.toUpperCase()}`,
        }));
        const map = ownersOf(mapOwners(owners, new Map(links), loud));
        for (const { email, ownerId } of overrides) {
          const named = owners.find(({ id }) => id === ownerId);
          const isActive = named !== undefined && !named.archived;
          expect(map.idByEmail[email]).toBe(isActive ? ownerId : undefined);
        }
      }),
    );
  });
});

describe("BN-019 the settings' owners", () => {
  const faults = (overrides: unknown): string[] =>
    (ownersSchema.safeParse(overrides).error?.issues ?? []).map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    );

  test("are read in lower case, and pulled unless they say otherwise", () => {
    expect(
      ownersSchema.parse([{ email: " Ada@Old.Example ", ownerId: "1" }]),
    ).toEqual([is("ada@old.example", "1")]);
  });

  test("name everything that is wrong at once", () => {
    expect(
      faults([
        is("ada@old.example", "1"),
        is("ADA@old.example", "2"),
        is("team@old.example", "1"),
        { email: "nobody", ownerId: "x" },
      ]),
    ).toEqual([
      "3.email: must be an email address",
      "3.ownerId: must be the id of an owner",
      "1.email: This email has an owner already.",
      "2.pulled: This owner is pulled as another email already.",
    ]);
  });

  test("are 500 at most", () => {
    const many = Array.from({ length: 501 }, (_, n) =>
      is(`n${n}@old.example`, "1", false),
    );
    expect(faults(many)).toHaveLength(1);
  });
});
