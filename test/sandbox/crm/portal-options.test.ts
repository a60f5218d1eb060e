import { describe, expect, it } from "vitest";
import {
  optionChoices,
  profiles,
  readOptions,
} from "../../../sandbox/crm/options.ts";

describe("portal options", () => {
  it("start from a profile and change by name", () => {
    const options = readOptions(
      { profile: "observed", mergeKeepsId: false },
      profiles.documented,
    );
    expect(options).toEqual({ ...profiles.observed, mergeKeepsId: false });
    expect(readOptions({ searchLagMs: 5 }, options)).toEqual({
      ...options,
      searchLagMs: 5,
    });
    expect(readOptions(undefined, options)).toBe(options);
  });

  it("name every one that does not exist or cannot have its value", () => {
    const wrong = {
      mergeKeepsIds: true,
      companyByEmailDomain: "always",
      rewrites: "most",
      partialStatus: 201,
      searchLagMs: -1,
      timeZone: "Nowhere/Land",
      profile: "real",
    };
    expect(() => readOptions(wrong, profiles.documented)).toThrow(
      /profile, mergeKeepsIds, companyByEmailDomain, rewrites, partialStatus, searchLagMs, timeZone/,
    );
    expect(() =>
      readOptions({ constructor: true }, profiles.documented),
    ).toThrow(/constructor/);
    expect(() => readOptions("observed", profiles.documented)).toThrow(
      TypeError,
    );
  });

  it("list the choices that tests draw from, each of which a portal takes", () => {
    for (const [name, choices] of Object.entries(optionChoices)) {
      for (const choice of choices) {
        expect(
          readOptions({ [name]: choice }, profiles.documented),
        ).toHaveProperty(name, choice);
      }
    }
    const unclear = Object.entries(profiles.documented).filter(
      ([name]) => optionChoices[name] === undefined,
    );
    expect(unclear.map(([name]) => name)).toEqual([
      "companyByEmailDomain",
      "inlineAssociations",
      "customProperties",
      "uniqueProperties",
      "searchLagMs",
      "timeZone",
      "currencies",
      "dailyLimit",
    ]);
  });
});
