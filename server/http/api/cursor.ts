import { z } from "zod";
import { Problem } from "../problem.ts";

/** A time in a position as `isoTime` writes it: Postgres' own precision, always UTC. */
export const cursorTime = z.iso
  .datetime({ precision: 6 })
  .refine((time) => !time.startsWith("0000"));
/** A number that grows with each row, in a position. */
export const cursorNumber = z.string().regex(/^\d{1,18}$/);

/** Where a list continues, as an opaque word. */
export function writeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Reads a cursor of a list back; throws a 400 for one that this list did not hand out. */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.output<Schema> | null {
  if (cursor === undefined) return null;
  const parsed = schema.safeParse(decode(cursor));
  if (parsed.success) return parsed.data;
  throw new Problem(
    400,
    "invalid_cursor",
    "This cursor isn't valid for this list.",
  );
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
