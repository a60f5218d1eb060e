import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { recordSchema } from "../../../server/http/api/schemas.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
let portalId = 0;
let key = "";
beforeAll(async () => {
  ({ portalId, apiKey: key } = await world.connect());
});

type ApiRecord = z.infer<typeof recordSchema>;

async function create(
  path: "contacts" | "companies",
  properties: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<ApiRecord> {
  const { status, body } = await world.api(key, "POST", `/${path}`, {
    properties,
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return recordSchema.parse(body);
}

const page = z.object({
  results: z.array(recordSchema),
  next: z.string().nullable(),
});

async function ids(query: string): Promise<string[]> {
  const { body } = await world.api(key, "GET", `/companies?${query}`);
  return page.parse(body).results.map(({ id }) => id);
}

const dirtyRevision = (id: string): Promise<number | undefined> =>
  world.database.inPortal(portalId, async (db) => {
    const { rows } = await sql<{ revision: number }>`
      select revision from dirty where record_id = ${id}::uuid`.execute(db);
    return rows[0]?.revision;
  });

describe("records of /api/v1", () => {
  test("what is created is read back, stands in the view, and is marked dirty", async () => {
    const company = await create("companies", {
      name: "Cloud Cave",
      employees: 12,
    });
    const contact = await create(
      "contacts",
      {
        email: "ada@example.com",
        favourite_colour: "teal",
        tags: ["a", "b"],
        vip: true,
      },
      { companyId: company.id },
    );
    expect(
      (await world.api(key, "GET", `/contacts/${contact.id}`)).body,
    ).toEqual(contact);
    expect(contact).toMatchObject({
      companyId: company.id,
      hubspotId: null,
      deletedAt: null,
      sync: { status: "setting_up" },
    });
    const view = await world.database.inPortal(portalId, (db) =>
      sql`select email, custom, company_id from workspace.contacts where id = ${contact.id}::uuid`.execute(
        db,
      ),
    );
    expect(view.rows).toEqual([
      {
        email: "ada@example.com",
        custom: { favourite_colour: "teal", tags: ["a", "b"], vip: true },
        company_id: company.id,
      },
    ]);
    expect(await dirtyRevision(contact.id)).toBe(1);
  });

  test("PATCH changes what it names, null clears, and the revision grows", async () => {
    const { id } = await create("contacts", {
      email: "pat@example.com",
      city: "Bern",
      phone: "1",
    });
    const { status, body } = await world.api(key, "PATCH", `/contacts/${id}`, {
      properties: { city: null, phone: "2" },
    });
    expect({ status, body }).toMatchObject({ status: 200 });
    expect(recordSchema.parse(body).properties).toEqual({
      email: "pat@example.com",
      phone: "2",
    });
    expect(await dirtyRevision(id)).toBe(2);
  });

  test("a contact's company is set and taken away", async () => {
    const company = await create("companies", { name: "One" });
    const { id } = await create("contacts", { email: "c@example.com" });
    for (const companyId of [company.id, null])
      expect(
        (await world.api(key, "PATCH", `/contacts/${id}`, { companyId })).body,
      ).toMatchObject({ companyId });
  });

  test("DELETE is soft: the record leaves lists and views, and its id says when", async () => {
    const { id } = await create("companies", { name: "Short-lived" });
    const path = `/companies/${id}`;
    expect((await world.api(key, "DELETE", path)).status).toBe(204);
    expect((await world.api(key, "DELETE", path)).status).toBe(204);
    const { body } = await world.api(key, "GET", path);
    expect(recordSchema.parse(body).deletedAt).not.toBeNull();
    expect(await ids("limit=200")).not.toContain(id);
    expect(
      await world.api(key, "PATCH", path, { properties: { name: "Again" } }),
    ).toMatchObject({ status: 409, body: { code: "record_deleted" } });
  });

  test("the id of a merged record answers with the survivor, for reading and for writing", async () => {
    const survivor = await create("contacts", { email: "stays@example.com" });
    const old = "00000000-0000-4000-8000-000000000001";
    await world.database.inPortal(portalId, (db) =>
      sql`
        insert into record_alias (portal_id, old_id, record_id)
        values (${portalId}, ${old}::uuid, ${survivor.id}::uuid)`.execute(db),
    );
    expect((await world.api(key, "GET", `/contacts/${old}`)).body).toEqual(
      survivor,
    );
    expect(
      (
        await world.api(key, "PATCH", `/contacts/${old}`, {
          properties: { city: "Oslo" },
        })
      ).body,
    ).toMatchObject({ id: survivor.id, properties: { city: "Oslo" } });
  });

  test.each([
    ["contacts", { properties: { email: 7 } }, "properties.email"],
    [
      "contacts",
      { properties: { phone: "x".repeat(65_537) } },
      "properties.phone",
    ],
    ["contacts", { properties: { city: "a\u0000" } }, "properties.city"],
    ["contacts", { properties: { city: "\ud800" } }, "properties.city"],
    ["contacts", { properties: { "no spaces": "x" } }, "properties.no spaces"],
    ["contacts", { properties: { hubspot_id: "1" } }, "properties.hubspot_id"],
    ["contacts", { properties: { tags: ["a", 1] } }, "properties.tags"],
    ["contacts", { properties: { deep: { a: 1 } } }, "properties.deep"],
    ["contacts", { properties: {}, companyId: "12" }, "companyId"],
    ["contacts", { properties: {}, extra: true }, ""],
    ["contacts", {}, "properties"],
    ["contacts", [], ""],
    [
      "companies",
      { properties: { employees: "many" } },
      "properties.employees",
    ],
    [
      "companies",
      {
        properties: {},
        companyId: "00000000-0000-4000-8000-000000000002",
      },
      "companyId",
    ],
  ])(
    "bad input to %s is a 400 that names its place (%#)",
    async (path, body, place) => {
      const answer = await world.api(key, "POST", `/${path}`, body);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: "invalid_input", errors: [{ path: place }] },
      });
    },
  );

  test("every mistake of a document is named at once", async () => {
    const { body } = await world.api(key, "POST", "/contacts", {
      properties: { email: 1, city: 2, phone: "3" },
    });
    expect(
      z
        .object({ errors: z.array(z.object({ path: z.string() })) })
        .parse(body)
        .errors.map(({ path }) => path),
    ).toEqual(["properties.email", "properties.city"]);
  });

  test("a company that is not there, or is a contact, is refused and nothing is written", async () => {
    const contact = await create("contacts", {
      email: "nocompany@example.com",
    });
    for (const companyId of [
      contact.id,
      "00000000-0000-4000-8000-000000000003",
    ])
      expect(
        await world.api(key, "POST", "/contacts", {
          properties: { email: "never@example.com" },
          companyId,
        }),
      ).toMatchObject({ status: 400, body: { code: "unknown_company" } });
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql`select 1 from record where identity = 'never@example.com'`.execute(
        db,
      ),
    );
    expect(rows).toEqual([]);
  });

  test.each([
    ["GET", "/contacts/00000000-0000-4000-8000-000000000004", 404],
    ["PATCH", "/contacts/00000000-0000-4000-8000-000000000004", 404],
    ["DELETE", "/contacts/00000000-0000-4000-8000-000000000004", 404],
    ["GET", "/contacts/12", 400],
    ["GET", "/people", 404],
    ["GET", "/contacts?limit=0", 400],
    ["GET", "/contacts?limit=201", 400],
    ["GET", "/contacts?cursor=xyz", 400],
    ["GET", "/contacts?synced=maybe", 400],
    ["GET", "/contacts?updatedSince=yesterday", 400],
    ["GET", "/contacts?color=red", 400],
    ["GET", "/contacts/%zz", 400],
    ["PUT", "/contacts", 405],
    ["GET", "/contacts/batch/", 400],
    ["DELETE", "/journal", 405],
  ])("%s %s is answered %i", async (method, path, status) => {
    const body = method === "PATCH" ? { properties: {} } : undefined;
    expect((await world.api(key, method, path, body)).status).toBe(status);
  });

  test("a method that an address does not know is told those that it does", async () => {
    const { headers } = await world.api(
      key,
      "PUT",
      "/contacts/00000000-0000-4000-8000-000000000004",
    );
    expect(headers.get("allow")).toBe("GET, PATCH, DELETE");
  });

  const cursor = (position: unknown): string =>
    Buffer.from(JSON.stringify(position)).toString("base64url");
  const someId = "00000000-0000-4000-8000-000000000004";
  test.each([
    ["/contacts?updatedSince=2020-01-01T00:00:00Z&", { at: "x", id: someId }],
    ["/runs?", { at: "2026-13-45T00:00:00.000000Z", id: someId }],
    ["/runs?", { at: "0000-01-01T00:00:00.000000Z", id: someId }],
    ["/attention?", { at: "yesterday", id: someId }],
    ["/journal?", "9".repeat(30)],
    ["/journal?", { at: null }],
  ])(
    "a cursor of %s that no page gave out is a 400",
    async (path, position) => {
      const { status, body } = await world.api(
        key,
        "GET",
        `${path}cursor=${cursor(position)}`,
      );
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { code: "invalid_cursor" },
      });
    },
  );

  test("a body that is not compressed as it says is a 400", async () => {
    const response = await fetch(`${world.url}/api/v1/contacts`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-encoding": "gzip",
      },
      body: "{}",
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "unreadable" });
  });

  test("a record is found by whatever id the product gave it", async () => {
    const id = "11111111-1111-1111-1111-111111111111";
    await world.database.inPortal(portalId, (db) =>
      sql`
        insert into record (portal_id, id, object_type, properties)
        values (${portalId}, ${id}::uuid, 'contact', '{"email": "own@example.com"}')`.execute(
        db,
      ),
    );
    expect(await world.api(key, "GET", `/contacts/${id}`)).toMatchObject({
      status: 200,
      body: { id },
    });
  });

  test("malformed JSON is 400, another type 415, one too large 413", async () => {
    const post = (type: string, body: string): Promise<Response> =>
      fetch(`${world.url}/api/v1/contacts`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": type },
        body,
      });
    const answers = [
      await post("application/json", '{"properties":'),
      await post("text/plain", "{}"),
      await post("application/json", `{"x":"${"y".repeat(9_000_000)}"}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 415, 413]);
    for (const { headers } of answers)
      expect(headers.get("content-type")).toContain("application/problem+json");
  });

  test("a key is needed, and sees its own portal only", async () => {
    const other = await world.connect();
    const { id } = await create("contacts", { email: "mine@example.com" });
    for (const [method, path, body] of [
      ["GET", `/contacts/${id}`, undefined],
      ["PATCH", `/contacts/${id}`, { properties: { city: "X" } }],
      ["DELETE", `/contacts/${id}`, undefined],
    ] as const)
      expect((await world.api(other.apiKey, method, path, body)).status).toBe(
        404,
      );
    expect((await world.api(other.apiKey, "GET", "/contacts")).body).toEqual({
      results: [],
      next: null,
    });
    expect(await world.api("cpk_guess", "GET", "/contacts")).toMatchObject({
      status: 401,
      body: { code: "key_unknown" },
    });
    const without = await fetch(`${world.url}/api/v1/contacts`);
    expect(without.status).toBe(401);
    expect(without.headers.get("www-authenticate")).toContain("Bearer");
  });

  test("a batch creates and changes, and one bad input leaves the others alone", async () => {
    const { id } = await create("contacts", { email: "old@example.com" });
    const gone = await create("contacts", { email: "gone@example.com" });
    await world.api(key, "DELETE", `/contacts/${gone.id}`);
    const { status, body } = await world.api(key, "POST", "/contacts/batch", {
      inputs: [
        { properties: { email: "n1@example.com" } },
        { id, properties: { city: "Rome" } },
        { properties: { email: 5 } },
        { id, properties: { city: "Paris" } },
        { id: gone.id, properties: { city: "Nowhere" } },
        {
          id: "00000000-0000-4000-8000-000000000005",
          properties: { city: "Nowhere" },
        },
        {
          properties: { email: "n2@example.com" },
          companyId: "00000000-0000-4000-8000-000000000006",
        },
        { properties: { email: "n3@example.com" } },
      ],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      results: [
        {
          index: 0,
          status: 201,
          record: { properties: { email: "n1@example.com" } },
        },
        {
          index: 1,
          status: 200,
          record: {
            id,
            properties: { email: "old@example.com", city: "Rome" },
          },
        },
        {
          index: 2,
          status: 400,
          problem: {
            code: "invalid_input",
            errors: [{ path: "properties.email" }],
          },
        },
        { index: 3, status: 409, problem: { code: "named_twice" } },
        { index: 4, status: 409, problem: { code: "record_deleted" } },
        { index: 5, status: 404, problem: { code: "record_not_found" } },
        { index: 6, status: 400, problem: { code: "unknown_company" } },
        { index: 7, status: 201 },
      ],
    });
  });

  test("a batch of 1,000 is taken, of 1,001 refused", async () => {
    const batch = (count: number) =>
      world.api(key, "POST", "/companies/batch", {
        inputs: Array.from({ length: count }, (_, index) => ({
          properties: { name: `Batch ${index}` },
        })),
      });
    const { status, body } = await batch(1_000);
    expect(status).toBe(200);
    expect(
      z
        .object({ results: z.array(z.object({ status: z.literal(201) })) })
        .parse(body).results,
    ).toHaveLength(1_000);
    expect((await batch(1_001)).status).toBe(400);
  });

  test("pages of a list go on by cursor, each record once", async () => {
    const fresh = await world.connect();
    await world.api(fresh.apiKey, "POST", "/companies/batch", {
      inputs: Array.from({ length: 25 }, (_, index) => ({
        properties: { name: `Page ${index}` },
      })),
    });
    for (const order of ["", "&updatedSince=2020-01-01T00:00:00Z"]) {
      const seen: string[] = [];
      let cursor = "";
      for (let pages = 0; pages < 4; pages++) {
        const { body } = await world.api(
          fresh.apiKey,
          "GET",
          `/companies?limit=10${order}${cursor}`,
        );
        const { results, next } = page.parse(body);
        seen.push(...results.map(({ id }) => id));
        if (next === null) break;
        cursor = `&cursor=${next}`;
      }
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    }
  });

  test("AP-095 synced=yes and synced=no divide the records by their HubSpot id; updatedSince filters by change", async () => {
    const linked = await create("companies", { name: "Linked" });
    const alone = await create("companies", { name: "Alone" });
    await world.database.inPortal(portalId, (db) =>
      sql`
        insert into link (portal_id, object_type, record_id, object_id)
        values (${portalId}, 'company', ${linked.id}::uuid, 99)`.execute(db),
    );
    const since = `updatedSince=${linked.createdAt}&limit=200`;
    const [yes, no] = [
      await ids(`synced=yes&${since}`),
      await ids(`synced=no&${since}`),
    ];
    expect(yes).toEqual([linked.id]);
    expect(no).toContain(alone.id);
    expect(no).not.toContain(linked.id);
    expect(await ids("updatedSince=2999-01-01T00:00:00Z")).toEqual([]);
  });
});
