import { afterAll, beforeAll, expect, test } from "vitest";
import { sendWithParking } from "../../server/sync/apply/send-with-parking.ts";
import type { SendOutcome } from "../../server/sync/apply/send-with-parking.ts";
import { doNothing } from "../../server/sync/decide/decision.ts";
import type { ObjectType } from "../../server/settings/types/index.ts";
import { registeredTypes } from "../../server/settings/types/registered.ts";
import { pair } from "../server/sync/pure/situation.ts";
import { ticket } from "./ticket.ts";

// Whether HubSpot takes a pipeline without its stage is HubSpot's business: the two are never sent apart.

const objectType = "ticket" as ObjectType;

beforeAll(() => {
  Object.assign(registeredTypes, { ticket });
});
afterAll(() => {
  Reflect.deleteProperty(registeredTypes, "ticket");
});

test("what is decided together with a refused property is left out with it", async () => {
  const sent = {
    subject: { h: "S", w: "S" },
    hs_pipeline: { h: "9", w: "9" },
    hs_pipeline_stage: { h: "nope", w: "nope" },
  };
  const fields = (["subject", "pipeline", "stage"] as const).map((field) => {
    const { property } = ticket.fields[field].mapping;
    return { field, property, kind: "to-hubspot" as const, code: "" };
  });
  const attempt = {
    id: "a",
    operation: "update",
    objectId: "1",
    recordId: "r",
    sent,
    creationKey: null,
    plan: {
      pair: pair({ objectType }),
      decision: {
        ...doNothing("updated", ""),
        fields,
        hubspot: { kind: "update", sent },
      },
      edges: [],
      object: null,
      recordId: "r",
    },
  } as const;
  const calls: string[][] = [];
  const outcomes = new Map<string, SendOutcome>();
  await sendWithParking(objectType, {
    attempts: [attempt],
    outcomes,
    clearings: { cleared: new Set(), stuck: new Set() },
    call: ([input]) => {
      const properties = Object.keys(input?.properties ?? {});
      calls.push(properties);
      const refused = properties.includes("hs_pipeline_stage");
      return Promise.resolve([
        refused
          ? {
              kind: "error" as const,
              traceId: "a",
              error: {
                code: "invalid-property" as const,
                status: 400,
                category: "VALIDATION_ERROR",
                message: "m",
                correlationId: null,
                existingId: null,
                properties: [
                  { name: "hs_pipeline_stage", code: "X", message: "no" },
                ],
              },
            }
          : {
              kind: "result" as const,
              traceId: "a",
              created: null,
              object: {
                id: "1",
                objectType,
                properties: {},
                createdAt: new Date(0),
                updatedAt: new Date(0),
                archived: false,
                mergedIds: [],
              },
            },
      ]);
    },
    goOn: () => true,
  });
  expect(calls).toEqual([
    ["subject", "hs_pipeline", "hs_pipeline_stage"],
    ["subject"],
  ]);
  expect(outcomes.get("a")).toMatchObject({
    kind: "result",
    refused: [
      { name: "hs_pipeline_stage", code: "X" },
      { name: "hs_pipeline", code: "decided_together" },
    ],
  });
});
