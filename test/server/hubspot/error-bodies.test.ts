import { describe, expect, it } from "vitest";
import { classify } from "../../../server/hubspot/classify.ts";
import { parseErrorBody } from "../../../server/hubspot/error-body.ts";
import {
  refusedObjectId,
  writeErrorOf,
} from "../../../server/hubspot/write-error.ts";

const parse = (status: number, body: unknown) =>
  parseErrorBody(
    status,
    typeof body === "string" ? body : JSON.stringify(body),
    "from-header",
  );

const unknownProperty =
  'Property values were not valid: [{"isValid":false,"message":"Property \\"testproperty\\" does not exist","error":"PROPERTY_DOESNT_EXIST","name":"testproperty","localizedErrorMessage":"Property \\"testproperty\\" does not exist","portalId":123}]';

describe("an error body", () => {
  it.each([
    {
      form: "errors[] and message",
      body: {
        status: "error",
        message: unknownProperty,
        errors: [
          {
            message: 'Property "testproperty" does not exist',
            code: "PROPERTY_DOESNT_EXIST",
            context: { propertyName: ["testproperty"] },
          },
        ],
        category: "VALIDATION_ERROR",
      },
    },
    { form: "message alone", body: { message: unknownProperty } },
  ])("names a property that is not there, as $form", ({ body }) => {
    expect(writeErrorOf(parse(400, body))).toMatchObject({
      code: "invalid-property",
      properties: [{ name: "testproperty", code: "PROPERTY_DOESNT_EXIST" }],
    });
  });

  it.each([
    {
      allowed: "[label: Lead, label: Customer]",
      options: ["Lead", "Customer"],
    },
    { allowed: "[lead, customer]", options: ["lead", "customer"] },
    {
      allowed:
        '[label: "Lead"\nvalue: "lead"\ndisplay_order: 0, label: "C"\nvalue: "customer"\n]',
      options: ["lead", "customer"],
    },
  ])("lists the options that would do: $allowed", ({ allowed, options }) => {
    const message = `Property values were not valid: ${JSON.stringify([
      {
        isValid: false,
        message: `X was not one of the allowed options: ${allowed}`,
        error: "INVALID_OPTION",
        name: "stage",
      },
    ])}`;
    expect(writeErrorOf(parse(400, { message })).properties).toMatchObject([
      { name: "stage", code: "INVALID_OPTION", allowed: options },
    ]);
  });

  it.each([
    {
      status: 409,
      body: {
        message: "Contact already exists. Existing ID: 11725",
        category: "CONFLICT",
      },
      existingId: "11725",
    },
    {
      status: 207,
      body: {
        message: "Contact already exists.",
        category: "CONFLICT",
        context: { existingId: ["171591000198"] },
      },
      existingId: "171591000198",
    },
    {
      status: 409,
      body: { message: "Contact already exists", category: "CONFLICT" },
      existingId: null,
    },
    {
      status: 400,
      body: {
        message:
          "Cannot set PropertyValueCoordinates{portalId=1, objectTypeId=0-1, propertyName=email, value=a@b.c} on 552148386511. 552239500007 already has that value.",
        category: "VALIDATION_ERROR",
      },
      existingId: "552239500007",
    },
  ])(
    "names the object in the way: $existingId",
    ({ status, body, existingId }) => {
      expect(writeErrorOf(parse(status, body))).toMatchObject({
        code: "conflict",
        existingId,
      });
    },
  );

  it("tells the refused object from the one that holds the value", () => {
    const body = parse(400, {
      message:
        "Cannot set PropertyValueCoordinates{portalId=1, objectTypeId=0-1, propertyName=email, value=a@b.c} on 12. 34 already has that value.",
    });
    expect(refusedObjectId(body)).toBe("12");
    expect(writeErrorOf(body).properties).toMatchObject([
      { name: "email", code: "VALUE_TAKEN" },
    ]);
  });

  it.each(["", "<html><h1>502</h1></html>", "[1,2", "null", '"text"'])(
    "may be no JSON object at all: %s",
    (text) => {
      expect(parse(502, text)).toEqual({
        status: 502,
        category: null,
        subCategory: null,
        message: "",
        correlationId: "from-header",
        policyName: null,
        context: {},
        details: [],
        requiredScopes: [],
      });
    },
  );
});

describe("the table of errors", () => {
  const now = Date.UTC(2026, 10, 22);
  const nature = {
    write: false,
    capability: "read:contact",
    scope: "portal",
  } as const;

  it.each([
    { status: 403, body: {}, write: false, kind: "capability-missing" },
    { status: 404, body: "<html>", write: false, kind: "gone" },
    { status: 400, body: {}, write: true, kind: "refused" },
    { status: 401, body: {}, write: true, kind: "refused" },
    { status: 409, body: {}, write: true, kind: "refused" },
    { status: 414, body: "", write: true, kind: "refused" },
    { status: 423, body: {}, write: true, kind: "wait" },
    { status: 429, body: "", write: true, kind: "wait" },
    { status: 477, body: {}, write: true, kind: "wait" },
    { status: 500, body: {}, write: false, kind: "unavailable" },
    { status: 500, body: {}, write: true, kind: "unknown-outcome" },
    { status: 524, body: "<html>", write: true, kind: "unknown-outcome" },
    {
      status: 500,
      body: { message: "You have reached your ten_secondly_rolling limit." },
      write: true,
      kind: "wait",
    },
  ])("says that $status of a write ($write) is $kind", (row) => {
    const error = classify(
      parse(row.status, row.body),
      null,
      { ...nature, write: row.write },
      now,
    );
    expect(error.kind).toBe(row.kind);
  });

  it.each([
    { policyName: "SECONDLY", scope: "search", paused: "search", ms: 1_000 },
    {
      policyName: "TEN_SECONDLY_ROLLING",
      scope: "portal",
      paused: "portal",
      ms: 5_000,
    },
    {
      policyName: "TEN_SECONDLY_ROLLING",
      scope: "associations",
      paused: "associations",
      ms: 5_000,
    },
    { policyName: "DAILY", scope: "search", paused: "portal", ms: 900_000 },
  ] as const)(
    "pauses what a 429 names: $policyName of $scope",
    ({ policyName, scope, paused, ms }) => {
      const error = classify(
        parse(429, { policyName }),
        null,
        { ...nature, scope },
        now,
      );
      expect(error).toMatchObject({
        scope: paused,
        until: new Date(now + ms),
      });
    },
  );

  it("waits for hours when an account moves for hours, in seconds", () => {
    const error = classify(parse(477, {}), "7200", nature, now);
    expect(error).toMatchObject({
      scope: "portal",
      until: new Date(now + 7_200_000),
    });
  });
});
