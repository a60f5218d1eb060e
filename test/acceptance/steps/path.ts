import { isShortRun } from "../../long-files.ts";

/** An object type as paths name it, here and in HubSpot. */
export type Path = "contacts" | "companies";
/** The same, with types that a portal switches on. */
export type AnyPath = Path | "deals";
export const typeOf = {
  contacts: "contact",
  companies: "company",
  deals: "deal",
} as const;

/** The two sets of HubSpot's unsure facts that acceptance tests run under; a short run leaves out the first. */
export const profiles: readonly ("documented" | "observed")[] = isShortRun
  ? ["observed"]
  : ["documented", "observed"];
