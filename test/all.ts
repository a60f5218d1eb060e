import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Everything that CI runs. Each check that is no test counts as one. Ends with "N passed, N failed", and 1 if any failed.

type Count = { passed: number; failed: number };

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");

let current: ReturnType<typeof spawn> | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    current?.kill(signal);
    process.exitCode = 1;
  });
}

/** Runs a program in the project with its output shown; whether it ended well. */
async function succeeds(program: string, args: string[]): Promise<boolean> {
  const child = spawn(join(bin, program), args, {
    cwd: root,
    stdio: "inherit",
  });
  current = child;
  return new Promise((done) => {
    child.once("error", (error) => {
      console.error(`${program}: ${error.message}`);
      done(false);
    });
    child.once("exit", (code) => done(code === 0));
  });
}

async function check(
  name: string,
  program: string,
  args: string[],
): Promise<Count> {
  console.log(`\n== ${name}`);
  const begun = performance.now();
  const passed = await succeeds(program, args);
  console.log(
    `${name}: ${passed ? "passed" : "FAILED"} in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
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
  await check("format", "prettier", ["--check", ".", "--log-level", "warn"]),
  await check("lint", "oxlint", ["--type-aware", "--deny-warnings"]),
  await check("types", "tsc", ["-p", "tsconfig.json"]),
  await check("types of the desk", "tsc", ["-p", "sandbox/desk/host"]),
  await tests(),
];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
