import { z } from "zod";
import type { ObjectType } from "../settings/types/index.ts";
import { listedTypes } from "../settings/types/index.ts";

/** What a card shows, and what `GET /api/v1/{contacts|companies}/:id/sync` returns. */

const time = z.string();
const sideSchema = z.enum(["workspace", "hubspot"]);
export const changeSchema = z.object({
  field: z.string(),
  label: z.string(),
  side: sideSchema,
  before: z.string().nullable(),
  after: z.string().nullable(),
});
const effect = z.object({
  writes: z.enum(["workspace", "hubspot", "nothing"]),
  value: z.string().nullable(),
  reason: z.string(),
});
export const fieldSchema = z.object({
  field: z.string(),
  label: z.string(),
  property: z.string(),
  workspace: z.string().nullable(),
  hubspot: z.string().nullable(),
  state: z.enum([
    "changed_in_workspace",
    "changed_in_hubspot",
    "changed_in_both",
    "differs",
    "parked",
    "held",
  ]),
  onPull: effect,
  onPush: effect,
  note: z.string().nullable(),
});
const button = {
  allowed: z.boolean(),
  creates: z.boolean(),
  idle: z.boolean().meta({ description: "This action would change nothing." }),
  summary: z.string(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
};
/** A newer value of one side that the button would replace with the other side's. */
const undo = z.object({
  field: z.string(),
  label: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
const forcing = {
  ...button,
  undoes: z.array(undo).meta({
    description:
      "Newer values of the other side that this action would replace. The action then needs confirmed: true.",
  }),
  moreUndoes: z.int(),
};
const help = z
  .object({
    action: z.enum(["reconnect", "start", "resume"]),
    label: z.string(),
    url: z.string().nullable(),
    who: z.string(),
  })
  .nullable();
const childrenChanged = z.object({
  count: z.int(),
  changed: z.int().meta({
    description:
      "Those that aren't in HubSpot, or that changed since they last synced.",
  }),
  named: z.array(
    z.object({ id: z.string(), name: z.string(), creates: z.boolean() }),
  ),
  more: z.int(),
});
const childrenOfType = z.object({
  type: z.enum(listedTypes),
  ...childrenChanged.shape,
});
const problem = z.object({
  id: z.string(),
  code: z.string(),
  field: z
    .string()
    .meta({ description: "Empty if the problem is about the whole record." }),
  record: z.object({ id: z.string(), name: z.string() }).nullable().meta({
    description: "Another record that needs this record's object in HubSpot.",
  }),
  cause: z.string(),
  fix: z.string(),
  since: time,
  attempts: z.number().int(),
  correlationId: z.string().nullable(),
  retry: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
  objects: z
    .array(
      z.object({
        id: z.string(),
        url: z.string(),
        holder: z.string().nullable(),
      }),
    )
    .meta({
      description:
        "Companies in HubSpot that this record can be linked to instead, each with the name of the record that it's linked to now.",
    }),
  help,
});
/** Why something syncs automatically, or why it doesn't. */
export const checkSchema = z.object({
  check: z.enum(["criteria", "exists", "enabled", "error"]),
  label: z.string(),
  passed: z.boolean().nullable().meta({
    description: "Null if HubSpot wasn't read, so that it isn't known.",
  }),
  code: z.string().meta({ description: "ok if passed." }),
  reason: z.string(),
  remedy: z.string().nullable(),
  press: z
    .enum(["push", "pull", "retry"])
    .nullable()
    .meta({ description: "The action that helps at once, if one does." }),
});
const moment = z.object({ at: time, by: z.string() }).nullable();
const runState = z.enum(["queued", "running", "paused", "done", "failed"]);

export const syncStatuses = [
  "in_sync",
  "changes_waiting",
  "held",
  "problem",
  "not_synced",
  "not_checked",
  "paused",
  "setting_up",
  "disconnected",
] as const;

export const syncViewSchema = z
  .object({
    status: z.enum(syncStatuses),
    code: z.string(),
    reason: z.string(),
    lastKnown: z
      .object({ status: z.enum(syncStatuses), at: time.nullable() })
      .nullable()
      .meta({
        description:
          "If HubSpot wasn't read: the last known status, and when it was known.",
      }),
    help,
    checks: z.array(checkSchema).meta({
      description:
        "Why the record syncs automatically, or why it doesn't, in this order: whether it meets the rules, whether it exists already, whether sync is on, and whether it failed.",
    }),
    version: z.string().meta({
      description:
        "Identifies what is shown. Send it back with sync, pull, and push.",
    }),
    objectType: z.enum(listedTypes),
    productName: z.string().meta({
      description:
        "What the sentences call the product: productName of the settings.",
    }),
    record: z
      .object({
        id: z.string(),
        name: z.string(),
        url: z.string().nullable().meta({
          description:
            "The record's page in the product, from recordUrl of the settings; null without one.",
        }),
      })
      .nullable(),
    object: z.object({ id: z.string(), url: z.string().nullable() }).nullable(),
    lastPull: moment,
    lastPush: moment,
    fields: z.array(fieldSchema),
    moreFields: z.number().int(),
    sync: z.object(button).meta({
      description: "Sync now: both ways, without replacing newer values.",
    }),
    pull: z.object(forcing),
    push: z.object({
      ...forcing,
      children: z.array(childrenOfType).meta({
        description:
          "An entry for each type of records that belong to this one and can be pushed too.",
      }),
      contacts: childrenChanged.nullable().meta({
        deprecated: true,
        description: "The contacts of children. Use children.",
      }),
      company: z
        .object({
          name: z.string(),
          missing: z
            .boolean()
            .meta({ description: "Whether the company isn't in HubSpot yet." }),
          choice: z.enum(["if-missing", "always", "never"]),
        })
        .nullable(),
    }),
    problem: problem
      .nullable()
      .meta({ description: "The first of the record's problems." }),
    problems: z.array(problem).meta({
      description:
        "The record's problems, oldest first, then those of records that need its object, then the account's.",
    }),
    moreProblems: z.int(),
    approvals: z
      .array(
        z.object({
          id: z.string(),
          code: z.string(),
          cause: z.string(),
          fix: z.string(),
          since: time,
          choices: z.array(
            z.object({
              choice: z.enum(["approve", "refuse"]),
              label: z.string(),
              destructive: z.boolean(),
            }),
          ),
          refused: z.string().nullable(),
        }),
      )
      .meta({ description: "What needs an approval in this account." }),
    held: z.array(
      z.object({
        id: z.string(),
        field: z.string(),
        label: z.string(),
        base: z.object({
          workspace: z.string().nullable(),
          hubspot: z.string().nullable(),
        }),
        workspace: z.string().nullable(),
        hubspot: z.string().nullable(),
      }),
    ),
    moreHeld: z.int(),
    unpermitted: z
      .object({ push: z.string().nullable(), pull: z.string().nullable() })
      .meta({
        description:
          "Why the person for whom this is shown may not write to HubSpot (push) or to the workspace (pull); null if permitted.",
      }),
    duplicates: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          url: z.string().nullable(),
        }),
      )
      .meta({
        description:
          "Other records with the same email or domain, at most five: possible duplicates, which Counterpart neither merges nor deletes.",
      }),
    journal: z.array(
      z.object({
        id: z.string(),
        at: time,
        action: z.string(),
        source: z.string(),
        by: z.string(),
        reason: z.string(),
        changes: z.array(changeSchema),
      }),
    ),
    setup: z
      .object({
        endsAt: time.nullable(),
        progress: z
          .object({ done: z.number(), total: z.number().nullable() })
          .nullable(),
      })
      .nullable(),
    run: z.object({ id: z.string(), state: runState }).nullable(),
  })
  .meta({ id: "SyncView" });

