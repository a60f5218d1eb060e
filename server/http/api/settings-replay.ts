import { z } from "zod";
import { listedTypes } from "../../settings/types/index.ts";
import type { Replay } from "../../sync/preview/replay.ts";
import { replay } from "../../sync/preview/replay.ts";
import { counted } from "../../sync/values/shown-text.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { timeSchema } from "./schemas.ts";
import { draftOf } from "./settings-draft.ts";

const countsSchema = z.object({
  count: z.int(),
  differently: z.int(),
});

const replaySchema = z
  .object({
    sentences: z.array(z.string()).meta({ description: "What was found." }),
    changes: countsSchema.meta({
      description:
        "What was created, updated, linked, deleted, and unlinked, and how much of it would have gone differently.",
    }),
    leftOut: countsSchema.meta({
      description:
        "Records of the workspace that a rule left out, each once, and for how many that would have been otherwise.",
    }),
    notReplayed: z.int().meta({
      description:
        "What the journal doesn't say enough of: merges, objects of HubSpot that were left out, and what was done under settings that have been changed since.",
    }),
    atLeast: z.boolean().meta({
      description:
        "There is more: 20,000 lines of the journal are read at most, and none after 8 seconds.",
    }),
    examples: z
      .array(
        z.object({
          journalId: z.string(),
          at: timeSchema,
          objectType: z.enum(listedTypes),
          recordId: z.guid().nullable(),
          hubspotId: z.string().nullable(),
          name: z.string(),
          was: z.string(),
          wouldBe: z.string(),
        }),
      )
      .meta({
        description:
          "The newest of what would have gone differently, 25 at most: what was done, and what these settings would have done.",
      }),
  })
  .meta({ id: "SettingsReplay" });

/** The last hours decided again under a document that isn't saved. */
export const settingsReplayRoute: ApiRoute = apiRoute({
  tag: "settings",
  method: "post",
  path: "/settings/replay",
  summary:
    "Decide the last hours' changes again under other settings, without saving or changing anything",
  body: z.strictObject({
    settings: z.unknown(),
    hours: z.int().min(1).max(168).default(24),
    version: z
      .int()
      .optional()
      .meta({ description: "Ignored, so that what was read can be sent." }),
  }),
  answers: {
    200: {
      description: "What would have been otherwise",
      schema: replaySchema,
    },
  },
  handle: async ({ inPortal, portalId, body: { settings, hours } }) => {
    const found = await inPortal(async (db) =>
      replay(db, portalId, await draftOf(db, portalId, settings), { hours }),
    );
    return { status: 200, body: shownReplay(found, hours) };
  },
});

const shownReplay = (found: Replay, hours: number) => ({
  sentences: sentencesOf(found, hours),
  changes: { count: found.changes, differently: found.changedDifferently },
  leftOut: { count: found.leftOut, differently: found.leftOutDifferently },
  notReplayed: found.notReplayed,
  atLeast: found.atLeast,
  examples: found.examples.map(({ objectId, at, ...example }) => ({
    ...example,
    at: at.toISOString(),
    hubspotId: objectId,
  })),
});

function sentencesOf(found: Replay, hours: number): string[] {
  const period =
    hours === 24 ? "the last day" : `the last ${counted(hours, "hour")}`;
  // The newest lines are read first.
  const of = (many: string): string =>
    found.atLeast ? `Of the newest ${many}` : `Of ${many}`;
  const rest =
    found.notReplayed === 0
      ? []
      : [
          `${counted(found.notReplayed, "other entry", "other entries")} of the journal can't be decided again.`,
        ];
  if (found.changes + found.leftOut === 0)
    return [`Nothing of ${period} can be decided again.`, ...rest];
  return [
    `${of(counted(found.changes, "change"))} of ${period}, ${found.changedDifferently.toLocaleString("en-US")} would have gone differently.`,
    ...(found.leftOut === 0
      ? []
      : [
          `${of(counted(found.leftOut, "record"))} that ${found.leftOut === 1 ? "was" : "were"} left out, ${found.leftOutDifferently.toLocaleString("en-US")} would have been decided differently.`,
        ]),
    ...rest,
  ];
}
