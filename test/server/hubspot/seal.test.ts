import { createSecretKey, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seal, SealError, unseal } from "../../../server/hubspot/seal.ts";
import { Secret } from "../../../server/hubspot/secret.ts";

const key = (id: string) => ({ id, key: createSecretKey(randomBytes(32)) });
const keys = [key("new"), key("old")];

describe("a sealed token", () => {
  it("opens to what was sealed, with any key that we still have", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (value, portalId) => {
        const sealed = seal(keys.slice(1), portalId, new Secret(value));
        expect(sealed.startsWith("v1.old.")).toBe(true);
        expect(unseal(keys, portalId, sealed).reveal()).toBe(value);
      }),
    );
  });

  it("opens for no other portal, by no other key, and with no bit changed", () => {
    const sealed = seal(keys, 1, new Secret("token"));
    expect(() => unseal(keys, 2, sealed)).toThrow(SealError);
    expect(() => unseal([key("new")], 1, sealed)).toThrow(SealError);
    expect(() => unseal([key("other")], 1, sealed)).toThrow(SealError);
    const [form, id, iv, body = ""] = sealed.split(".");
    const bytes = Buffer.from(body, "base64url");
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const text = [form, id, iv, changed.toString("base64url")].join(".");
      expect(() => unseal(keys, 1, text)).toThrow(SealError);
    }
    const short = bytes.subarray(0, 12).toString("base64url");
    expect(() => unseal(keys, 1, [form, id, iv, short].join("."))).toThrow(
      SealError,
    );
  });

  it("differs each time", () => {
    const secret = new Secret("token");
    expect(seal(keys, 1, secret)).not.toBe(seal(keys, 1, secret));
  });
});

describe("a secret", () => {
  it("prints nothing of itself, however it is printed", () => {
    const secret = new Secret("hush");
    const holder = { deep: [{ secret }] };
    for (const text of [
      String(secret),
      `${secret.toString()}`,
      JSON.stringify(holder),
      inspect(holder, { depth: 9, showHidden: true }),
    ]) {
      expect(text).not.toContain("hush");
    }
  });
});
