import { z } from "zod";
import { listedTypes } from "../settings/types/index.ts";
import { changeSchema, checkSchema, fieldSchema } from "./sync-view.ts";

/** What `POST /api/v1/settings/try` returns. */

const outcomeSchema = z
  .object({
    outcome: z.enum([
      "created",
      "updated",
      "unchanged",
      "skipped",
      "held",
      "failed",
    ]),
    code: z.string(),
    reason: z.string(),
    fix: z
      .string()
      .nullable()
      .meta({ description: "What a person can do about a problem." }),
    changes: z.array(changeSchema),
    moreChanges: z.int(),
  })
  .meta({ id: "TrialOutcome" });

export const trialSchema = z
  .object({
    objectType: z.enum(listedTypes),
    record: z.object({ id: z.string(), name: z.string() }).nullable(),
    object: z.object({ id: z.string() }).nullable(),
    linked: z.boolean(),
    paused: z.object({ code: z.string(), reason: z.string() }).nullable().meta({
      description:
        "Why nothing of this type syncs now, or would with these settings; null if it does.",
    }),
    automatic: z
      .object({ hubspot: outcomeSchema, workspace: outcomeSchema })
      .meta({
        description:
          "What automatic sync would do, started by a change on either side.",
      }),
    checks: z.array(checkSchema.omit({ remedy: true, press: true })).meta({
      description:
        "Why automatic sync would sync it, or why it wouldn't, in this order: whether it meets the rules, whether it exists already, whether sync is on, and whether it would fail.",
    }),
    sync: outcomeSchema.meta({ description: "What Sync now would do." }),
    pull: outcomeSchema
      .nullable()
      .meta({ description: "Null: HubSpot has nothing to pull." }),
    push: outcomeSchema
      .nullable()
      .meta({ description: "Null: the workspace has nothing to push." }),
    fields: z.array(fieldSchema).meta({
      description: "The fields to which something would happen, 50 at most.",
    }),
    moreFields: z.int(),
  })
  .meta({ id: "SettingsTrial" });

export type Trial = z.infer<typeof trialSchema>;
