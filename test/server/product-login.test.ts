import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { expect, test } from "vitest";
import { useDatabase } from "../database.ts";
import { addPortal } from "./jobs/portal.ts";

const at = useDatabase();
const portalId = 9_200_001;
// The portal is not to be guessed from it: everyone who can connect can list the cluster's roles.
const anyLogin = expect.stringMatching(
  /^workspace_[0-9a-f]{12}_[0-9a-f]{12}$/,
) as string;
const command = fileURLToPath(
  new URL("../../server/product-login.ts", import.meta.url),
);

type Ended = { code?: number; stdout: string; stderr: string };

const run = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [command, ...args], {
    env: { ...process.env, DATABASE_URL: at.url },
  }).catch((error: unknown) => error as Ended);

test("an installed portal's product gets the address of a login that works", async () => {
  await addPortal(at.database, portalId, "active");
  const { stdout, stderr } = await run(String(portalId));
  expect(stderr).toBe("");
  const product = new Client({ connectionString: stdout.trim() });
  await product.connect();
  try {
    await product.query(
      "insert into workspace.contacts (email) values ('ada@example.com')",
    );
    const { rows } = await product.query(
      "select current_user as login, email from workspace.contacts",
    );
    expect(rows).toEqual([{ email: "ada@example.com", login: anyLogin }]);
  } finally {
    await product.end();
  }
});

test.each([
  [["9200002"], "Portal 9200002 has not installed the app."],
  [["9200001; drop"], "Usage: npx node server/product-login.ts <portalId>"],
  [[], "Usage: npx node server/product-login.ts <portalId>"],
])("%j is refused in one sentence", async (args, sentence) => {
  expect(await run(...args)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `${sentence}\n`,
  });
});
