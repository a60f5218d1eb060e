import { z } from "zod";
import { settingsChanges } from "../../settings/differences/differences.ts";
import type { Settings } from "../../settings/schema.ts";
import { defaultSettings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import type { Installation } from "../../sync/installation/installation.ts";
import { hasPulledAll } from "../../sync/installation/installation-state.ts";
import type {
  SetupStep,
  StepTimes,
} from "../../sync/installation/setup-steps.ts";
import {
  markedSteps,
  setupSteps,
} from "../../sync/installation/setup-steps.ts";
import { timeSchema } from "../api/schemas.ts";

export const checklistSchema = z.array(
  z.object({
    step: z.enum(setupSteps),
    done: z.boolean(),
    /** When it was recorded as done; null if only the portal's state says so. */
    at: timeSchema.nullable(),
    /** What a person can do about it at /settings/steps. */
    can: z.enum(["mark", "unmark"]).nullable(),
    /** Where the step is explained (AP-122). */
    helpUrl: z.string().nullable(),
  }),
);

/** The places of the guide for admins that explain the steps, below the address of the documentation. */
export const sections: Readonly<Record<SetupStep, string>> = {
  connect: "/admin-guide#connect",
  name: "/admin-guide#name-your-product",
  map: "/admin-guide#map-fields-and-stages",
  rules: "/admin-guide#decide-what-syncs",
  try: "/admin-guide#try-one-record",
  pull: "/admin-guide#pull-from-hubspot",
  test: "/admin-guide#push-ten-records-as-a-test",
  push: "/admin-guide#push-to-hubspot",
  key: "/admin-guide#give-developers-the-api-key",
  card: "/admin-guide#add-the-card-to-record-pages",
};

/**
 * Returns which steps are done, as the portal's own state says or as it was recorded, so that a set-up resumes where it
 * was left on any machine. Mappings and rules count as decided if they aren't the ones of a fresh installation. Pure.
 */
export function checklistOf(
  installation: Pick<Installation, "state" | "types" | "firstPullEnded">,
  settings: Settings,
  hasPushed: boolean,
  times: StepTimes,
  documentationUrl: string | null,
): z.infer<typeof checklistSchema> {
  const changed = settingsChanges(defaultSettings, settings).map(
    ({ path }) => path,
  );
  const isOfType = (path: string): boolean =>
    listedTypes.some((type) => path.startsWith(`${type}.`));
  const isMapping = (path: string): boolean => path.includes(".mappings.");
  const isShown: Readonly<Record<SetupStep, boolean>> = {
    connect:
      installation.state !== "disconnected" &&
      installation.state !== "uninstalled",
    name: settings.productName !== defaultSettings.productName,
    map: changed.some((path) => isOfType(path) && isMapping(path)),
    rules: changed.some((path) => isOfType(path) && !isMapping(path)),
    try: false,
    pull: hasPulledAll(installation),
    test: hasPushed,
    push: hasPushed && settings.automatic.push,
    key: false,
    card: false,
  };
  // Nothing can be pushed before the first pull, so these steps can't be done then.
  const canBeMarked: ReadonlySet<SetupStep> = new Set(
    markedSteps.filter(
      (step) => isShown.pull || (step !== "test" && step !== "push"),
    ),
  );
  return setupSteps.map((step) => {
    const at = times[step] ?? null;
    return {
      step,
      done: isShown[step] || at !== null,
      at: at === null ? null : new Date(at).toISOString(),
      can:
        isShown[step] || !canBeMarked.has(step)
          ? null
          : at === null
            ? "mark"
            : "unmark",
      helpUrl: documentationUrl && `${documentationUrl}${sections[step]}`,
    };
  });
}
