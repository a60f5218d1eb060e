import { describe, expect, test } from "vitest";
import { asProduct, inSql } from "./steps/database.ts";
import { one } from "./steps/one.ts";
import { owners } from "./steps/owners.ts";
import { pages } from "./steps/pages.ts";
import { actingAs, addUser, changeUser } from "./steps/users.ts";
import type { UserDocument } from "./steps/users.ts";
import { World, useWorld } from "./world.ts";
import type { Json } from "./world.ts";

const at = useWorld();

const all = [
  "push",
  "pull",
  "assign_company_owner",
  "assign_contact_owner",
  "assign_deal_owner",
  "settings",
];
const usual = all.filter((permission) => permission !== "settings");

interface Row {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly active: boolean;
  readonly hubspot_user_id: string | null;
  readonly hubspot_owner_id: string | null;
}

const rowOf = async (email: string): Promise<Row> =>
  one(
    await inSql<Row & Json>(
      at.world,
      "select * from workspace.users where email = $1",
      [email],
    ),
    0,
  );

describe("a user", () => {
  test("has what someone who is no user may do, and the owner of the same email in HubSpot", async () => {
    const [owner] = await owners(at.world);
    const user = await addUser(at.world, {
      email: owner.email.toUpperCase(),
      name: " Ada Admin ",
    });
    expect(user).toMatchObject({
      email: owner.email,
      name: "Ada Admin",
      permissions: usual,
      active: true,
      hubspotUserId: null,
      hubspotOwnerId: owner.id,
    });
    expect(await rowOf(owner.email)).toMatchObject({
      id: user.id,
      permissions: usual,
      hubspot_owner_id: owner.id,
    });
  });

  test("is changed in part, by the API and by SQL alike", async () => {
    const { id } = await addUser(at.world, {
      email: "in-part@users.example",
      permissions: ["settings", "push", "push"],
    });
    expect(
      await changeUser(at.world, id, { name: "Part", active: false }),
    ).toMatchObject({
      email: "in-part@users.example",
      name: "Part",
      permissions: ["push", "settings"],
      active: false,
    });
    await inSql(
      at.world,
      "update workspace.users set permissions = '{pull}', email = ' In-Part@Users.EXAMPLE ' where id = $1",
      [id],
    );
    expect(
      (await at.world.api<UserDocument>("GET", `/users/${id}`)).body,
    ).toMatchObject({
      email: "in-part@users.example",
      name: "Part",
      permissions: ["pull"],
      active: false,
    });
  });

  test("is added by SQL with the same defaults and the same spelling", async () => {
    const [row] = await inSql<Row & Json>(
      at.world,
      "insert into workspace.users (email) values ($1) returning *",
      ["\u200bBy.SQL@Users.example "],
    );
    expect(row).toMatchObject({
      email: "by.sql@users.example",
      name: "",
      permissions: usual,
      active: true,
      hubspot_owner_id: null,
    });
    expect(
      (await at.world.api<UserDocument>("GET", `/users/${row?.id}`)).body,
    ).toMatchObject({ email: "by.sql@users.example", permissions: usual });
  });

  test("is listed by email, page by page", async () => {
    for (const name of ["z", "a", "m"])
      await addUser(at.world, { email: `${name}@pages.example` });
    const listed = await pages<UserDocument>(at.world, "/users?limit=2");
    const emails = listed
      .map(({ email }) => email)
      .filter((email) => email.endsWith("@pages.example"));
    expect(emails).toEqual([
      "a@pages.example",
      "m@pages.example",
      "z@pages.example",
    ]);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  });

  test("of another account is not to be seen or changed, by the API or by SQL", async () => {
    const { id } = await addUser(at.world, { email: "alone@users.example" });
    const { portalId, apiKey } = at.world;
    await at.world.addPortal({});
    await at.world.installed();
    try {
      expect((await at.world.api("GET", "/users")).body).toMatchObject({
        results: [],
      });
      expect((await at.world.api("GET", `/users/${id}`)).status).toBe(404);
      expect(
        (await at.world.api("PATCH", `/users/${id}`, { name: "x" })).status,
      ).toBe(404);
      await asProduct(at.world, async (product) => {
        const { rows } = await product.query("select * from workspace.users");
        expect(rows).toEqual([]);
        const changed = await product.query(
          "update workspace.users set name = 'x' where id = $1",
          [id],
        );
        expect(changed.rowCount).toBe(0);
      });
      // The same email is free in another account.
      await addUser(at.world, { email: "alone@users.example" });
    } finally {
      at.world.portalId = portalId;
      at.world.apiKey = apiKey;
    }
    expect(await rowOf("alone@users.example")).toMatchObject({ name: "" });
  });
});

