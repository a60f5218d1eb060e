import hubspot from "@hubspot/api-client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  signedForm,
  verifySignature,
} from "../../../server/http/verify-signature.ts";
import { signatureOf } from "./sign.ts";

const secret = "12345678-aaaa-bbbb-cccc-ddddeeeeffff";
const sample = {
  method: "GET",
  url: "https://hubspot.com/?appId=1&portalId=2&userId=3",
  timestamp: "1111111111",
};
const at = 1_111_111_111;

describe("signature v3", () => {
  test.each([
    ["", "zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI="],
    ['{"a":1,"b":2}', "aaknaCGCYJ4yqzuf1UKGqAWUfdcilJtm5nc/ZCudR9k="],
  ])("HubSpot's own vector with body %j is accepted", (body, signature) => {
    const request = { ...sample, body: Buffer.from(body), signature };
    expect(verifySignature(request, [secret], at)).toEqual({ ok: true });
  });

  test.each([
    ["no signature", { signature: undefined }, "missing"],
    ["no timestamp", { timestamp: undefined }, "missing"],
    ["a timestamp that is none", { timestamp: "yesterday" }, "missing"],
    ["another method", { method: "POST" }, "bad"],
    ["another address", { url: `${sample.url}&x=1` }, "bad"],
    ["another body", { body: Buffer.from(" ") }, "bad"],
    ["a cut signature", { signature: "zTfXjo07" }, "bad"],
  ] as const)("%s is refused", (_name, change, reason) => {
    const request = {
      ...sample,
      body: Buffer.from(""),
      signature: "zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI=",
      ...change,
    };
    expect(verifySignature(request, [secret], at)).toEqual({
      ok: false,
      reason,
    });
  });

  test.each([-300_001, 300_001])(
    "a clock %i ms away is stale, one ms nearer is not",
    (distance) => {
      const request = {
        ...sample,
        body: Buffer.from(""),
        signature: "zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI=",
      };
      expect(verifySignature(request, [secret], at + distance)).toEqual({
        ok: false,
        reason: "stale",
      });
      const nearer = at + distance - Math.sign(distance);
      expect(verifySignature(request, [secret], nearer).ok).toBe(true);
    },
  );

  test("each secret of a rotation is tried, an unknown one is not enough", () => {
    const url = "https://app.example/webhooks/hubspot";
    const headers = signatureOf("POST", url, "[]", {
      secret: "old",
      timestamp: at,
    });
    const request = {
      method: "POST",
      url,
      body: Buffer.from("[]"),
      signature: headers["x-hubspot-signature-v3"],
      timestamp: headers["x-hubspot-request-timestamp"],
    };
    expect(verifySignature(request, ["new", "old"], at).ok).toBe(true);
    expect(verifySignature(request, ["new"], at).ok).toBe(false);
  });

  test("the escapes that HubSpot decodes are decoded in the query, the path stays", () => {
    expect(
      signedForm("https://a.example/x%40y?userEmail=a%40b.c&u=http%3a%2F%2Fz"),
    ).toBe("https://a.example/x%40y?userEmail=a@b.c&u=http://z");
    expect(signedForm("https://a.example/p?q=%20%26%3D%25")).toBe(
      "https://a.example/p?q=%20%26%3D%25",
    );
  });

  test("HubSpot's package agrees on what it signs, and any changed byte is refused", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.nat(),
        (text, position) => {
          const now = Date.now();
          const url = "https://app.example/webhooks/hubspot";
          const headers = signatureOf("POST", url, text, { timestamp: now });
          const signature = headers["x-hubspot-signature-v3"] ?? "";
          const body = Buffer.from(text);
          const request = {
            method: "POST",
            url,
            body,
            signature,
            timestamp: String(now),
          };
          const ours = (change = {}): boolean =>
            verifySignature(
              { ...request, ...change },
              ["sandbox-client-secret"],
              now,
            ).ok;
          expect(
            hubspot.Signature.isValid({
              signatureVersion: "v3",
              signature,
              method: "POST",
              clientSecret: "sandbox-client-secret",
              requestBody: text,
              url,
              timestamp: now,
            }),
          ).toBe(true);
          expect(ours()).toBe(true);
          const changed = Buffer.concat([body, Buffer.from("!")]);
          const at = position % changed.length;
          changed[at] = (changed[at] ?? 0) ^ 1;
          expect(ours({ body: changed })).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });
});
