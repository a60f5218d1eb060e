/** A piece of JSON's text, written as it stands: what no value of JavaScript says (1e999999, a lone escape, a doubled key). */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Writes a value whose parts may be Raw. Undefined is left out, as by JSON.stringify. */
export function writeJson(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value))
    return `[${(value as unknown[]).map((each) => writeJson(each)).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => `${JSON.stringify(name)}:${writeJson(each)}`)
      .join(",")}}`;
  return JSON.stringify(value) ?? "null";
}
