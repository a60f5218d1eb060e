import { z } from "zod";
import { settingsChanges } from "../../settings/differences/differences.ts";
import type { Settings } from "../../settings/schema.ts";
import { defaultSettings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import type { Installation } from "../../sync/installation/installation.ts";
import { hasPulledAll } from "../../sync/installation/installation-state.ts";

/** The steps of a set-up, in the order that is recommended (AP-001, AC-007). Any order works. */
export const setupSteps = [
  "connect",
  "name",
  "map",
  "rules",
  "pull",
  "push",
] as const;
export type SetupStep = (typeof setupSteps)[number];

export const checklistSchema = z.array(
  z.object({
    step: z.enum(setupSteps),
    done: z.boolean(),
  }),
);

/**
 * Returns which steps are done, as the portal's own state says, so that a set-up resumes where it stood on any machine.
 * Mappings and rules count as decided if they aren't the ones of a fresh installation. Pure.
 */
export function checklistOf(
  installation: Pick<Installation, "state" | "types" | "firstPullEnded">,
  settings: Settings,
  hasPushed: boolean,
): z.infer<typeof checklistSchema> {
  const changed = settingsChanges(defaultSettings, settings).map(
    ({ path }) => path,
  );
  const isOfType = (path: string): boolean =>
    listedTypes.some((type) => path.startsWith(`${type}.`));
  const isMapping = (path: string): boolean => path.includes(".mappings.");
  const isDone: Readonly<Record<SetupStep, boolean>> = {
    connect:
      installation.state !== "disconnected" &&
      installation.state !== "uninstalled",
    name: settings.productName !== defaultSettings.productName,
    map: changed.some((path) => isOfType(path) && isMapping(path)),
    rules: changed.some(
      (path) =>
        (isOfType(path) && !isMapping(path)) || path.startsWith("automatic."),
    ),
    pull: hasPulledAll(installation),
    push: hasPushed,
  };
  return setupSteps.map((step) => ({ step, done: isDone[step] }));
}
