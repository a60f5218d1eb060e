import { z } from "zod";
import { limitFaults } from "../../settings/limits.ts";
import { fieldMappingSchema } from "../../settings/mapping.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { settingsInputSchema, settingsSchema } from "../../settings/schema.ts";
import type { VersionedSettings } from "../../settings/store.ts";
import { mappingFault } from "../../workspace/fields.ts";
import { Problem } from "../problem.ts";
import type { InputFault } from "./parse.ts";
import { faultsOf } from "./parse.ts";

/** A document of settings as it is read, as it is sent, and what can be wrong with it. */

const versionSchema = z.int().min(0);

/** The newest document, under its version. */
export const documentSchema = z.strictObject({
  version: versionSchema,
  settings: settingsSchema,
});

/**
 * A document to save. What it maps must fit the fields, and it keeps to the limits; one that was saved before is read
 * whatever it maps, and however large it is. All of that is checked even if the schema finds faults, so that one
 * response names everything.
 */
export const savedSchema = z
  .strictObject({
    version: versionSchema,
    settings: settingsInputSchema,
    apply: z.literal("existing").optional().meta({
      description:
        "Bring changed mappings to the records that are linked already: blanks are filled, and values that differ follow the mapping's direction and policy. Without it, they reach a record when it changes.",
    }),
  })
  .superRefine((sent, context) => checkDocument(sent, context), {
    when: () => true,
  });

const uncheckedSchema = z
  .object({ settings: settingsInputSchema })
  .superRefine((sent, context) => checkDocument(sent, context), {
    when: () => true,
  });

/** Returns all that is wrong with settings to save: the schema's faults, limits, and mappings together. */
export function settingsFaults(settings: unknown): InputFault[] {
  const parsed = uncheckedSchema.safeParse({ settings });
  return parsed.success ? [] : faultsOf(parsed.error);
}

/** @param sent as far as the schema could read it: anything may be missing or of another type */
function checkDocument(sent: unknown, context: z.RefinementCtx): void {
  const settings = member(sent, "settings");
  if (settings === undefined) return;
  // A list that is too long for the schema is so for the limits, too: its place has one message.
  const named = new Set(context.issues.map(({ path = [] }) => path.join(".")));
  for (const { path, message } of limitFaults(settings)) {
    const place = ["settings", ...path];
    if (!named.has(place.join(".")))
      context.addIssue({ code: "custom", path: place, message });
  }
  for (const type of listedTypes) {
    const mappings = member(member(settings, type), "mappings");
    if (!Array.isArray(mappings)) continue;
    mappings.forEach((each: unknown, index) => {
      const { data: mapping } = fieldMappingSchema.safeParse(each);
      const message =
        mapping === undefined ? null : mappingFault(type, mapping);
      if (message !== null)
        context.addIssue({
          code: "custom",
          path: ["settings", type, "mappings", index, "conversion"],
          message,
        });
    });
  }
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/** The response to a save under a version that is no longer the newest. */
export const staleVersion = (current: VersionedSettings): Problem =>
  new Problem(
    409,
    "stale_version",
    `The settings changed after you read them. The newest version is ${current.version}. Read the settings again, then repeat your change.`,
    { version: current.version },
  );
