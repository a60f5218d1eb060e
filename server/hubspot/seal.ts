import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import type { PortalId } from "../settings/object-type.ts";
import { Secret } from "./secret.ts";

/** A 32-byte key and the name under which sealed values refer to it. */
export type SealKey = { readonly id: string; readonly key: KeyObject };

const algorithm = "aes-256-gcm";
const tagLength = 16;
const ivLength = 12;

/** A sealed value that no key we have can open: tampered with, of another portal, or its key was removed. */
export class SealError extends Error {
  override readonly name = "SealError";
}

const portalData = (portalId: PortalId): Buffer =>
  Buffer.from(`portal:${portalId}`);

/** `v1.<keyId>.<iv>.<ciphertext+tag>`, base64url, bound to the portal; the first key seals. Throws without keys. */
export function seal(
  keys: readonly SealKey[],
  portalId: PortalId,
  secret: Secret,
): string {
  const current = keys[0];
  if (current === undefined)
    throw new SealError("There is no key to seal with.");
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv(algorithm, current.key, iv, {
    authTagLength: tagLength,
  });
  cipher.setAAD(portalData(portalId));
  const sealed = Buffer.concat([
    cipher.update(secret.reveal(), "utf8"),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `v1.${current.id}.${iv.toString("base64url")}.${sealed.toString("base64url")}`;
}

/** The secret inside, by whichever key sealed it. Throws SealError. */
export function unseal(
  keys: readonly SealKey[],
  portalId: PortalId,
  sealed: string,
): Secret {
  const [form, keyId, ivText, bodyText, ...rest] = sealed.split(".");
  const key = keys.find(({ id }) => id === keyId)?.key;
  const iv = Buffer.from(ivText ?? "", "base64url");
  const body = Buffer.from(bodyText ?? "", "base64url");
  if (
    form !== "v1" ||
    rest.length > 0 ||
    iv.length !== ivLength ||
    body.length < tagLength
  ) {
    throw new SealError("Not a sealed value.");
  }
  if (key === undefined) {
    throw new SealError(`No key is called ${keyId ?? ""}.`);
  }
  const decipher = createDecipheriv(algorithm, key, iv, {
    authTagLength: tagLength,
  });
  decipher.setAAD(portalData(portalId));
  decipher.setAuthTag(body.subarray(body.length - tagLength));
  try {
    const plain = Buffer.concat([
      decipher.update(body.subarray(0, body.length - tagLength)),
      decipher.final(),
    ]);
    return new Secret(plain.toString("utf8"));
  } catch (cause) {
    throw new SealError("The sealed value does not open.", { cause });
  }
}
