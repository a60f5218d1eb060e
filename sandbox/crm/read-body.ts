import { invalid } from "./refusal.ts";

export type Json = Readonly<Record<string, unknown>>;

/** @throws Refusal 400 when the body is not a JSON object */
export function asObject(body: unknown): Json {
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return body as Json;
  throw invalid("Invalid input JSON: an object was expected");
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The `inputs` of a batch. @throws Refusal 400 when there are none, or more than `most` */
export function readInputs(body: unknown, most: number): Json[] {
  const inputs = asObject(body)["inputs"];
  if (!Array.isArray(inputs))
    throw invalid("Some required fields were not set: [inputs]");
  if (inputs.length > most) {
    throw invalid(
      `The maximum number of inputs supported in a batch request is ${String(most)}, but ${String(inputs.length)} were given`,
    );
  }
  return inputs.map(asObject);
}

/** A text that is there and not empty, else undefined. */
export function optionalText(json: Json, field: string): string | undefined {
  const value = json[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An id or another field that must be there, as text. @throws Refusal 400 */
export function requiredText(json: Json, field: string): string {
  const value = json[field];
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number") return String(value);
  throw invalid(`Some required fields were not set: [${field}]`);
}

/** The texts of a list; none for anything else. */
export function textList(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((entry) => typeof entry === "string")
    : [];
}

/** The `properties` of a write. @throws Refusal 400 when they are not an object */
export function readProperties(json: Json): Json {
  const properties = json["properties"];
  return properties === undefined || properties === null
    ? {}
    : asObject(properties);
}

/** A parameter that may be repeated, separated by commas, or both. */
export function queryList(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** @throws Refusal 400 for what is not a whole number from 1 to `most` */
export function readLimit(
  text: string | null | undefined,
  usual: number,
  most: number,
): number {
  if (text === null || text === undefined || text === "") return usual;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw invalid(
    `limit must be a whole number between 1 and ${String(most)}, and was ${text}`,
  );
}

/** A parameter that is on: `true`, in these letters. */
export function isTrue(text: string | null): boolean {
  return text === "true";
}
