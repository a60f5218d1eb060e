import type { Db } from "../database/database.ts";
import type { Installation } from "../sync/installation/installation.ts";
import type { User } from "./dependencies.ts";

/** Whether a person may do something, and if not, why, in a sentence for that person. */
export type Verdict =
  { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Returns whether a person in HubSpot may change a portal's settings and its connection: the one who connected HubSpot
 * may. Every way in asks here, and the settings page shows the answer; it decides nothing itself.
 * @param user as HubSpot signed it
 */
export function maySettings(
  _db: Db,
  { syncUser }: Pick<Installation, "syncUser">,
  user: User,
): Promise<Verdict> {
  const isSyncUser =
    user.id === syncUser.id ||
    (user.email !== "" &&
      user.email.toLowerCase() === syncUser.email.toLowerCase());
  return Promise.resolve(
    isSyncUser
      ? { ok: true }
      : {
          ok: false,
          reason: `Only the user who connected HubSpot${syncUser.email === "" ? "" : ` (${syncUser.email})`} can change settings.`,
        },
  );
}
