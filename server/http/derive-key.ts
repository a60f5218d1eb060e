import type { KeyObject } from "node:crypto";
import { hkdfSync } from "node:crypto";

/**
 * A key of 32 bytes for one purpose. HubSpot's client secret signs webhooks and card requests, so nothing of ours is
 * ever signed with it; and a key for one purpose must not serve another.
 */
export function deriveKey(root: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", root, "counterpart", purpose, 32));
}
