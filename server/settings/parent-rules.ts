import type { BringChoice, Settings } from "./schema.ts";
import type { ParentKind } from "./types/index.ts";

/** Returns what a portal has chosen about the parents of a kind's children. Pure. */
export function parentRules(
  settings: Settings,
  kind: ParentKind,
): { readonly bring: BringChoice; readonly require: boolean } {
  const ofChild = settings[kind.from];
  return {
    bring: ofChild[kind.settings.bring],
    require: ofChild[kind.settings.require],
  };
}
