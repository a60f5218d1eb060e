import { z } from "zod";

/** What a card shows, and what `GET /api/v1/{contacts|companies}/:id/sync` answers. */

const time = z.string();
const sideSchema = z.enum(["workspace", "hubspot"]);
const change = z.object({
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
const button = {
  allowed: z.boolean(),
  creates: z.boolean(),
  summary: z.string(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
};
const moment = z.object({ at: time, by: z.string() }).nullable();
const runState = z.enum(["queued", "running", "paused", "done", "failed"]);

export const syncStatuses = [
  "in_sync",
  "changes_waiting",
  "held",
  "problem",
  "not_synced",
  "setting_up",
  "disconnected",
] as const;

export const syncViewSchema = z
  .object({
    status: z.enum(syncStatuses),
    code: z.string(),
    reason: z.string(),
    version: z.string().meta({
      description: "Names what is shown; goes back with pull and push.",
    }),
    objectType: z.enum(["contact", "company"]),
    record: z.object({ id: z.string(), name: z.string() }).nullable(),
    object: z.object({ id: z.string(), url: z.string().nullable() }).nullable(),
    lastPull: moment,
    lastPush: moment,
    fields: z.array(
      z.object({
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
      }),
    ),
    moreFields: z.number().int(),
    pull: z.object(button),
    push: z.object({
      ...button,
      contacts: z.object({ count: z.number().int() }).nullable(),
      company: z
        .object({
          name: z.string(),
          choice: z.enum(["if-missing", "always", "never"]),
        })
        .nullable(),
    }),
    problem: z
      .object({
        id: z.string(),
        code: z.string(),
        cause: z.string(),
        fix: z.string(),
        since: time,
        attempts: z.number().int(),
        correlationId: z.string().nullable(),
        retry: z.object({
          allowed: z.boolean(),
          reason: z.string().nullable(),
        }),
      })
      .nullable(),
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
          "Other records of the same email or domain, at most five: possible duplicates, which are neither merged nor deleted here.",
      }),
    journal: z.array(
      z.object({
        id: z.string(),
        at: time,
        action: z.string(),
        source: z.string(),
        by: z.string(),
        reason: z.string(),
        changes: z.array(change),
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

/** How a press on the card ended. */
export type ActionAnswer =
  | {
      result: "done";
      message: string;
      changes: z.infer<typeof change>[];
      objectUrl: string | null;
      view: SyncView;
    }
  | { result: "changed"; message: string; view: SyncView }
  | {
      result: "running";
      runId: string;
      message: string;
      changes: z.infer<typeof change>[];
      view: SyncView;
    }
  | {
      result: "refused";
      code: string;
      message: string;
      remedy: string | null;
      view: SyncView;
    };

/** What a press is answered in time: how it ended, or that it goes on and the same request is to be sent again. */
export type PressAnswer = ActionAnswer | { result: "working"; message: string };
