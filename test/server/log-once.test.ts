import { expect, test } from "vitest";
import { LOG_EVERY_MS, LogOnce } from "../../server/log-once.ts";

test("a subject is logged once a minute, with how many lines were left out; others are not held back", () => {
  let now = 0;
  const once = new LogOnce(() => now);
  const written: string[] = [];
  const fail = (subject: string): void =>
    once.write(subject, ({ leftOut = 0 }) =>
      written.push(`${subject} ${leftOut}`),
    );
  for (; now < LOG_EVERY_MS; now += LOG_EVERY_MS / 4) fail("token_key 1");
  fail("token_key 2");
  fail("token_key 1");
  fail("token_key 1");
  expect(written).toEqual(["token_key 1 0", "token_key 2 0", "token_key 1 3"]);
});

test("a flood of subjects is forgotten, the oldest first, and not remembered for good", () => {
  const once = new LogOnce(() => 0);
  let lines = 0;
  const fail = (subject: string): void => once.write(subject, () => lines++);
  for (let portal = 0; portal <= 10_000; portal++) fail(`internal ${portal}`);
  fail("internal 10000");
  expect(lines).toBe(10_001);
  fail("internal 0");
  expect(lines).toBe(10_002);
});
