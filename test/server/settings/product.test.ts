import { describe, expect, test } from "vitest";
import {
  named,
  productNameSchema,
  recordUrlOf,
  recordUrlSchema,
} from "../../../server/settings/product.ts";

describe("a sentence in the product's name", () => {
  test.each([
    ["Deleted in the workspace.", "Orbit", "Deleted in Orbit."],
    ["The workspace rejected it.", "Orbit", "Orbit rejected it."],
    ["The workspace rejected it.", "orbit", "orbit rejected it."],
    ["The workspace rejected it.", "your product", "Your product rejected it."],
    ["Replace it with the workspace's?", "Orbit", "Replace it with Orbit's?"],
    [
      "Nothing to push: the workspace rejected it",
      "$&",
      "Nothing to push: $& rejected it",
    ],
    ['HubSpot kept "the workspace".', "Orbit", 'HubSpot kept "the workspace".'],
    ["HubSpot kept “the workspace”.", "Orbit", "HubSpot kept “the workspace”."],
    ["the workspaces of others", "Orbit", "the workspaces of others"],
  ])("%s of %s", (sentence, name, expected) => {
    expect(named(sentence, name)).toBe(expected);
  });
});

describe("a product's name", () => {
  test("is one line of at most 40 characters, without blanks around it", () => {
    expect(productNameSchema.parse("  Orbit CRM ")).toBe("Orbit CRM");
    for (const wrong of ["", "   ", "a\nb", "a\u0000b", "x".repeat(41), 7])
      expect(productNameSchema.safeParse(wrong).success).toBe(false);
  });
});

describe("the address of a record", () => {
  test.each([
    "https://app.example.com/contacts/{id}",
    "http://localhost:3000/{type}/{id}",
    "https://app.example.com/#/open?type={type}&id={id}",
  ])("%s is taken", (template) => {
    expect(recordUrlSchema.safeParse(template).success).toBe(true);
  });

  test.each([
    ["no id", "https://app.example.com/contacts"],
    ["another placeholder", "https://app.example.com/{name}/{id}"],
    ["no web address", "javascript:alert({id})"],
    ["a path", "/contacts/{id}"],
    ["a host that the record names", "https://{id}.example.com/"],
    ["a host that ends with the record", "https://example.com{id}/"],
    ["a password", "https://ada:secret@app.example.com/{id}"],
    ["too long", `https://app.example.com/{id}${"x".repeat(1_000)}`],
  ])("%s is refused", (_what, template) => {
    expect(recordUrlSchema.safeParse(template).success).toBe(false);
  });

  test("has the record's id and type in place; without a template there is none", () => {
    expect(
      recordUrlOf("https://app.example.com/{type}/{id}", "contact", "9b/2c"),
    ).toBe("https://app.example.com/contact/9b%2F2c");
    expect(recordUrlOf(null, "contact", "9b2c")).toBeNull();
  });
});
