import { z } from "zod";
import { ACTING_USER } from "./acting-user.ts";
import type { AnswerKind, ApiRoute } from "./route.ts";
import { problemSchema } from "./schemas.ts";

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of these routes, made from the schemas of their requests and responses. */
export function openApiDocument(
  routes: readonly ApiRoute[],
  publicUrl: string,
): Json {
  const components = new Map<string, unknown>();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes)
    (paths[route.path] ??= {})[route.method] = operation(route, components);
  (paths["/openapi.json"] ??= {})["get"] = {
    summary: "This document",
    security: [],
    responses: { 200: { description: "OpenAPI 3.1" } },
  };
  const problem = schemaOf(problemSchema, "output", components);
  return {
    openapi: "3.1.0",
    info: {
      title: "Counterpart",
      version: "1",
      description:
        "Records of one HubSpot account's workspace, and their sync with HubSpot. Every error is application/problem+json.",
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ key: [] }],
    paths,
    components: {
      parameters: { ActingUser: actingUser },
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      responses: {
        Problem: {
          description: "The error",
          content: { "application/problem+json": { schema: problem } },
        },
      },
      schemas: Object.fromEntries(components),
    },
  };
}

function operation(route: ApiRoute, components: Map<string, unknown>): Json {
  return {
    summary: route.summary,
    tags: [route.tag],
    ...parameters(route, components),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: schemaOf(route.body, "input", components),
              },
            },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [
          status,
          response(answer, components),
        ]),
      ),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function parameters(
  route: ApiRoute,
  components: Map<string, unknown>,
): { parameters: Json[] } {
  const named = (place: "path" | "query", object: z.ZodObject | null): Json[] =>
    Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: place,
      required: place === "path" || !z.safeParse(schema, undefined).success,
      schema: schemaOf(schema, "output", components),
    }));
  return {
    parameters: [
      ...named("path", route.params),
      ...named("query", route.query),
      { $ref: "#/components/parameters/ActingUser" },
    ],
  };
}

const actingUser = {
  name: ACTING_USER,
  in: "header",
  required: false,
  description:
    "The email of the person for whom the product asks. That user's permissions apply, and the journal names the user. An unknown or deactivated user is a 403.",
  schema: { type: "string" },
};

function response(answer: AnswerKind, components: Map<string, unknown>): Json {
  return {
    description: answer.description,
    ...(answer.schema
      ? {
          content: {
            "application/json": {
              schema: schemaOf(answer.schema, "output", components),
            },
          },
        }
      : {}),
  };
}

/** A schema as JSON Schema, its named parts moved to the document's components. */
function schemaOf(
  schema: z.core.$ZodType,
  io: "input" | "output",
  components: Map<string, unknown>,
): unknown {
  const {
    $defs,
    $schema: _dialect,
    ...own
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
  });
  for (const [name, part] of Object.entries($defs ?? {}))
    components.set(name, relocate(part));
  return relocate(own);
}

function relocate(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(relocate);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      name === "$ref" && typeof value === "string"
        ? value.replace("#/$defs/", "#/components/schemas/")
        : relocate(value),
    ]),
  );
}
