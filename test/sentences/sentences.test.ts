import { glob, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sentencesIn } from "./read-sentences.ts";
import type { Audience } from "./read-sentences.ts";
import { renderedSentences } from "./render-sentences.ts";
import type { Group } from "./render-sentences.ts";
import { sentencesInSchema } from "./schema-sentences.ts";

const root = join(import.meta.dirname, "../..");
const LIST = new URL("sentences.txt", import.meta.url);

/** What each source says to an audience, by file. */
async function saidTo(audience: Audience, sources: string): Promise<Group[]> {
  const paths: string[] = [];
  for await (const path of glob(sources, { cwd: root })) paths.push(path);
  const groups: Group[] = [];
  for (const path of paths.sort()) {
    const all = sentencesIn(path, await readFile(join(root, path), "utf8"));
    const said = all.filter((one) => one.audience === audience);
    if (said.length > 0) groups.push([path, said.map(({ text }) => text)]);
  }
  return groups;
}

const server = "server/**/*.ts";
const EXTENSIONS = "hubspot-project/{src/app/*,packages/kit}/*.{ts,tsx}";

async function everySentence(): Promise<string> {
  const schema = await readFile(join(root, "test/schema.sql"), "utf8");
  const sections: [string, readonly Group[]][] = [
    ["On screens and in the API, put together", renderedSentences()],
    ["On cards and the settings page", await saidTo("people", EXTENSIONS)],
    ["On screens and in the API, by source", await saidTo("people", server)],
    ["In the database", sentencesInSchema(schema)],
    ["In the OpenAPI document", await saidTo("developers", server)],
    ["In the log and at the terminal", await saidTo("operators", server)],
  ];
  return [
    "Every sentence that people read, for a review of them together.",
    "UPDATE_SENTENCES=1 npx vitest run test/sentences writes this file again.",
    "{…} stands for a value or for another sentence, [a / b] for a choice.",
    ...sections.flatMap(([title, groups]) => [
      "",
      "",
      `# ${title}`,
      ...groups.flatMap(([heading, sentences]) => [
        "",
        `## ${heading}`,
        ...sentences,
      ]),
    ]),
    "",
  ].join("\n");
}

describe("what people read", () => {
  test("sentences.txt lists every sentence of the sources (UPDATE_SENTENCES=1 writes it again)", async () => {
    const sentences = await everySentence();
    if (process.env["UPDATE_SENTENCES"] === "1")
      await writeFile(LIST, sentences);
    expect(sentences).toBe(await readFile(LIST, "utf8"));
  });

  test("screens call the product's side the workspace, and the card by the product's name", async () => {
    const groups = [
      ...renderedSentences(),
      ...(await saidTo("people", "server/sync/**/*.ts")),
    ];
    const shown = groups.flatMap(([, sentences]) => sentences);
    const others = shown.filter(
      (sentence) =>
        /workspace/i.test(
          sentence
            .replace(/^\w+: /, "")
            .replaceAll(/\b[Tt]he workspace\b/g, ""),
        ) ||
        // The product's name takes the place of these two words: what follows must read well after a name.
        /\bthe workspace (?:contact|company|record|value|\{)/i.test(sentence),
    );
    expect(others).toEqual([]);
    const cards = await saidTo("people", EXTENSIONS);
    expect(
      cards
        .flatMap(([, said]) => said)
        .filter((said) => /workspace/i.test(said.replaceAll(/\{\w+\}/g, ""))),
    ).toEqual([]);
  });

  test.each([
    ["a reason", `skip("push_off", "Pushing is off.");`, "Pushing is off."],
    [
      "a part that is filled in",
      "const reason = `This ${type} isn't in ${side.name}.`;",
      "This {type} isn't in {name}.",
    ],
    [
      "a choice",
      'const reason = `Now in ${ours ? "HubSpot" : `the ${place}`}.`;',
      "Now in [HubSpot / the {place}].",
    ],
    [
      "a count",
      'const reason = `Takes ${counted(taken, "value")} away`;',
      "Takes {count} value(s) away",
    ],
    [
      "two lines",
      'const fix = "Merge them. " + `Then ${retry}.`;',
      "Merge them. Then {retry}.",
    ],
  ])("%s is read from a source", (_what, source, expected) => {
    expect(sentencesIn("source.ts", source)).toEqual([
      { audience: "people", text: expected },
    ]);
  });

  test.each([
    ["an element", `const a = <Text>Not in HubSpot</Text>;`, "Not in HubSpot"],
    ["a word of its own", `const a = <Button>Retry</Button>;`, "Retry"],
    ["a label", `const a = <Item label="Never" />;`, "Never"],
  ])("%s is read from a card", (_what, source, expected) => {
    expect(sentencesIn("source.tsx", source)).toEqual([
      { audience: "people", text: expected },
    ]);
  });

  test.each([
    ["SQL", "sql`select id from link where id = ${id}`;"],
    [
      "a query's comparison",
      `db.selectFrom("link").where("id", "is not", null);`,
    ],
    ["a query's alias", `db.selectFrom("link").select(["id as linkId"]);`],
    ["an import", `import { act } from "./act now.ts";`],
    ["a wire value", `const status = "not_synced";`],
    ["a type", `type Place = "on top" | "below it";`],
    ["a mark for tests", `const a = <Text testId="held section" />;`],
  ])("%s is none", (_what, source) => {
    expect(sentencesIn("source.tsx", source)).toEqual([]);
  });

  test.each([
    ["a log line", `log.warn({ id }, "a turn failed");`, "operators"],
    ["an error", `throw new Error("There is no key.");`, "operators"],
    [
      "the API's documentation",
      `const id = z.string().describe("The record's id.");`,
      "developers",
    ],
  ])("%s is for %s", (_what, source, audience) => {
    expect(sentencesIn("source.ts", source)).toMatchObject([{ audience }]);
  });
});
