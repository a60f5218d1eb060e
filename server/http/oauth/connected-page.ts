import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import { atStart } from "../../settings/product.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf, listedTypes } from "../../settings/types/index.ts";
import type { Installation } from "../../sync/installation/installation.ts";
import {
  connectedAppsPage,
  objectListPage,
} from "../../sync/values/object-page.ts";
import type { Page } from "./page.ts";

const [firstListed] = listedTypes;

/** A connection that has just been made. */
export type Connected = {
  portalId: number;
  /** Empty if HubSpot does not give one. */
  accountDomain: string;
  /** The email of the user who connected; empty if HubSpot does not give one. */
  userEmail: string;
  installation: Installation;
  /** What the page calls the product. */
  productName: string;
  /** Null: the product keeps the key that it has. */
  apiKey: string | null;
};

/** The page after a connection: which account, what happens when, where to go next, and the API key if it is new. */
export function connectedPage(connected: Connected): Page {
  const { portalId, accountDomain, userEmail, installation, apiKey } =
    connected;
  const { productName } = connected;
  return {
    title: "HubSpot is connected",
    facts: [
      {
        label: "HubSpot account",
        value: accountDomain
          ? `${accountDomain} (ID ${portalId})`
          : `ID ${portalId}`,
      },
      ...(userEmail ? [{ label: "Connected by", value: userEmail }] : []),
    ],
    paragraphs: [
      whatHappens(installation, productName),
      "Next, add the Counterpart card to your records. Open a contact or a company in HubSpot, click Customize, and choose Counterpart in the card library.",
    ],
    link: wayOn(installation, portalId),
    more: {
      text: "Read the documentation",
      href: manifest.config.support.documentationUrl,
    },
    ...(apiKey === null ? {} : { secret: newKey(apiKey, productName) }),
  };
}

/** To the settings while there is something to decide, otherwise to the records. */
function wayOn(
  { state, account }: Installation,
  portalId: number,
): NonNullable<Page["link"]> {
  const { uiDomain } = account;
  return state === "setting-up" || state === "held"
    ? {
        text: "Continue in HubSpot",
        href: connectedAppsPage(uiDomain, portalId),
      }
    : {
        text: `Open ${descriptorOf(firstListed).names.plural} in HubSpot`,
        href: objectListPage(uiDomain, portalId, firstListed),
      };
}

/** The form for a new key, on the page after a reconnection; the product keeps its key until then. */
export function newKeyForm(
  ticket: string,
  productName: string,
): NonNullable<Page["form"]> {
  return {
    heading: "API key",
    note: `${atStart(productName)}'s API key is still valid. Connecting again doesn't change it. If the key is lost, create a new one: the earlier key stays valid for one more hour.`,
    action: "/oauth/api-key",
    field: { name: "ticket", value: ticket },
    button: "Create new key",
  };
}

/** The page that shows a key that an admin created. */
export function newKeyPage(
  portalId: number,
  apiKey: string,
  oldKeyEndsAt: Date | null,
  productName: string,
): Page {
  return {
    title: "New API key created",
    facts: [{ label: "HubSpot account", value: `ID ${portalId}` }],
    paragraphs: oldKeyEndsAt
      ? [`The earlier key stays valid until ${timeText(oldKeyEndsAt)}.`]
      : [],
    secret: {
      label: "API key",
      value: apiKey,
      note: `Copy this API key now and give it to ${productName}'s developers. It won't be shown again.`,
    },
  };
}

const newKey = (
  apiKey: string,
  productName: string,
): NonNullable<Page["secret"]> => ({
  label: "API key",
  value: apiKey,
  note: `Copy this API key now and give it to ${productName}'s developers. It won't be shown again and replaces any earlier key.`,
});

/** "all companies, then all contacts" */
const pulled = (types: readonly ObjectType[]): string =>
  types.map((type) => `all ${descriptorOf(type).names.plural}`).join(", then ");

function whatHappens(
  { state, windowEndsAt, account, types }: Installation,
  productName: string,
): string {
  switch (state) {
    case "setting-up":
      return `The first pull starts on ${timeText(windowEndsAt, account["timeZone"])}. Until then nothing syncs, so you can choose your settings, or start earlier: continue in HubSpot, choose Counterpart among the connected apps, and open its Settings tab.`;
    case "first-pull":
      return `The first pull has started. It reads ${pulled(types.enabled)}. Changes in ${productName} are pushed when the first pull ends.`;
    case "active":
      return "Sync is on and continues with this connection.";
    case "held":
      return "Sync is paused. Nothing syncs until someone resumes it. To resume it, choose Counterpart among the connected apps in HubSpot, and open its Settings tab.";
    case "disconnected":
    case "uninstalled":
      return "The connection ended. Connect HubSpot again.";
  }
}

/** A time as a person reads it, in the account's time zone if it names a known one. */
function timeText(time: Date, timeZone?: unknown): string {
  const inZone = (zone: string): string =>
    time.toLocaleString("en-US", {
      month: "long",
      day: "numeric",
      year: "numeric",
      hour: "numeric",
      minute: "2-digit",
      timeZone: zone,
      timeZoneName: "short",
    });
  try {
    return inZone(
      typeof timeZone === "string" && timeZone !== "" ? timeZone : "UTC",
    );
  } catch {
    return inZone("UTC");
  }
}
