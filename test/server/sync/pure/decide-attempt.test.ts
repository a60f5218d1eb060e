import { describe, expect, test } from "vitest";
import { decided } from "./decision-rows.ts";
import { automaticPull, link, object, record } from "./situation.ts";

describe("what an open attempt sent, and HubSpot holds in a form of its own", () => {
  const settled = { w: "b", h: "b", p: "firstname", c: "text" };
  const { id } = object({});
  const lost = (
    mergedIds: readonly string[],
    sentTo: string,
    before: string,
  ) => ({
    record: record({ first_name: "sent" }),
    object: {
      ...object({ firstname: "written by us" }),
      mergedIds,
      writtenByUs: new Set(["firstname"]),
    },
    link: link({ base: { first_name: settled } }),
    attempts: [
      {
        id: "1",
        operation: "update" as const,
        objectId: sentTo,
        sent: { firstname: { h: "sent", w: "sent", before } },
      },
    ],
  });

  test.each([
    { sentTo: "the object that went", pair: lost(["5"], "5", "b") },
    { sentTo: "the one that kept its id", pair: lost(["5"], id, "b") },
  ])(
    "a value that we wrote to the other object is no rewriting of what was sent to $sentTo",
    ({ pair }) => {
      expect(decided({ pair, trigger: automaticPull }).workspace).toMatchObject(
        { set: { first_name: "written by us" } },
      );
    },
  );

  test("a value that stood there before the attempt is no rewriting of what it sent; another one is", () => {
    const pull = (before: string) =>
      decided({ pair: lost([], id, before), trigger: automaticPull }).workspace;
    expect(pull("written by us")).toMatchObject({
      set: { first_name: "written by us" },
    });
    expect(pull("b").kind).toBe("none");
  });
});
