import { pino } from "pino";
import type { Logger, LoggerOptions } from "pino";

/**
 * JSON lines on stdout. Carry ids as `portalId`, `runId` and `correlationId`; never a token, a body, a URL query or a
 * person's data.
 */
export type Log = Logger;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

/** The log of one process. Rooms take `log.child({ room: "…" })`. */
export function createLog(level: LogLevel): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
  };
  // Not pino's own way of writing: with a slow reader on the pipe it put lines out of order.
  return pino(options, process.stdout);
}

type Described = {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: Described;
};

// Only these: an error of pg, undici or HubSpot's client carries rows, headers and bodies in its other fields.
function describeError(error: unknown, depth = 0): Described {
  if (!(error instanceof Error))
    return { type: typeof error, message: "not an Error" };
  const code: unknown = "code" in error ? error.code : undefined;
  return {
    type: error.name,
    message: withoutValues(error, code).split("?")[0]?.slice(0, 500) ?? "",
    ...(typeof code === "string" ? { code } : {}),
    ...(error.stack && depth === 0 ? { stack: framesOf(error.stack) } : {}),
    ...(error.cause && depth < 3
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

// Postgres quotes the value that it could not take (SQLSTATE class 22), and JSON.parse a piece of what it was reading.
function withoutValues(error: Error, code: unknown): string {
  const quotes =
    error instanceof SyntaxError ||
    (typeof code === "string" && /^22[0-9A-Z]{3}$/.test(code));
  return quotes ? error.message.replace(/".*"/s, '"…"') : error.message;
}

// The frames without the message, which is printed above, shortened.
function framesOf(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, 12)
    .join("\n");
}
