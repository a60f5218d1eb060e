import type { Secret } from "../../hubspot/secret.ts";
import { linkHubSpotUser, readUser } from "../../sync/people/users.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { LinkSubject } from "./link-ticket.ts";
import type { Page } from "./page.ts";

/** How a consent for linking ended; the page is for a person, the code for a program. */
export type Linking = {
  readonly ok: boolean;
  readonly status: number;
  readonly code: string;
  readonly page: Page;
};

/** Learns from HubSpot's code who a user is there, and forgets the tokens that come with it. */
export async function linkUser(
  parts: HttpDependencies,
  { portalId, userId }: LinkSubject,
  exchange: { code: string; redirectUri: string; codeVerifier: string },
): Promise<Linking> {
  const { oauth } = parts.hubspot;
  const exchanged = await oauth.exchangeCode(exchange);
  if (!exchanged.ok) return refused;
  const { grant } = exchanged;
  const token = await oauth.introspect(grant.accessToken, "access_token");
  await forget(parts, portalId, grant.refreshToken);
  const hubspotUser = grant.userId ?? token.userId;
  if (hubspotUser === null) return refused;
  if ((grant.portalId ?? token.portalId) !== portalId) return otherAccount;
  const user = await parts.database.inPortal(portalId, async (db) =>
    (await linkHubSpotUser(db, portalId, userId, hubspotUser))
      ? readUser(db, userId)
      : null,
  );
  if (user === null) return noUser;
  parts.log.info({ portalId }, "a user was linked to a HubSpot user");
  return {
    ok: true,
    status: 200,
    code: "linked",
    page: {
      title: "Your users are linked",
      facts: [
        { label: "User", value: user.email },
        { label: "HubSpot user", value: token.userEmail || `${hubspotUser}` },
      ],
      paragraphs: [
        "What you push, and what you click on cards in HubSpot, counts as yours. You can close this page.",
      ],
    },
  };
}

// A token that isn't revoked is known to nobody: it was never stored.
async function forget(
  parts: HttpDependencies,
  portalId: number,
  refreshToken: Secret,
): Promise<void> {
  try {
    await parts.hubspot.oauth.revoke(refreshToken);
  } catch (error) {
    parts.log.warn(
      { portalId, err: error },
      "the token of a linked user could not be revoked",
    );
  }
}

const title = "Your users weren't linked";

const refused: Linking = {
  ok: false,
  status: 400,
  code: "code_refused",
  page: {
    title,
    paragraphs: [
      "HubSpot rejected the connection, perhaps because it timed out. Open the link again.",
    ],
  },
};

const otherAccount: Linking = {
  ok: false,
  status: 403,
  code: "other_account",
  page: {
    title,
    paragraphs: [
      "You chose another HubSpot account. Open the link again, and choose the account that is connected.",
    ],
  },
};

const noUser: Linking = {
  ok: false,
  status: 404,
  code: "user_not_found",
  page: { title, paragraphs: ["There is no such user. Ask for a new link."] },
};
