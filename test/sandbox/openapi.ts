import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

type Json = Readonly<Record<string, unknown>>;
type Operation = {
  readonly file: string;
  readonly pattern: RegExp;
  readonly method: string;
  /** How many segments of the path are fixed: the more, the closer the match. */
  readonly fixed: number;
  readonly responses: Json;
};

/** HubSpot's OpenAPI files of one folder, as something to hold answers against. */
export class OpenApiFolder {
  private readonly operations: Operation[] = [];
  private readonly documents = new Map<string, Json>();
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  /** Reads the files of version 2026-09, and those of its beta for what the others lack. */
  constructor(folder: string) {
    addFormats.default(this.ajv);
    const files = readdirSync(folder).filter((file) =>
      /\.2026-09(-beta.*)?\.json$/.test(file),
    );
    files.sort((a, b) => Number(isBeta(a)) - Number(isBeta(b)));
    for (const file of files) {
      const document = withSubCategoryAsText(
        JSON.parse(readFileSync(join(folder, file), "utf8")) as Json,
      );
      this.documents.set(file, document);
      this.ajv.addSchema({ $id: file, ...toJsonSchema(document) });
      for (const [path, methods] of Object.entries(at(document, "paths"))) {
        for (const [method, operation] of Object.entries(methods as Json)) {
          if (!isObject(operation) || operation["responses"] === undefined)
            continue;
          this.operations.push({
            file,
            method: method.toUpperCase(),
            pattern: toPattern(path),
            fixed: path.split("/").filter((part) => !part.startsWith("{"))
              .length,
            responses: at(operation, "responses"),
          });
        }
      }
    }
  }

  /**
   * What an answer gets wrong by HubSpot's own description of it; empty when nothing.
   * @throws Error when no file describes the path, or not this status
   */
  faults(
    method: string,
    path: string,
    status: number,
    body: unknown,
  ): readonly string[] {
    const validate = this.validator(method, path, status);
    if (validate === "no body")
      return body === undefined ? [] : [`a body where there is none`];
    return validate(body)
      ? []
      : (validate.errors ?? []).map(
          (error) =>
            `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
        );
  }

  private validator(
    method: string,
    path: string,
    status: number,
  ): ValidateFunction | "no body" {
    const described = this.operations
      .filter(
        (operation) =>
          operation.method === method && operation.pattern.test(path),
      )
      .sort(
        (a, b) =>
          Number(isBeta(a.file)) - Number(isBeta(b.file)) || b.fixed - a.fixed,
      );
    const key = status >= 400 ? "default" : String(status);
    const answering = described.filter(({ responses }) =>
      isObject(responses[key]),
    );
    if (answering.length === 0) {
      throw new Error(
        described.length === 0
          ? `no OpenAPI file describes ${method} ${path}`
          : `${method} ${path} is not described as answering ${String(status)}`,
      );
    }
    // Only the beta lists 207 apart; the files of 2026-09 have its errors in the ordinary batch answer, whose schema is the
    // better one (the beta's forbids null as the value of a property).
    const whole = described.filter(({ responses }) =>
      status === 207
        ? isObject(responses["200"] ?? responses["201"])
        : isObject(responses[key]),
    );
    const operation = whole[0] ?? answering[0];
    const responses = operation?.responses ?? {};
    const file = operation?.file ?? "";
    const response =
      status === 207
        ? (responses["200"] ?? responses["201"] ?? responses[key])
        : responses[key];
    const content = this.resolve(file, response)["content"];
    const schema = isObject(content)
      ? Object.values(content).filter(isObject)[0]?.["schema"]
      : undefined;
    return isObject(schema) ? this.compile(file, schema) : "no body";
  }

  /** Follows a `$ref` within a file. */
  private resolve(file: string, value: unknown): Json {
    if (!isObject(value)) return {};
    const ref = value["$ref"];
    if (typeof ref !== "string") return value;
    let target: unknown = this.documents.get(file);
    for (const part of ref.split("/").slice(1)) {
      target = isObject(target) ? target[part] : undefined;
    }
    return this.resolve(file, target);
  }

  private compile(file: string, schema: Json): ValidateFunction {
    const text = JSON.stringify(toJsonSchema(schema)).replaceAll(
      '"#/',
      `"${file}#/`,
    );
    const key = `${file} ${text}`;
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const validate = this.ajv.compile(JSON.parse(text) as Json);
    this.compiled.set(key, validate);
    return validate;
  }
}

/** OpenAPI 3.0 writes `nullable`; JSON Schema has null as one of the types. Everything else means the same in both. */
export function toJsonSchema<T>(schema: T): T {
  if (Array.isArray(schema))
    return schema.map((entry: unknown) => toJsonSchema(entry)) as T;
  if (!isObject(schema)) return schema;
  const { nullable, ...rest } = schema;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, toJsonSchema(value)]),
  );
  if (nullable === true && typeof converted["type"] === "string")
    converted["type"] = [converted["type"], "null"];
  return converted as T;
}

/** The files say that a batch error's `subCategory` is an object without fields; in every recorded answer it is a text. */
function withSubCategoryAsText(document: Json): Json {
  const components = at(document, "components");
  const schemas = at(components, "schemas");
  const error = at(schemas, "StandardError");
  if (!isObject(error["properties"])) return document;
  const properties = {
    ...error["properties"],
    subCategory: { type: "string" },
  };
  const StandardError = { ...error, properties };
  return {
    ...document,
    components: { ...components, schemas: { ...schemas, StandardError } },
  };
}

function isBeta(file: string): boolean {
  return file.includes("-beta");
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(json: Json, field: string): Json {
  const value = json[field];
  return isObject(value) ? value : {};
}

function toPattern(path: string): RegExp {
  const text = path
    .replace(/2026-09-beta/, "2026-09")
    .replaceAll(".", "\\.")
    .replaceAll(/\{[^}]+\}/g, "[^/]+");
  return new RegExp(`^${text}$`);
}
