import { createHash } from "node:crypto";

type Signed = {
  readonly value: string;
  readonly expiresAt: number;
  readonly portalId: number;
  readonly userId: number;
  readonly appId: number;
  readonly scopes: ReadonlySet<string>;
};

/**
 * What introspection tells of an access token a second time, under its `signed_access_token`. Scopes and signatures are
 * HubSpot's own encodings, of use to nobody else: here any text of that look.
 */
export function signedAccessToken({
  value,
  expiresAt,
  portalId,
  userId,
  appId,
  scopes,
}: Signed): Readonly<Record<string, unknown>> {
  return {
    expiresAt,
    scopes: Buffer.from([...scopes].join()).toString("base64"),
    hubId: portalId,
    userId,
    appId,
    signature: digest(value),
    scopeToScopeGroupPks: "",
    newSignature: digest(`new ${value}`),
    hublet: "na1",
    trialScopes: "",
    trialScopeToScopeGroupPks: "",
    isUserLevel: false,
  };
}

const digest = (text: string): string =>
  createHash("sha1").update(text).digest("base64");
