import { expect, test } from "vitest";
import { isWrittenByUs } from "../../../../server/sync/values/written-by-us.ts";

const appId = 500_001;

test.each([
  ["INTEGRATION", "500001", true],
  // Another app, and one that HubSpot doesn't name: a change like a person's.
  ["INTEGRATION", "500002", false],
  ["INTEGRATION", null, false],
  ["INTEGRATION", "", false],
  ["CRM_UI", "500001", false],
  ["CRM_UI", null, false],
])(
  "a value that %s with the source id %s wrote is this app's own: %s",
  (sourceType, sourceId, expected) => {
    expect(isWrittenByUs({ sourceType, sourceId }, appId)).toBe(expected);
  },
);
