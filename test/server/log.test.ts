import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** What the log prints on stdout in a process of its own, line by line. */
function printed(statements: string): Record<string, unknown>[] {
  const log = new URL("../../server/log.ts", import.meta.url).href;
  const secret = new URL("../../server/hubspot/secret.ts", import.meta.url)
    .href;
  const script = `
    import { createLog } from ${JSON.stringify(log)};
    import { Secret } from ${JSON.stringify(secret)};
    const log = createLog("info");
    ${statements}`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", script],
    {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line is JSON with its level by name, a time, and the ids it was given", () => {
  const [line] = printed(
    `log.child({ room: "jobs" }).info({ portal: 7, run: "r1" }, "hello");`,
  );
  expect(line).toMatchObject({
    level: "info",
    room: "jobs",
    portal: 7,
    run: "r1",
    msg: "hello",
  });
  expect(line?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test("of an error only its class, code, message without query, and frames are printed, of its causes too", () => {
  const [line] = printed(`
    const cause = Object.assign(new TypeError("GET https://api.example.com/x?token=abc123 failed"), {
      response: { body: { email: "jane@example.com" }, headers: { authorization: "Bearer abc123" } },
    });
    const error = Object.assign(new Error("it failed", { cause }), { code: "23505", detail: "Key (email)=(jane@example.com)" });
    log.error({ err: error }, "oh");`);
  const text = JSON.stringify(line);
  expect(line).toMatchObject({
    level: "error",
    err: {
      type: "Error",
      code: "23505",
      message: "it failed",
      cause: { type: "TypeError", message: "GET https://api.example.com/x" },
    },
  });
  expect(text).toContain("    at ");
  expect(text).not.toContain("jane@example.com");
  expect(text).not.toContain("abc123");
});

test("what Postgres or JSON.parse quotes of a person's values is left out", () => {
  const lines = printed(`
    log.error({ err: Object.assign(new Error('invalid input syntax for type integer: "jane@example.com "x""'), { code: "22P02" }) }, "oh");
    try { JSON.parse('jane@example.com'); } catch (err) { log.error({ err }, "oh"); }
    log.error({ err: Object.assign(new Error('duplicate key value violates unique constraint "record_pkey"'), { code: "23505" }) }, "oh");`);
  expect(JSON.stringify(lines)).not.toContain("jane");
  expect(lines).toMatchObject([
    { err: { message: 'invalid input syntax for type integer: "…"' } },
    { err: { type: "SyntaxError" } },
    { err: { message: expect.stringContaining("record_pkey") as unknown } },
  ]);
});

test("a secret is never printed, wherever it stands", () => {
  const [line] = printed(
    `log.info({ deep: [{ token: new Secret("abc123") }] }, \`with \${new Secret("abc123")}\`);`,
  );
  expect(line).toMatchObject({
    deep: [{ token: "[secret]" }],
    msg: "with [secret]",
  });
});
