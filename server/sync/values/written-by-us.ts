import type { HistoryEntry } from "../../hubspot/gateway.ts";

/**
 * Whether this very app wrote a value, by HubSpot's history. Another integration's write is a change like a person's, and
 * so is one of an integration that HubSpot doesn't name.
 */
export const isWrittenByUs = (
  { sourceType, sourceId }: Pick<HistoryEntry, "sourceType" | "sourceId">,
  appId: number,
): boolean => sourceType === "INTEGRATION" && sourceId === String(appId);