describe("bad input", () => {
  test.each([
    ["no email", {}, "email"],
    ["what is no email", { email: "ada" }, "email"],
    [
      "an email of 400 characters",
      { email: `${"a".repeat(390)}@b.example` },
      "email",
    ],
    [
      "a name of 201 characters",
      { email: "n@x.example", name: "n".repeat(201) },
      "name",
    ],
    [
      "a permission that doesn't exist",
      { email: "n@x.example", permissions: ["push", "fly"] },
      "permissions.1",
    ],
    ["an unknown key", { email: "n@x.example", role: "admin" }, ""],
    ["a NUL character", { email: "n@x.example", name: "a\u0000b" }, "name"],
    ["active as text", { email: "n@x.example", active: "yes" }, "active"],
  ])(
    "%s is a 400 with its path, and nothing is stored",
    async (_what, input, path) => {
      const before = await pages<UserDocument>(at.world, "/users?limit=200");
      const reply = await at.world.api<{ errors: { path: string }[] }>(
        "POST",
        "/users",
        input,
      );
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid_input" },
      });
      expect(reply.body.errors.map((error) => error.path)).toContain(path);
      expect(await pages(at.world, "/users?limit=200")).toEqual(before);
    },
  );

  test("an email that another user has is a 409, when a user is added and when one is changed", async () => {
    await addUser(at.world, { email: "twice@users.example" });
    const { id } = await addUser(at.world, { email: "once@users.example" });
    for (const reply of [
      await at.world.api("POST", "/users", { email: "TWICE@users.example" }),
      await at.world.api("PATCH", `/users/${id}`, {
        email: "Twice@users.example",
      }),
    ])
      expect(reply).toMatchObject({
        status: 409,
        body: { code: "email_taken", errors: [{ path: "email" }] },
      });
    expect((await at.world.api("GET", `/users/${id}`)).body).toMatchObject({
      email: "once@users.example",
    });
  });

  test.each([
    [
      "no email",
      "insert into workspace.users (name) values ('x')",
      /email must be an email address/,
    ],
    [
      "a permission that doesn't exist",
      "insert into workspace.users (email, permissions) values ('f@x.example', '{fly}')",
      /There is no permission fly\. The permissions are push, pull, .*settings/,
    ],
    [
      "null among the permissions",
      "insert into workspace.users (email, permissions) values ('f@x.example', '{push,null}')",
      /no permission null/,
    ],
    [
      "a name of 201 characters",
      "insert into workspace.users (email, name) values ('f@x.example', repeat('n', 201))",
      /name/,
    ],
    [
      "another id",
      "update workspace.users set id = gen_random_uuid()",
      /id of a user cannot be changed/,
    ],
    [
      "a deletion",
      "delete from workspace.users",
      /permission denied|cannot delete/,
    ],
    [
      "the table behind the view",
      "insert into workspace_user (portal_id, email, permissions) values (1, 'f@x.example', '{}')",
      /permission denied/,
    ],
  ])("by SQL: %s is refused", async (_what, statement, message) => {
    await addUser(at.world, { email: `${Math.random()}@sql.example` });
    await expect(inSql(at.world, statement)).rejects.toThrow(message);
  });
});

describe("a request in somebody's name", () => {
  test.each([
    ["an unknown email", "nobody@users.example", 403, "unknown_user"],
    ["what is no email", "nobody", 400, "invalid_input"],
    ["nothing", "", 400, "invalid_input"],
  ])("%s is refused, also for reading", async (_what, email, status, code) => {
    const reply = await at.world.api(
      "GET",
      "/contacts",
      undefined,
      actingAs(email),
    );
    expect(reply).toMatchObject({ status, body: { code } });
    expect(reply.body["detail"]).toContain(
      status === 403 ? email : "X-Acting-User",
    );
  });

  test("of a deactivated user is refused by name, and works again once the user is active", async () => {
    const { id, email } = await addUser(at.world, {
      email: "away@users.example",
      active: false,
    });
    const ask = () =>
      at.world.api(
        "GET",
        "/contacts",
        undefined,
        actingAs("AWAY@users.example"),
      );
    expect(await ask()).toMatchObject({
      status: 403,
      body: { code: "inactive_user", reason: `${email} is deactivated.` },
    });
    await changeUser(at.world, id, { active: true });
    expect((await ask()).status).toBe(200);
  });

  test("can't give users, or the user itself, permissions without the permission for settings", async () => {
    const { id, email } = await addUser(at.world, {
      email: "riser@users.example",
    });
    for (const reply of [
      await at.world.api(
        "PATCH",
        `/users/${id}`,
        { permissions: all },
        actingAs(email),
      ),
      await at.world.api(
        "POST",
        "/users",
        { email: "friend@users.example" },
        actingAs(email),
      ),
    ])
      expect(reply).toMatchObject({
        status: 403,
        body: { code: "no_permission" },
      });
    expect((await at.world.api("GET", `/users/${id}`)).body).toMatchObject({
      permissions: usual,
    });
    await changeUser(at.world, id, { permissions: all });
    expect(
      (
        await at.world.api(
          "PATCH",
          `/users/${id}`,
          { name: "Riser" },
          actingAs(email),
        )
      ).status,
    ).toBe(200);
  });
});

test("users stay when the account is uninstalled and connected again", async () => {
  const world = await World.take();
  try {
    await world.installed();
    const { id } = await addUser(world, { email: "stays@users.example" });
    expect((await world.api("DELETE", "/installation")).status).toBe(204);
    await world.installed();
    expect((await world.api("GET", `/users/${id}`)).body).toMatchObject({
      email: "stays@users.example",
    });
  } finally {
    await world.leave();
  }
}, 60_000);
