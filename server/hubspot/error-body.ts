import type { ErrorBody, ErrorDetail } from "./errors.ts";
import {
  asList,
  asRecord,
  asText,
  asTexts,
  parseJson,
  type JsonRecord,
} from "./json.ts";

function detailsOfErrors(body: JsonRecord): ErrorDetail[] {
  return asList(body["errors"]).flatMap((entry) => {
    const error = asRecord(entry);
    if (error === null) return [];
    const context = asRecord(error["context"]) ?? {};
    const named = asTexts(context["propertyName"] ?? context["properties"]);
    const code = asText(error["code"]);
    const message = asText(error["message"]) ?? "";
    const names = named.length > 0 ? named : [asText(error["in"])];
    return names.map((property) => ({ code, message, property }));
  });
}

/** `Property values were not valid: [{"isValid":false,"message","error","name"}]`: older bodies have only this. */
function detailsOfMessage(message: string): ErrorDetail[] {
  const start = message.indexOf("[{");
  const end = message.lastIndexOf("]");
  if (start < 0 || end < start) return [];
  return asList(parseJson(message.slice(start, end + 1))).flatMap((entry) => {
    const detail = asRecord(entry);
    if (detail === null) return [];
    return [
      {
        code: asText(detail["error"]),
        message: asText(detail["message"]) ?? "",
        property: asText(detail["name"]),
      },
    ];
  });
}

/** What errors[] says, and what only the message says of further properties. */
function allDetails(body: JsonRecord, message: string): ErrorDetail[] {
  const details = detailsOfErrors(body);
  const known = new Set(details.map(({ property }) => property));
  for (const detail of detailsOfMessage(message)) {
    if (detail.property !== null && !known.has(detail.property)) {
      details.push(detail);
    }
  }
  return details;
}

function requiredScopes(body: JsonRecord): string[] {
  return asList(body["errors"]).flatMap((entry) =>
    asTexts(asRecord(asRecord(entry)?.["context"])?.["requiredGranularScopes"]),
  );
}

/** An error object, of an answer or of one row of a batch; HubSpot documents each field as optional. */
export function errorBodyOf(status: number, value: unknown): ErrorBody {
  const body = asRecord(value) ?? {};
  const message = asText(body["message"]) ?? "";
  const context = asRecord(body["context"]) ?? {};
  return {
    status,
    category:
      asText(body["category"]) ??
      asText(body["errorType"]) ??
      asText(body["error"]),
    subCategory: asText(body["subCategory"]),
    message,
    correlationId: asText(body["correlationId"]),
    policyName: asText(body["policyName"]),
    context: Object.fromEntries(
      Object.entries(context).map(([key, texts]) => [key, asTexts(texts)]),
    ),
    details: allDetails(body, message),
    requiredScopes: requiredScopes(body),
  };
}

/** The same from the bytes of an answer: HTML and nothing become a body without any of it. */
export function parseErrorBody(
  status: number,
  text: string,
  correlationId: string | null,
): ErrorBody {
  const body = errorBodyOf(status, parseJson(text));
  return { ...body, correlationId: body.correlationId ?? correlationId };
}
