import type { BringChoice, Settings } from "./schema.ts";
import type { ParentKind } from "./types/index.ts";

/** Returns what a portal has chosen about the parents of a kind's children. Pure. */
export function parentRules(
  settings: Settings,
  kind: ParentKind,
): { readonly bring: BringChoice; readonly require: boolean } {
  const ofChild: Readonly<Record<string, unknown>> = settings[kind.from];
  // The settings' schema has both keys of each kind.
  return {
    bring: ofChild[kind.settings.bring] as BringChoice,
    require: ofChild[kind.settings.require] as boolean,
  };
}
