import { listedTypes } from "../../settings/types/index.ts";
import { attentionRoutes } from "./attention.ts";
import { batchRoute } from "./batch.ts";
import { fieldRoutes } from "./fields.ts";
import { firstPullRoutes } from "./first-pull.ts";
import { installationRoutes } from "./installation.ts";
import { journalRoutes } from "./journal.ts";
import { ownerRoutes } from "./owners.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { recordRoutes } from "./records.ts";
import type { ApiRoute } from "./route.ts";
import { setAsideRoutes } from "./set-aside-events.ts";
import { settingsCheckRoute } from "./settings-check.ts";
import { settingsPresetRoute } from "./settings-presets.ts";
import { settingsReplayRoute } from "./settings-replay.ts";
import { settingsSuggestOptionsRoute } from "./settings-suggest-options.ts";
import { settingsTryRoute } from "./settings-try.ts";
import { settingsVersionRoutes } from "./settings-versions.ts";
import { settingsRoutes } from "./settings.ts";
import { syncRoutes } from "./sync-runs.ts";
import { userRoutes } from "./users.ts";

/** Every route below /api/v1. The router serves these, and the OpenAPI document describes these. */
export const apiRoutes: readonly ApiRoute[] = [
  ...listedTypes.flatMap((type) => [batchRoute(type), ...recordRoutes(type)]),
  ...listedTypes.flatMap(fieldRoutes),
  ...syncRoutes,
  ...journalRoutes,
  ...attentionRoutes,
  ...settingsRoutes,
  ...settingsVersionRoutes,
  settingsCheckRoute,
  settingsReplayRoute,
  settingsTryRoute,
  settingsSuggestOptionsRoute,
  settingsPresetRoute,
  ...userRoutes,
  ...ownerRoutes,
  ...pipelineRoutes,
  ...installationRoutes,
  ...firstPullRoutes,
  ...setAsideRoutes,
];
