import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

// `npm run test:all`, and `npm test`, which is a short run of it (long-files.ts). Each check that is no test counts as
// one. Ends with "N passed, N failed", and 1 if any failed.

const { values: asked } = parseArgs({
  options: { short: { type: "boolean" } },
});
if (asked.short === true) process.env["SHORT_TEST_RUN"] = "1";

type Count = { passed: number; failed: number };

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");

const running = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exitCode = 1;
  });
}

/** Runs a program in the project; whether it ended well. What it prints is shown at once, or with "kept", at its end. */
async function succeeds(
  program: string,
  args: string[],
  output: "shown" | "kept" = "shown",
): Promise<boolean> {
  const stdio = output === "shown" ? "inherit" : "pipe";
  const child = spawn(join(bin, program), args, { cwd: root, stdio });
  running.add(child);
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => printed.push(chunk));
  return new Promise<boolean>((done) => {
    child.once("error", (error) => {
      console.error(`${program}: ${error.message}`);
      done(false);
    });
    child.once("close", (code) => done(code === 0));
  }).finally(() => {
    running.delete(child);
    process.stdout.write(Buffer.concat(printed));
  });
}

type Check = readonly [name: string, program: string, args: string[]];

async function check([name, program, args]: Check): Promise<Count> {
  const begun = performance.now();
  const passed = await succeeds(program, args, "kept");
  console.log(
    `${name}: ${passed ? "passed" : "FAILED"} in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Two at a time: most of them use one processor. */
async function checks(wanted: readonly Check[]): Promise<Count[]> {
  console.log("\n== checks");
  const left = [...wanted];
  const counts: Count[] = [];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      counts.push(await check(next));
  };
  await Promise.all([work(), work()]);
  return counts;
}

type Report = {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
};

async function tests(): Promise<Count> {
  console.log("\n== tests");
  const folder = await mkdtemp(join(tmpdir(), "counterpart-report-"));
  const file = join(folder, "report.json");
  try {
    const passed = await succeeds("vitest", [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ]);
    const report = JSON.parse(await readFile(file, "utf8")) as Report;
    // A file that could not be loaded, or an error between tests, has no failed test of its own.
    const unnamed =
      (!passed || !report.success) && report.numFailedTests === 0 ? 1 : 0;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unnamed,
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const counts = [
  ...(await checks([
    ["types", "tsc", ["-p", "tsconfig.json"]],
    ["format", "prettier", ["--check", ".", "--log-level", "warn"]],
    ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
    ["types of the desk", "tsc", ["-p", "sandbox/desk/host"]],
  ])),
  await tests(),
];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
