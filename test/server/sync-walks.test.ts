import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const engine = join(import.meta.dirname, "../../server/sync");
const root = join(engine, "../..");
const page = readFileSync(join(engine, "README.md"), "utf8");

/** `file.ts`, `file.ts name()`, or `file.ts NAME`. */
const mention = /^(\S+\.ts)(?: (\w+)(\(\))?)?$/;

/** Returns the mentions of code that lead nowhere: to a file, a function, or a constant that doesn't exist. */
function brokenMentions(text: string): string[] {
  const spans = [...text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
  return spans.filter((span) => span.includes(".ts") && !leadsTo(span));
}

function leadsTo(span: string): boolean {
  const [, path = "", name, call] = mention.exec(span) ?? [];
  if (path === "") return false;
  const file = join(path.startsWith("test/") ? root : engine, path);
  if (!existsSync(file)) return false;
  if (name === undefined) return true;
  const kinds = call === undefined ? "const|class|interface|type" : "const";
  return new RegExp(
    `^(?:export )?(?:(?:async )?function|${kinds}) ${name}\\b`,
    "m",
  ).test(readFileSync(file, "utf8"));
}

test("the engine's README names files and functions that exist", () => {
  expect(page.match(/`\S+\.ts \w+\(\)`/g)?.length).toBeGreaterThan(80);
  expect(brokenMentions(page)).toEqual([]);
});

test("it has a line for every room", () => {
  const rooms = readdirSync(engine, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);
  const lines = [...page.matchAll(/^\| `(\w+\/)`/gm)].map(([, room]) => room);
  expect(lines).toHaveLength(rooms.length);
  expect(new Set(lines)).toEqual(new Set(rooms));
});

test("a wrong file, a wrong name, and a mention of another form are found", () => {
  const right = "`decide/decide.ts decide()` `pairs/rules.ts` `a table`";
  const wrong = [
    "decide/decided.ts",
    "decide/decide.ts decided()",
    "decide/decide.ts WOULD_REDO",
    "decide/decide.ts:decide",
  ];
  expect(brokenMentions(right)).toEqual([]);
  expect(brokenMentions(wrong.map((span) => `\`${span}\``).join(" "))).toEqual(
    wrong,
  );
});
