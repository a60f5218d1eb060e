import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  launchPostgres,
  postgresEnvironment,
  SUPERUSER,
} from "../../../server/database/launch-postgres.ts";
import type { EmbeddedPostgres } from "../../../server/database/launch-postgres.ts";
import { postgresAccount } from "../../../server/database/run-as.ts";
import { findProgram } from "../../needs-programs.ts";

const run = promisify(execFile);

/** A program of the system's Postgres; throws where it is not installed. */
function program(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is not installed.`);
  return found;
}

/** A cluster of the Postgres that the system has, in a folder of its own; `stop` removes it. */
export async function startSystemPostgres(): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const home = await mkdtemp(join(tmpdir(), "counterpart-system-postgres-"));
  // Root's account for Postgres has to get through.
  await chmod(home, 0o755);
  const data = join(home, "postgres");
  await mkdir(data, { mode: 0o700 });
  if (account) await chown(data, account.uid, account.gid);
  const bin = dirname(program("initdb"));
  const options = `-D ${data} -U ${SUPERUSER} -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions --auth-local=trust --auth-host=scram-sha-256`;
  await run(join(bin, "initdb"), options.split(" "), {
    ...account,
    env: postgresEnvironment(),
    cwd: "/",
  });
  const running = await launchPostgres({
    bin,
    home,
    data,
    account,
    options: { tcp: true, settings: { fsync: "off" } },
  });
  return {
    url: running.url,
    stop: async () => {
      await running.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs one of Postgres's programs; returns what it wrote to standard error. Throws where it ends with an error. */
export async function runProgram(
  name: string,
  ...args: string[]
): Promise<string> {
  const { stderr } = await run(program(name), args);
  return stderr;
}