export type SyncView = z.infer<typeof syncViewSchema>;

/** Both sides' values of one field, up to 65,536 characters each. */
export type WholeValue = {
  field: string;
  label: string;
  workspace: string | null;
  hubspot: string | null;
};

/** How a click on the card ended. */
export type ActionAnswer =
  | {
      result: "done";
      message: string;
      changes: z.infer<typeof changeSchema>[];
      objectUrl: string | null;
      view: SyncView;
    }
  | { result: "changed"; message: string; view: SyncView }
  | {
      /** Nothing was changed: the same request with confirmed: true and this view's version changes it. */
      result: "confirm";
      message: string;
      undoes: z.infer<typeof undo>[];
      moreUndoes: number;
      children: z.infer<typeof childrenOfType>[];
      contacts: z.infer<typeof childrenChanged> | null;
      view: SyncView;
    }
  | {
      result: "running";
      runId: string;
      runs: { type: ObjectType; runId: string }[];
      message: string;
      changes: z.infer<typeof changeSchema>[];
      view: SyncView;
    }
  | {
      result: "refused";
      code: string;
      message: string;
      remedy: string | null;
      view: SyncView;
    };

/** The response to a click, in time: how it ended, or that it is in progress and the same request should be sent again. */
export type PressAnswer = ActionAnswer | { result: "working"; message: string };
