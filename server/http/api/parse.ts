import type { z } from "zod";
import { Problem } from "../problem.ts";

/** One thing that is wrong with a request: where, and what. */
export type InputFault = { path: string; message: string };

/** Parses, or throws a 400 that names every place where something is wrong. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: "params" | "query" | "body",
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = faultsOf(parsed.error);
  const first = errors[0];
  throw new Problem(
    400,
    "invalid_input",
    `The ${where === "params" ? "path" : where} is not as it should be${first ? `: ${first.path || where} ${lowerFirst(first.message)}` : ""}.`,
    { errors },
  );
}

export function faultsOf(error: z.ZodError): InputFault[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message,
  }));
}

function lowerFirst(text: string): string {
  return (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, "");
}
