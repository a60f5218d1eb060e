import { faultsSchema } from "../fault-document.ts";
import type { FaultDocument } from "../fault-document.ts";
import type { WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import { control, readJson } from "./parse.ts";

/** Puts these faults, and no others, in force at once: for calls, search indexes and webhooks. */
export function setFaults(
  platform: Platform,
  documents: readonly FaultDocument[],
): void {
  platform.faults.replace(documents);
  for (const entry of platform.registry.entries())
    entry.overrideSearchLag(platform.faults.searchLagMs(entry.portalId));
  platform.webhooks.poke();
}

/** Control paths about faults. */
export function faultRoutes(platform: Platform): readonly WebRoute[] {
  return [
    control("GET", "/faults", () => ({
      status: 200,
      body: { faults: platform.faults.list() },
    })),
    control("PUT", "/faults", (call) => {
      setFaults(platform, readJson(faultsSchema, call));
      return { status: 200, body: { faults: platform.faults.list() } };
    }),
    control("DELETE", "/faults", () => {
      setFaults(platform, []);
      return { status: 204 };
    }),
  ];
}
