import { newApiKey } from "../../database/api-key.ts";
import { readSettings } from "../../settings/store.ts";
import { install } from "../../sync/installation/install.ts";
import { endSetupWindow } from "../../sync/installation/installation-moves.ts";
import { readInstallation } from "../../sync/installation/installation.ts";
import { preparePortal } from "../../sync/installation/prepare-portal.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { Connected } from "./connected-page.ts";
import type { Page } from "./page.ts";
import { scopeInWords } from "./scope-words.ts";
import { missingScopes } from "./scopes.ts";

/** The longest time that the admin waits for HubSpot, in ms; housekeeping does the rest later. */
const PREPARE_MS = 10_000;

export type Connection =
  | ({ ok: true } & Connected)
  | {
      ok: false;
      status: number;
      code: string;
      page: Page;
      /** Scopes that the account didn't grant. */
      missing?: readonly string[];
    };

/** Turns HubSpot's code into an installation: tokens sealed and stored, scopes checked, the portal made ready. */
export async function connect(
  parts: HttpDependencies,
  exchange: { code: string; redirectUri: string; codeVerifier: string },
): Promise<Connection> {
  const { oauth } = parts.hubspot;
  const exchanged = await oauth.exchangeCode(exchange);
  if (!exchanged.ok) return notTaken;
  const { grant } = exchanged;
  const token = await oauth.introspect(grant.accessToken, "access_token");
  const portalId = grant.portalId ?? token.portalId;
  const userId = grant.userId ?? token.userId;
  if (portalId === null || userId === null) return notTaken;
  const scopes = grant.scopes ?? token.scopes;
  const missing = missingScopes(scopes);
  if (missing.length > 0) return lacking(missing);

  const { key, stored } = newApiKey();
  const { keyIsNew } = await install(
    parts.database,
    {
      portalId,
      appId: parts.config.appId,
      syncUser: { id: userId, email: token.userEmail },
      scopes,
      accessToken: parts.hubspot.seal(portalId, grant.accessToken),
      accessExpiresAt: grant.expiresAt,
      refreshToken: parts.hubspot.seal(portalId, grant.refreshToken),
      apiKey: stored,
    },
    parts.config.setupWindowHours,
  );
  parts.hubspot.forget(portalId);
  await prepare(parts, portalId);
  const { installation, productName } = await parts.database.inPortal(
    portalId,
    async (db) => {
      await endSetupWindow(db, portalId);
      const { settings } = await readSettings(db, portalId);
      return {
        installation: await readInstallation(db, portalId),
        productName: settings.productName,
      };
    },
  );
  if (!installation)
    throw new Error("The installation was removed while it was prepared.");
  parts.log.info({ portalId, keyIsNew }, "an installation was connected");
  return {
    ok: true,
    portalId,
    accountDomain: token.accountDomain,
    userEmail: token.userEmail,
    installation,
    productName,
    apiKey: keyIsNew ? key : null,
  };
}

// The installation is stored, whatever HubSpot returns now; housekeeping later reads what couldn't be read.
async function prepare(
  parts: HttpDependencies,
  portalId: number,
): Promise<void> {
  try {
    await preparePortal(
      parts.database,
      parts.hubspot.portal(portalId),
      portalId,
      { priority: "interactive", signal: AbortSignal.timeout(PREPARE_MS) },
    );
  } catch (error) {
    parts.log.warn(
      { portalId, err: error },
      "a new installation could not be prepared yet",
    );
  }
}

const notTaken: Connection = {
  ok: false,
  status: 400,
  code: "code_refused",
  page: {
    title: "HubSpot wasn't connected",
    paragraphs: [
      "HubSpot rejected the connection, perhaps because it timed out. Try again.",
    ],
    link: { text: "Connect HubSpot", href: "/oauth/install" },
  },
};

function lacking(missing: readonly string[]): Connection {
  return {
    ok: false,
    status: 403,
    code: "missing_scopes",
    missing,
    page: {
      title: "Some permissions are missing",
      paragraphs: [
        "HubSpot wasn't connected, because Counterpart needs these permissions. Your HubSpot plan may not include them, or another admin may need to connect.",
      ],
      items: missing.map(scopeInWords),
      link: { text: "Try again", href: "/oauth/install" },
    },
  };
}
