import { Router } from "express";
import { expect, test } from "vitest";
import { z } from "zod";
import { ActivePortals } from "../../../server/http/active-portals.ts";
import { Authentication } from "../../../server/http/api/authenticate.ts";
import { apiRouter } from "../../../server/http/api/router.ts";
import { limitRate } from "../../../server/http/limit-rate.ts";
import { openApi } from "./check-answer.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

const layers = z.array(
  z.object({
    route: z
      .object({
        path: z.string(),
        methods: z.record(z.string(), z.boolean()),
      })
      .optional(),
  }),
);

test("every route of the router stands in the OpenAPI document, and nothing else does", () => {
  const router = apiRouter(
    world.parts,
    new Authentication(world.database, limitRate(1, world.parts.log)),
    new ActivePortals(),
  );
  expect(router).toBeInstanceOf(Router);
  const running = layers
    .parse(router.stack)
    .flatMap(({ route }) =>
      route
        ? Object.keys(route.methods).map(
            (method) => `${method} ${route.path.replaceAll(/:(\w+)/g, "{$1}")}`,
          )
        : [],
    );
  const documented = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(running.toSorted()).toEqual(documented.toSorted());
  expect(running).toContain("post /contacts/batch");
});

test("the document is served without a key, and every reference in it leads somewhere", async () => {
  const response = await fetch(`${world.url}/api/v1/openapi.json`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const document = z
    .object({
      openapi: z.literal("3.1.0"),
      components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
    })
    .parse(JSON.parse(text));
  const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
  expect(names).toContain("Record");
  for (const name of names)
    expect(Object.keys(document.components.schemas)).toContain(name);
});

test("the document describes the product's name and the address of its records, which a saved document may leave out", async () => {
  const response = await fetch(`${world.url}/api/v1/openapi.json`);
  const text = JSON.stringify(await response.json());
  expect(text.match(/"productName":\{[^}]*"description"/g)).not.toBeNull();
  expect(text).toContain("A template of the address that opens a record");
  const saved = z
    .object({
      paths: z.object({
        "/settings": z.object({
          put: z.object({
            requestBody: z.object({
              content: z.object({
                "application/json": z.object({
                  schema: z.object({
                    properties: z.object({
                      settings: z.object({
                        required: z.array(z.string()),
                        properties: z.looseObject({
                          productName: z.object({}),
                        }),
                      }),
                    }),
                  }),
                }),
              }),
            }),
          }),
        }),
      }),
    })
    .parse(JSON.parse(text));
  const { settings } =
    saved.paths["/settings"].put.requestBody.content["application/json"].schema
      .properties;
  expect(settings.required).toContain("automatic");
  expect(settings.required).not.toContain("productName");
  expect(settings.required).not.toContain("recordUrl");
});
