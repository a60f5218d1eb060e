import { z } from "zod";
import type { CardManifest } from "./extension-manifests.ts";
import { OBJECT_TYPES } from "./crm-properties.ts";
import type { DeskObjectType } from "./crm-properties.ts";
import { proxyExtensionCall } from "./extension-proxy.ts";
import type { Caller, ProxyAnswer, ProxyRequest } from "./extension-proxy.ts";
import { Refusal } from "./refusal.ts";
import type {
  PortalInfo,
  PortalUser,
  SandboxClient,
} from "./sandbox-client.ts";
import { WorkspaceClient } from "./workspace-client.ts";

const viewSchema = z.looseObject({
  record: z.looseObject({ id: z.string() }).nullish(),
});

/** A card with its bundle, as the desk serves it. */
export type DeskCard = CardManifest & { bundle: string };

export type DeskParts = {
  sandbox: SandboxClient;
  serverUrl: string;
  clientSecret: string;
  appId: number;
  appName: string;
  permitted: readonly string[];
  cards: readonly DeskCard[];
  /** The app's settings page; null if its project has none. */
  settings: { uid: string; bundle: string } | null;
};

/** What the desk's routes share: the portal's user, its installation, and calls on their behalf. */
export class DeskContext {
  readonly parts: DeskParts;

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  get sandbox(): SandboxClient {
    return this.parts.sandbox;
  }

  /** The portal's owners, and who sits at the desk: the active user who is named, or else the first one. */
  async portal(
    portalId: number,
    userId: number | null = null,
  ): Promise<PortalInfo & { user: PortalUser }> {
    const info = await this.sandbox.portal(portalId);
    const active = info.users.filter((each) => each.active);
    const user = active.find(({ id }) => id === userId) ?? active[0];
    if (!user) throw new Refusal(409, `Portal ${portalId} has no active user.`);
    const { id, email, firstName, lastName } = user;
    return { ...info, user: { id, email, firstName, lastName } };
  }

  objectType(objectTypeId: string): DeskObjectType {
    const type = OBJECT_TYPES[objectTypeId];
    if (!type)
      throw new Refusal(
        404,
        `The desk has no page for objects of type ${objectTypeId}.`,
      );
    return type;
  }

  /** The workspace of a portal, or null where the app is not installed. */
  async workspace(portalId: number): Promise<WorkspaceClient | null> {
    const installation = await this.sandbox.installation(portalId);
    if (!installation) return null;
    return new WorkspaceClient(installation);
  }

  /** An extension's call to the app's server, as HubSpot makes it for the user at the desk. */
  async cardCall(
    portalId: number,
    call: ProxyRequest,
    userId: number | null = null,
  ): Promise<ProxyAnswer> {
    const { user } = await this.portal(portalId, userId);
    const { appId, permitted, clientSecret } = this.parts;
    const caller: Caller = {
      userId: user.id,
      userEmail: user.email,
      portalId,
      appId,
    };
    return proxyExtensionCall(call, caller, {
      permitted,
      secret: clientSecret,
    });
  }

  /** The id of the record that is linked with an object, as the card is told it; null where there is none. */
  async linkedRecordId(
    portalId: number,
    objectTypeId: string,
    objectId: string,
  ): Promise<string | null> {
    const query = new URLSearchParams({ objectTypeId, objectId });
    const url = `${this.parts.serverUrl}/ui/card?${query.toString()}`;
    const answer = await this.cardCall(portalId, {
      url,
      method: "GET",
      headers: {},
    });
    if (!answer.ok) throw new Refusal(502, answer.reason);
    if (answer.status === 404) return null;
    if (answer.status !== 200)
      throw new Refusal(
        502,
        `The app's server answered ${answer.status} for the card.`,
      );
    return viewSchema.parse(JSON.parse(answer.body)).record?.id ?? null;
  }
}
