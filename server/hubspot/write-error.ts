import type { RefusedProperty, WriteError } from "./gateway.ts";
import type { ErrorBody, ErrorDetail } from "./errors.ts";

/**
 * `Cannot set PropertyValueCoordinates{…, propertyName=email, value=…} on 5. 7 already has that value.`:
 * 7 is the object that holds it. `on` is missing when nothing was there yet.
 */
const takenValue =
  /propertyName=([^,}\s]+)[\s\S]*?(\d+)\s+already has that value/;
const existingId = /Existing ID:\s*(\d+)/i;

/** `on 5. 7 already has that value`: the object that could not take it, where the message says. */
const refusedObject = /}\s*on\s+(\d+)\.\s*\d+\s+already has that value/;

/** The options that HubSpot lists after "allowed options": `[a, b]`, or entries with `value: "a"`. */
function allowedOptions(message: string): string[] | undefined {
  const listed = /allowed options:\s*\[([\s\S]*)\]/.exec(message)?.[1];
  if (listed === undefined) return undefined;
  const values = [...listed.matchAll(/\bvalue:\s*"?([^",\n\]}]+)"?/g)].map(
    ([, value]) => value?.trim() ?? "",
  );
  const options =
    values.length > 0
      ? values
      : listed
          .split(",")
          .map((option) => option.replace(/^\s*label:\s*/, "").trim());
  return options.filter((option) => option !== "");
}

/** HubSpot's own sentence is for programmers, and people read this one. */
const takenBy = (objectId: string): string =>
  `another object, ${objectId}, already has that value.`;

function refusedProperty(detail: ErrorDetail): RefusedProperty[] {
  if (detail.property === null) return [];
  const allowed = allowedOptions(detail.message);
  const holder = takenValue.exec(detail.message)?.[2];
  return [
    {
      name: detail.property,
      code: detail.code ?? "INVALID",
      message: holder === undefined ? detail.message : takenBy(holder),
      ...(allowed === undefined ? {} : { allowed }),
      ...(holder === undefined ? {} : { holder }),
    },
  ];
}

function codeOf(
  body: ErrorBody,
  existing: string | null,
  properties: readonly RefusedProperty[],
): WriteError["code"] {
  if (
    existing !== null ||
    body.status === 409 ||
    body.category === "CONFLICT" ||
    body.category === "OBJECT_ALREADY_EXISTS"
  ) {
    return "conflict";
  }
  if (properties.length > 0) return "invalid-property";
  if (body.status === 404 || body.category === "OBJECT_NOT_FOUND") {
    return "missing";
  }
  if (body.status === 403 || body.category === "MISSING_SCOPES") {
    return "forbidden";
  }
  return "other";
}

/** What an error, of a whole answer or of one row, means for one input . */
export function writeErrorOf(body: ErrorBody): WriteError {
  const messages = [body.message, ...body.details.map((d) => d.message)];
  const taken = messages.map((text) => takenValue.exec(text)).find(Boolean);
  const existing =
    body.context["existingId"]?.[0] ??
    messages.map((text) => existingId.exec(text)?.[1]).find(Boolean) ??
    taken?.[2] ??
    null;
  const properties = body.details.flatMap(refusedProperty);
  const [, takenName, holder] = taken ?? [];
  if (
    takenName !== undefined &&
    holder !== undefined &&
    !properties.some(({ name }) => name === takenName)
  ) {
    properties.push({
      name: takenName,
      code: "VALUE_TAKEN",
      message: takenBy(holder),
      holder,
    });
  }
  return {
    code: codeOf(body, existing, properties),
    properties,
    existingId: existing,
    message: body.message,
    correlationId: body.correlationId,
    category: body.category,
  };
}

/** The id of the object that an "already has that value" could not be set on, or null. */
export function refusedObjectId(body: ErrorBody): string | null {
  const messages = [body.message, ...body.details.map((d) => d.message)];
  return (
    messages.map((text) => refusedObject.exec(text)?.[1]).find(Boolean) ?? null
  );
}
