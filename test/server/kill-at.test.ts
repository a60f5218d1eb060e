import { expect, test } from "vitest";
import { ConfigError } from "../../server/config.ts";
import { readKillAt } from "../../server/kill-at.ts";

test.each([{}, { TEST_KILL_AT: "" }])(
  "with %j a process never ends itself",
  (environment) => {
    expect(readKillAt(environment)).toBeUndefined();
  },
);

test.each(["soon", "hubspot-answered:0", "hubspot-answered:1:2", ":1"])(
  "TEST_KILL_AT=%s is refused, not passed over",
  (wish) => {
    expect(() => readKillAt({ TEST_KILL_AT: wish })).toThrow(ConfigError);
  },
);

test("other checkpoints, and the earlier times, are passed", async () => {
  const reach = readKillAt({ TEST_KILL_AT: "hubspot-answered:3" });
  await reach?.("attempts-committed");
  await reach?.("merge-decided");
  await reach?.("hubspot-answered");
  await reach?.("hubspot-answered");
  expect(reach).toBeDefined();
});
