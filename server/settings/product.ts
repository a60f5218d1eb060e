import { z } from "zod";
import type { ObjectType } from "./types/index.ts";

/** How a portal names the product whose records are synced, and where its records open. Pure. */

/** What screens call the product until a portal names it. */
export const defaultProductName = "your product";

const mostLetters = 40;

/** The product's name: one line of 1 to 40 characters. */
export const productNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(mostLetters)
  .regex(/^\P{Cc}*$/u, "must be one line")
  .meta({
    description: "The name that cards and pages use for the product.",
  });

const placeholder = /\{[^}]*\}/g;

/** Addresses that a template gives for two records of different types; null if it is no web address with {id}. */
function examplesOf(template: string): URL[] | null {
  const names: string[] = template.match(placeholder) ?? [];
  if (
    !names.includes("{id}") ||
    !names.every((name) => name === "{id}" || name === "{type}")
  )
    return null;
  const examples = ["a", "b"].map((part) =>
    URL.parse(template.replaceAll(placeholder, part)),
  );
  return examples.every((one) => one !== null) ? examples : null;
}

/** A link's host comes from the template alone, so that no record leads elsewhere; it holds no password either. */
function isRecordUrl(template: string): boolean {
  const [one, other] = examplesOf(template) ?? [];
  return (
    one !== undefined &&
    other !== undefined &&
    /^https?:$/.test(one.protocol) &&
    one.origin === other.origin &&
    one.username === "" &&
    one.password === ""
  );
}

/** A template of the address that opens a record in the product. Null: cards have no link to it. */
export const recordUrlSchema = z
  .string()
  .max(1_000)
  .refine(
    isRecordUrl,
    "must be an http or https address with {id} after its host, and at most {type} besides",
  )
  .nullable()
  .meta({
    description:
      "A template of the address that opens a record in the product. {id} is replaced by the record's id, {type} by its type (contact, company). If null, cards have no link to the record.",
  });

/** Returns the address of a record in the product; null without a template. */
export const recordUrlOf = (
  template: string | null,
  type: ObjectType,
  id: string,
): string | null =>
  template
    ?.replaceAll("{id}", encodeURIComponent(id))
    .replaceAll("{type}", type) ?? null;

/** The product's name at the start of a sentence. */
export const atStart = (name: string): string =>
  name === defaultProductName
    ? name.charAt(0).toUpperCase() + name.slice(1)
    : name;

/**
 * Returns a sentence as a screen shows it: with the product's name in place of "the workspace", which is what the engine,
 * its stored reasons, and the database call the product's side. Values in quotation marks stay as they are.
 */
export const named = (sentence: string, name: string): string =>
  sentence.replaceAll(
    /("[^"]*"|“[^”]*”)|\b(?:(The)|the) workspace\b/g,
    (_all, quoted?: string, first?: string) =>
      quoted ?? (first === undefined ? name : atStart(name)),
  );
