import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ServerProcess } from "../acceptance/kill-process.ts";
import { makeObject } from "../acceptance/steps/objects.ts";
import { make, record } from "../acceptance/steps/records.ts";
import { ended, pullAll, start } from "../acceptance/steps/runs.ts";
import { withhold } from "../acceptance/steps/scopes.ts";
import { useWorld } from "../acceptance/world.ts";

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

describe("the log of a server that works", () => {
  // The world's own server works no lanes, so that every run is the process's.
  const at = useWorld({ environment: { ROLE: "web" }, install: false });

  test("a run is told with its start, its counts and its end, by its id; HubSpot's refusals with run and correlation id; nobody's data", async () => {
    const { world } = at;
    const server = await ServerProcess.start(world, { ROLE: "worker" });
    try {
      await makeObject(world, "contacts", {
        email: "jane@private.example",
        firstname: "Janeprivate",
      });
      await world.installed();
      const done = await pullAll(world, "contacts");
      // HubSpot refuses this one's address in words that repeat it.
      const { id } = await make(world, "contacts", {
        email: "jane at private",
      });
      await world.settled();
      expect(await record(world, "contacts", id)).toMatchObject({
        sync: { status: "problem" },
      });
      await withhold(world, "crm.objects.contacts.read");
      const refused = await ended(
        world,
        await start(world, "pull", "contacts", { all: true }),
      );
      expect(refused.state).toBe("failed");

      const of = (runId: string) =>
        server.lines.filter((line) => line["runId"] === runId);
      const { portalId } = world;
      await world.until(
        () =>
          Promise.resolve(
            of(refused.id).some(({ msg }) => msg === "a run ended"),
          ),
        "the last line has been read",
      );
      expect(of(done.id)).toMatchObject([
        {
          portalId,
          room: "sync",
          level: "info",
          msg: "a run started",
          kind: "pull",
          objectType: "contact",
          mode: "full",
          source: "api",
        },
        {
          portalId,
          msg: "a run ended",
          state: "done",
          counts: { requested: 1, unchanged: 1 },
        },
      ]);
      const told = of(refused.id);
      const answered = told.find(({ room }) => room === "hubspot");
      expect(answered).toMatchObject({ portalId, status: 403 });
      const correlationId = answered?.["correlationId"];
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
      expect(told).toContainEqual(
        expect.objectContaining({
          portalId,
          correlationId,
          level: "warn",
          msg: "a run ended because HubSpot rejected a request",
        }),
      );
      expect(told.at(-1)).toMatchObject({
        msg: "a run ended",
        state: "failed",
      });

      for (const line of server.lines) {
        expect(line["level"]).toMatch(/^(debug|info|warn|error)$/);
        expect(line["time"]).toMatch(/^\d{4}-\d\d-\d\dT/);
        expect(line).not.toHaveProperty("portal");
      }
      const text = JSON.stringify(server.lines);
      expect(text).not.toMatch(/private/i);
      expect(text).not.toContain(world.apiKey);
    } finally {
      await server.kill();
    }
  });
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
