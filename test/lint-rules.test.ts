import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

// DESIGN.md, "Who may import whom": each line of it, broken on purpose.

const root = join(import.meta.dirname, "..");

const refused = [
  ["sandbox/random.ts", "../server/log.ts"],
  ["sandbox/desk/host/toasts.tsx", "../../../server/settings/object-type.ts"],
  ["server/app.ts", "../sandbox/random.ts"],
  ["server/config.ts", "./http/dependencies.ts"],
  ["server/main.ts", "./http/dependencies.ts"],
  ["server/http/dependencies.ts", "../jobs/lane.ts"],
  ["server/http/webhooks.ts", "../app.ts"],
  ["server/http/api/parse.ts", "../../wire-engine.ts"],
  ["server/http/oauth/page.ts", "../../../sandbox/random.ts"],
  ["server/jobs/lane.ts", "../http/dependencies.ts"],
  ["server/jobs/workers.ts", "../workspace/record.ts"],
  ["server/sync/runs/runs.ts", "../../http/dependencies.ts"],
  ["server/sync/preview/load-facts.ts", "../../http/dependencies.ts"],
  ["server/sync/pass/pass.ts", "../../jobs/lane.ts"],
  ["server/sync/pairs/rules.ts", "../../app.ts"],
  ["server/sync/card/act.ts", "../../wire-engine.ts"],
  ["server/sync/model.ts", "./pass/pass.ts"],
  ["server/sync/decide/decide.ts", "../../database/json.ts"],
  ["server/sync/decide/decision.ts", "kysely"],
  ["server/sync/assign/assign.ts", "node:crypto"],
  ["server/sync/values/value.ts", "../../hubspot/errors.ts"],
  ["server/sync/decide/three-way-edges.ts", "../../workspace/record.ts"],
  ["server/sync/decide/three-way-field.ts", "../../settings/store.ts"],
  ["server/sync/card/pure/field-rows.ts", "../../preview/read-card.ts"],
  ["server/sync/values/shown-text.ts", "../pairs/rules.ts"],
  ["server/sync/decide/plan.ts", "../pass/pass.ts"],
  ["server/sync/card/pure/show.ts", "../../preview/load-facts.ts"],
  ["server/sync/apply/pure/lines.ts", "../../../database/json.ts"],
  ["server/hubspot/api.ts", "../sync/model.ts"],
  ["server/hubspot/json.ts", "../http/dependencies.ts"],
  ["server/hubspot/caller.ts", "../jobs/lane.ts"],
  ["server/hubspot/calls/list.ts", "../../workspace/record.ts"],
  ["server/workspace/record.ts", "../hubspot/errors.ts"],
  ["server/workspace/fields.ts", "../sync/model.ts"],
  ["server/workspace/read-records.ts", "../http/dependencies.ts"],
  ["server/settings/store.ts", "../sync/model.ts"],
  ["server/settings/schema.ts", "../database/json.ts"],
  ["server/settings/mapping.ts", "./store.ts"],
  ["server/settings/types/contact.ts", "../store.ts"],
  ["server/settings/types/index.ts", "../../database/json.ts"],
  ["server/database/json.ts", "../sync/model.ts"],
  ["server/database/fence.ts", "../hubspot/errors.ts"],
  ["server/database/migrate.ts", "../http/dependencies.ts"],
] as const;

const allowed = [
  ["server/settings/default-mappings.ts", "./types/index.ts"],
  ["server/settings/types/descriptor.ts", "../mapping.ts"],
  [
    "server/sync/decide/decide-create-object.ts",
    "../../settings/types/index.ts",
  ],
  ["server/sync/card/pure/buttons.ts", "../../../settings/types/index.ts"],
  ["server/wire-engine.ts", "./http/webhooks.ts"],
  ["server/http/ui.ts", "../sync/runs/runs.ts"],
  ["server/sync/apply/send.ts", "../../hubspot/errors.ts"],
  ["server/sync/preview/read-card.ts", "../../workspace/record.ts"],
  ["server/sync/apply/pure/items.ts", "../../decide/plan.ts"],
  ["server/sync/decide/conditions.ts", "../values/value.ts"],
  ["server/sync/values/identity.ts", "../../settings/object-type.ts"],
  ["server/jobs/housekeeping.ts", "../sync/installation/installation-moves.ts"],
] as const;

test("lint refuses an import from a room that may not be known, and no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "counterpart-lint-"));
  try {
    await cp(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [file, imported] of [...refused, ...allowed]) {
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await writeFile(join(folder, file), `export * from "${imported}";\n`);
    }
    expect((await refusedFiles(folder)).toSorted()).toEqual(
      refused.map(([file]) => file).toSorted(),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function refusedFiles(folder: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(
      join(root, "node_modules", ".bin", "oxlint"),
      ["-c", ".oxlintrc.json", "--format", "json"],
      { cwd: folder, maxBuffer: 1e8 },
      (_error, answer) => {
        try {
          const { diagnostics } = JSON.parse(answer) as {
            diagnostics: { code: string; filename: string }[];
          };
          resolve(
            diagnostics
              .filter(({ code }) => code.includes("no-restricted-imports"))
              .map(({ filename }) => filename),
          );
        } catch (error) {
          reject(error instanceof Error ? error : new Error(answer));
        }
      },
    );
  });
}
