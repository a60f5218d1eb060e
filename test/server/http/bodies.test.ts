import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { postSigned } from "./sign.ts";
import { appId, useWorld } from "./world.ts";

const world = useWorld();

let portalId = 0;
let key = "";
beforeAll(async () => {
  ({ portalId, apiKey: key } = await world.connect());
});

const send = (
  method: string,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${world.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...headers,
    },
    body,
  });

const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

/** What jsonb, V8's own stack, or a schema's memory can't take: [why, JSON, the code of the refusal]. */
const refused = [
  ["a list 100,000 deep", deep, "json_too_deep"],
  [
    "objects 100,000 deep",
    `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    "json_too_deep",
  ],
  ["an infinite number", "1e999999", "number_out_of_range"],
  ["a number that is too small", "1e-999999", "number_out_of_range"],
  ["300,000 values", `[${"1,".repeat(300_000)}1]`, "json_too_many_values"],
] as const;

describe("JSON that can't be stored is a 400 that says why, at every client", () => {
  const routes = [
    ["PUT", "/settings", (part: string) => `{"version":1,"settings":${part}}`],
    ["POST", "/contacts", (part: string) => `{"properties":{"seats":${part}}}`],
    [
      "PATCH",
      "/contacts/00000000-0000-4000-8000-000000000000",
      (part: string) => `{"properties":{"seats":${part}}}`,
    ],
    ["POST", "/companies/batch", (part: string) => `{"inputs":[${part}]}`],
    [
      "POST",
      "/sync/pull",
      (part: string) => `{"objectType":"contact","ids":${part}}`,
    ],
  ] as const;
  test.each(routes)("%s %s", async (method, path, around) => {
    for (const [why, part, code] of refused) {
      const response = await send(method, path, around(part));
      expect({ why, status: response.status }).toEqual({ why, status: 400 });
      expect(await response.json()).toMatchObject({ code });
    }
  });

  test("a card's press", async () => {
    const url = `${world.url}/ui/card/pull?userId=7&portalId=${portalId}&userEmail=ada%40example.com&appId=${appId}`;
    for (const [why, part, code] of refused) {
      const response = await postSigned(
        url,
        `{"objectTypeId":"0-1","objectId":"1","version":"v","requestId":"r","more":${part}}`,
      );
      expect({ why, status: response.status }).toEqual({ why, status: 400 });
      expect(await response.json()).toMatchObject({ code });
    }
  });
});

test("webhooks: JSON that can't be stored is a 400, and names and texts that can't be kept are stored without", async () => {
  const event = (more: string): string =>
    `[{"portalId":${portalId},"appId":${appId},"eventId":1,"subscriptionId":1,"occurredAt":${Date.now()},"subscriptionType":"object.propertyChange","objectTypeId":"0-1","objectId":1,"propertyName":"city","propertyValue":"x","attemptNumber":0,"more":${more}}]`;
  const url = `${world.url}/webhooks/hubspot`;
  for (const [why, part, code] of refused) {
    const response = await postSigned(url, event(part));
    expect({ why, status: response.status }).toEqual({ why, status: 400 });
    expect(await response.json()).toMatchObject({ code });
  }
  for (const part of ['{"\\ud800":1,"\\u0000":2}', '"\\udfff\\u0000"', "1e300"])
    expect((await postSigned(url, event(part))).status).toBe(200);
});

describe("names and texts with what Postgres can't keep", () => {
  test.each([
    [
      "PUT",
      "/settings",
      '{"version":1,"settings":{"\\ud800":1,"\\u0000":"\\udfff"}}',
    ],
    ["POST", "/contacts", '{"properties":{"\\ud800":"x"}}'],
    ["POST", "/contacts", '{"properties":{"a\\u0000":"x"}}'],
    ["POST", "/contacts", '{"properties":{"note":"\\ud800"}}'],
    ["POST", "/contacts", '{"properties":{"__proto__":"x"}}'],
    ["POST", "/contacts", '{"properties":{},"__proto__":{}}'],
  ])("%s %s with %s is a 400", async (method, path, body) => {
    expect((await send(method, path, body)).status).toBe(400);
  });
});

describe("the encoding of a body", () => {
  const contact = '{"properties":{"first_name":"Zoë"}}';

  test.each([
    ["UTF-8, named", "application/json; charset=UTF-8", 201],
    ["UTF-8, named in quotes", 'application/json;charset="utf-8"', 201],
    ["another charset", "application/json; charset=utf-16le", 415],
    ["no JSON", "text/plain", 415],
  ])("%s: %s is answered %i", async (_name, type, status) => {
    const response = await send("POST", "/contacts", contact, {
      "content-type": type,
    });
    expect(response.status).toBe(status);
  });

  test("bytes that are no UTF-8 are refused, and never stored as U+FFFD", async () => {
    const response = await send(
      "POST",
      "/contacts",
      Buffer.from(contact, "latin1"),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "not_utf8" });
  });

  test("a mark of the byte order and a compressed body are understood", async () => {
    for (const [body, headers] of [
      [Buffer.from(`\ufeff${contact}`), {}],
      [gzipSync(contact), { "content-encoding": "gzip" }],
    ] as const) {
      const response = await send("POST", "/contacts", body, headers);
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({
        properties: { first_name: "Zoë" },
      });
    }
    expect(
      (
        await send("POST", "/contacts", contact, {
          "content-encoding": "gzip",
        })
      ).status,
    ).toBe(400);
  });
});

test("of a thousand mistakes an answer names the first hundred, and no text is longer than 300 characters", async () => {
  const problem = z.object({
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
  });
  const properties = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`${index}`, "x"]),
  );
  const many = await send("POST", "/contacts", JSON.stringify({ properties }));
  expect(many.status).toBe(400);
  expect(problem.parse(await many.json()).errors).toHaveLength(100);

  const name = "a".repeat(1_000_000);
  for (const body of [
    { properties: { [name]: "x" } },
    { properties: {}, [name]: "x" },
  ]) {
    const long = await send("POST", "/contacts", JSON.stringify(body));
    expect(long.status).toBe(400);
    const { detail, errors } = problem.parse(await long.json());
    for (const text of [
      detail,
      ...errors.flatMap(({ path, message }) => [path, message]),
    ])
      expect(text.length).toBeLessThan(1_000);
  }
});

test("a request writes at most 1,000 fields of a record", async () => {
  const fields = (count: number): string =>
    JSON.stringify({
      properties: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`f${index}`, "x"]),
      ),
    });
  expect((await send("POST", "/contacts", fields(1_000))).status).toBe(201);
  expect((await send("POST", "/contacts", fields(1_001))).status).toBe(400);
});

describe("ids in capital letters", () => {
  const record = z.looseObject({ id: z.string() });

  test("name the same records, runs and entries", async () => {
    const made = await world.api(key, "POST", "/companies", {
      properties: { name: "Capital" },
    });
    const id = record.parse(made.body).id.toUpperCase();
    expect((await world.api(key, "GET", `/companies/${id}`)).status).toBe(200);
    expect(
      (
        await world.api(key, "PATCH", `/companies/${id}`, {
          properties: { city: "Bonn" },
        })
      ).status,
    ).toBe(200);
    expect(
      await world.api(key, "POST", "/companies/batch", {
        inputs: [
          { id, properties: { city: "Ulm" } },
          { id: id.toLowerCase(), properties: { city: "Jena" } },
        ],
      }),
    ).toMatchObject({
      body: {
        results: [
          { status: 200, record: { properties: { city: "Ulm" } } },
          { status: 409, problem: { code: "named_twice" } },
        ],
      },
    });
    const contact = await world.api(key, "POST", "/contacts", {
      properties: {},
      companyId: id,
    });
    expect(contact).toMatchObject({
      status: 201,
      body: { companyId: id.toLowerCase() },
    });
    expect((await world.api(key, "DELETE", `/companies/${id}`)).status).toBe(
      204,
    );
  });
});

describe("settings to save", () => {
  const settings = z.looseObject({
    version: z.number(),
    settings: z.looseObject({
      contact: z.looseObject({ push: z.looseObject({}) }),
    }),
  });
  const put = async (conditions: unknown, mappings?: unknown) => {
    const { body } = await world.api(key, "GET", "/settings");
    const document = settings.parse(body);
    const { contact } = document.settings;
    return world.api(key, "PUT", "/settings", {
      version: document.version,
      settings: {
        ...document.settings,
        contact: {
          ...contact,
          push: { ...contact.push, conditions },
          ...(mappings === undefined ? {} : { mappings }),
        },
      },
    });
  };
  const conditions = (stages: string[]) => ({
    stages,
    emailStatuses: null,
    customField: null,
  });

  test.each([
    ["the longest text", conditions(["x".repeat(1_000)]), 200],
    ["a longer text", conditions(["x".repeat(1_001)]), 400],
    ["the longest list", conditions(Array<string>(500).fill("x")), 200],
    ["a longer list", conditions(Array<string>(501).fill("x")), 400],
    [
      "a longer name of a field",
      {
        ...conditions(["x"]),
        customField: { field: "f".repeat(1_001), values: ["x"] },
      },
      400,
    ],
  ])("with %s", async (_name, given, status) => {
    expect((await put(given)).status).toBe(status);
  });

  test("of 7 MB in all are refused, although no part is too long", async () => {
    const pairs = Array.from({ length: 70 }, (_, index) => ({
      workspace: `${index}${"w".repeat(990)}`,
      hubspot: `${index}${"h".repeat(990)}`,
    }));
    const mappings = Array.from({ length: 50 }, (_, index) => ({
      field: `field_${index}`,
      property: `property_${index}`,
      direction: "both",
      clear: false,
      conversion: { kind: "options", pairs },
    }));
    const answer = await put(conditions(["x"]), mappings);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain("at most 500000 characters");
    expect((await put(conditions(["x"]), mappings.slice(0, 3))).status).toBe(
      200,
    );
  });
});
