import { DatabaseError } from "pg";
import { describe, expect, test } from "vitest";
import {
  ConnectionLostError,
  DatabaseBusyError,
  DatabaseConnectionError,
  SilentConnectionError,
} from "../../../server/database/errors.ts";
import { outageOf } from "../../../server/database/outage.ts";

const answered = (code: string): DatabaseError =>
  Object.assign(new DatabaseError("text", 4, "error"), {
    code,
    severity: "FATAL",
  });

describe("what an error says of the database", () => {
  test.each([
    ["08006", "unavailable"],
    ["25006", "unavailable"],
    ["53100", "unavailable"],
    ["53300", "unavailable"],
    ["57P01", "unavailable"],
    ["57P02", "unavailable"],
    ["57P03", "unavailable"],
    ["58030", "unavailable"],
    ["25P03", "busy"],
    ["40001", "busy"],
    ["40P01", "busy"],
    ["55P03", "locked"],
    ["57014", "busy"],
    ["22003", null],
    ["23505", null],
    ["42P01", null],
    ["54001", null],
    ["XX000", null],
  ])("SQLSTATE %s: %s", (code, outage) => {
    expect(outageOf(answered(code))).toBe(outage);
    expect(outageOf(new Error("within", { cause: answered(code) }))).toBe(
      outage,
    );
  });

  test("a connection that failed is an outage, and the system's code of anything else is not", () => {
    for (const error of [
      new ConnectionLostError("gone"),
      new SilentConnectionError("silent"),
      new DatabaseConnectionError("refused", "ECONNREFUSED", null),
    ])
      expect(outageOf(error)).toBe("unavailable");
    expect(outageOf(new DatabaseBusyError("full"))).toBe("busy");
    for (const error of [
      Object.assign(new Error("HubSpot"), { code: "ECONNREFUSED" }),
      Object.assign(new Error("HubSpot"), { code: "57P01" }),
      new TypeError("text"),
      "text",
      null,
    ])
      expect(outageOf(error)).toBe(null);
  });
});
