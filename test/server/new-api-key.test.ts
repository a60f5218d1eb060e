import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { portalOfKey } from "../../server/database/api-key.ts";
import { useDatabase } from "../database.ts";
import { addPortal } from "./jobs/portal.ts";

const at = useDatabase();
const portalId = 9_200_002;
const command = fileURLToPath(
  new URL("../../server/new-api-key.ts", import.meta.url),
);

type Ended = { code?: number; stdout: string; stderr: string };

const run = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [command, ...args], {
    env: { ...process.env, DATABASE_URL: at.url },
  }).catch((error: unknown) => error as Ended);

const owners = (...keys: string[]) =>
  Promise.all(keys.map((key) => portalOfKey(at.database, key)));

test("7-B7 an operator gives a portal a new key; the old one ends at once, or in an hour if that is asked for", async () => {
  await addPortal(at.database, portalId, "active");
  const first = (await run(String(portalId))).stdout.trim();
  expect(first).toMatch(/^cpk_[\w-]{43}$/);
  const second = (
    await run(String(portalId), "--keep-old-for-an-hour")
  ).stdout.trim();
  expect(await owners(first, second)).toEqual([portalId, portalId]);
  const third = (await run(String(portalId))).stdout.trim();
  expect(await owners(first, second, third)).toEqual([null, null, portalId]);
});

test.each([
  [["9200003"], "Portal 9200003 has not installed the app."],
  [
    ["9200002", "--keep"],
    "Usage: npx node server/new-api-key.ts <portalId> [--keep-old-for-an-hour]",
  ],
])("%j gives no key, and one sentence says why", async (args, sentence) => {
  expect(await run(...args)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `${sentence}\n`,
  });
});
