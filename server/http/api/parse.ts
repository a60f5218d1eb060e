import type { z } from "zod";
import { Problem } from "../problem.ts";

/** One thing that is wrong with a request: where, and what. */
export type InputFault = { path: string; message: string };

/** Faults that an answer names; a body of 8 MB can have hundreds of thousands. */
export const MAX_FAULTS = 100;
/** Characters of a path or a message: either may quote a name that was sent. */
const MAX_FAULT_TEXT = 300;

/** Parses, or throws a 400 that names the places where something is wrong, 100 at most. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: "params" | "query" | "body",
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(faultsOf(parsed.error), where);
}

/** The response to a request with these faults. */
export function invalidInput(
  errors: readonly InputFault[],
  where: "params" | "query" | "body",
): Problem {
  const first = errors[0];
  return new Problem(
    400,
    "invalid_input",
    `The ${where === "params" ? "path" : where} isn't valid${first ? `: ${first.path || where} ${lowerFirst(first.message)}` : ""}.`,
    { errors },
  );
}

/** What is wrong with an input, as answers name it: the first faults, their texts cut. */
export const faultsOf = (error: z.ZodError): InputFault[] =>
  cutFaults(error.issues);

/** The first of these faults, their texts cut. */
export function cutFaults(
  faults: readonly {
    readonly path: readonly PropertyKey[];
    readonly message: string;
  }[],
): InputFault[] {
  return faults.slice(0, MAX_FAULTS).map(({ path, message }) => ({
    path: cut(path.map(String).join(".")),
    message: cut(message),
  }));
}

function cut(text: string): string {
  return text.length <= MAX_FAULT_TEXT
    ? text
    : `${text.slice(0, MAX_FAULT_TEXT).toWellFormed()}…`;
}

function lowerFirst(text: string): string {
  return (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, "");
}
