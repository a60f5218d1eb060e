import { createHash } from "node:crypto";

/** Emails of contacts that were deleted for good, and those that were to be. Kept as digests: nothing readable may stay. */
export class Blocklist {
  private readonly digests = new Set<string>();

  add(email: string): void {
    this.digests.add(digest(email));
  }

  /** In any case of letters. */
  has(email: string): boolean {
    return this.digests.size > 0 && this.digests.has(digest(email));
  }

  /** Forgets an email that was let back in. */
  remove(email: string): void {
    if (this.digests.size > 0) this.digests.delete(digest(email));
  }
}

function digest(email: string): string {
  return createHash("sha256").update(email.trim().toLowerCase()).digest("hex");
}
