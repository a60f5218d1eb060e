import { describe, expect, test } from "vitest";
import { signRequest } from "../../sandbox/sign-request.ts";

// HubSpot's own vectors, from the spec of its development server.
const vector = {
  url: "https://hubspot.com/?appId=1&portalId=2&userId=3",
  secret: "12345678-aaaa-bbbb-cccc-ddddeeeeffff",
  timestamp: 1_111_111_111,
  method: "GET",
  legacy: "v2",
} as const;

describe("the signature on what HubSpot sends", () => {
  test.each([
    ["", "zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI="],
    ['{"a":1,"b":2}', "aaknaCGCYJ4yqzuf1UKGqAWUfdcilJtm5nc/ZCudR9k="],
  ])("over the body %j is HubSpot's own", (body, signature) => {
    const headers = signRequest({ ...vector, body });
    expect(headers["x-hubspot-signature-v3"]).toBe(signature);
    expect(headers["x-hubspot-request-timestamp"]).toBe("1111111111");
    expect(headers["x-hubspot-signature-version"]).toBe("v2");
  });

  test.each([
    [1_693_657_560_000, "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="],
    [1_700_000_300_000, "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="],
  ])("on a webhook of %s is HubSpot's own", (timestamp, signature) => {
    const headers = signRequest({
      method: "POST",
      url: "https://www.example.com/webhook_uri",
      body: "{'example_field':'example_value'}",
      secret: "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
      timestamp,
      legacy: "v1",
    });
    expect(headers["x-hubspot-signature-v3"]).toBe(signature);
    expect(headers["x-hubspot-signature-version"]).toBe("v1");
  });

  test("covers an address with its readable characters decoded, and no others", () => {
    const encoded = signRequest({
      ...vector,
      body: "",
      url: "https://a.example/x?userEmail=a%40b.c&q=%C3%A4%20",
    });
    const decoded = signRequest({
      ...vector,
      body: "",
      url: "https://a.example/x?userEmail=a@b.c&q=%C3%A4%20",
    });
    const other = signRequest({
      ...vector,
      body: "",
      url: "https://a.example/x?userEmail=a@b.c&q=%C3%A4 ",
    });
    expect(encoded["x-hubspot-signature-v3"]).toBe(
      decoded["x-hubspot-signature-v3"],
    );
    expect(encoded["x-hubspot-signature"]).not.toBe(
      decoded["x-hubspot-signature"],
    );
    expect(other["x-hubspot-signature-v3"]).not.toBe(
      decoded["x-hubspot-signature-v3"],
    );
  });

  test("leaves percent codes in the path alone", () => {
    const one = signRequest({
      ...vector,
      body: "",
      url: "https://a.example/x%40y",
    });
    const two = signRequest({
      ...vector,
      body: "",
      url: "https://a.example/x@y",
    });
    expect(one["x-hubspot-signature-v3"]).not.toBe(
      two["x-hubspot-signature-v3"],
    );
  });
});
