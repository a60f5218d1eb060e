import { z } from "zod";

// The longest email that SMTP can carry.
const longestEmail = 320;

/** The email of an owner in the settings; parsed, it is in lower case. */
export const ownerEmailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(longestEmail)
  .regex(/^[^@\s]+@[^@\s]+$/, "must be an email address");
