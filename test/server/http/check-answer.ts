import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import { z } from "zod";
import { openApiDocument } from "../../../server/http/api/openapi.ts";
import { apiRoutes } from "../../../server/http/api/routes.ts";
import type { Answer } from "./world.ts";

const content = z.record(z.string(), z.object({ schema: z.unknown() }));
const answerSchema = z.object({ content: content.optional() });
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({ responses: z.record(z.string(), z.unknown()) }),
    ),
  ),
  components: z.object({
    responses: z.object({ Problem: answerSchema }),
    schemas: z.record(z.string(), z.unknown()),
  }),
});

export const openApi = documentSchema.parse(
  openApiDocument(apiRoutes, "http://127.0.0.1:4300"),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
for (const [name, schema] of Object.entries(openApi.components.schemas))
  ajv.addSchema(
    z.record(z.string(), z.unknown()).parse(absolute(schema)),
    `https://schemas.example/${name}`,
  );
const compiled = new Map<string, ValidateFunction>();

/** Fails the test when an answer is not what the OpenAPI document says of its route. */
export function checkAnswer(
  method: string,
  path: string,
  { status, body, headers }: Answer,
): void {
  const pathname = path.split("?")[0] ?? "";
  const template = Object.keys(openApi.paths).find((each) =>
    new RegExp(`^${each.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  );
  const operation = openApi.paths[template ?? ""]?.[method.toLowerCase()];
  // Problems may answer anything, routes that are not there too.
  const described = operation?.responses[String(status)];
  const { content: kinds } =
    described === undefined
      ? openApi.components.responses.Problem
      : answerSchema.parse(described);
  const [type, kind] = Object.entries(kinds ?? {})[0] ?? [];
  if (kind === undefined) {
    expect(body, `${method} ${path} has no body`).toBeUndefined();
    return;
  }
  expect(headers.get("content-type")).toContain(type);
  const key = `${method} ${template ?? ""} ${status}`;
  const validate =
    compiled.get(key) ??
    ajv.compile(z.record(z.string(), z.unknown()).parse(absolute(kind.schema)));
  compiled.set(key, validate);
  const valid = validate(body);
  expect(
    { valid, errors: validate.errors ?? [] },
    `${key} is as documented`,
  ).toEqual({ valid: true, errors: [] });
}

function absolute(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema).replaceAll(
      "#/components/schemas/",
      "https://schemas.example/",
    ),
  );
}
