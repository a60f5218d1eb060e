import { z } from "zod";
import { isStorable } from "../../storable-text.ts";
import { canonicalEmail } from "../../sync/values/identity.ts";

/** Far more than an email has; what is invisible in it doesn't count. */
const MAX_SENT = 1_000;
const MAX_EMAIL = 320;

/** An email in any spelling; parsed, it is canonical. */
export const emailSchema = z
  .string()
  .max(MAX_SENT)
  .refine(isStorable, "must be text without NUL characters")
  .transform(canonicalEmail)
  .pipe(
    z
      .string()
      .max(MAX_EMAIL)
      .regex(/^[^@\s]+@[^@\s]+$/, "must be an email address"),
  );
