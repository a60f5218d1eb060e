import { capitalized } from "../../sync/values/shown-text.ts";

const may: Readonly<Record<string, (what: string) => string>> = {
  "objects.read": (what) => `read ${what}`,
  "objects.write": (what) => `create and change ${what}`,
  "schemas.read": (what) => `read which properties ${what} have`,
  "schemas.write": (what) => `add a property to ${what}`,
};

/** Returns what a scope of HubSpot permits, as an admin reads it, with its name: HubSpot's pages show both. Pure. */
export function scopeInWords(scope: string): string {
  const [, room = "", what = "", right = ""] =
    /^crm\.(objects|schemas)\.([a-z_]+)\.(read|write)$/.exec(scope) ?? [];
  const words = may[`${room}.${right}`]?.(what);
  return words === undefined ? scope : `${capitalized(words)} (${scope})`;
}
