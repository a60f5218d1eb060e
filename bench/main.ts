import { writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { benches } from "./benches.ts";
import type { Figure } from "./figure.ts";
import { Ground } from "./parts/ground.ts";

const { values } = parseArgs({
  options: { json: { type: "string" }, only: { type: "string" } },
});
const { json, only } = values;
const chosen = benches.filter(
  ({ names }) => only === undefined || names.includes(only),
);
if (chosen.length === 0) {
  const names = benches.flatMap((bench) => bench.names);
  print(`No bench has the name ${only ?? ""}. There are: ${names.join(", ")}`);
  process.exit(2);
}

const started = performance.now();
const ground = await Ground.start();
const figures: Figure[] = [];
let failed = 0;
try {
  print(
    `${cpus().length} x ${cpus()[0]?.model ?? "processor"}, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
      `Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1) ?? "?"}; ` +
      `embedded Postgres with fsync on, a commit takes ${(await ground.commitMs()).toFixed(2)} ms`,
  );
  for (const { names, run } of chosen) {
    const began = performance.now();
    try {
      const result = await run(ground);
      figures.push(...result.figures);
      for (const line of result.figures) print(lineOf(line));
      for (const note of result.notes) print(`    ${note}`);
    } catch (error) {
      failed += 1;
      print(`${names.join(", ")}: failed`);
      print(error instanceof Error ? String(error.stack) : String(error));
    }
    print(`    (${((performance.now() - began) / 1000).toFixed(0)} s)`);
  }
} finally {
  await ground.stop();
}
if (json !== undefined)
  await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
print(`${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
process.exit(failed === 0 ? 0 : 1);

function lineOf({ name, figure, unit, limit, ratio }: Figure): string {
  const against =
    limit === null ? "" : `   limit ${limit}, ratio ${String(ratio)}`;
  return `${name.padEnd(24)} ${String(figure).padStart(9)} ${unit}${against}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
