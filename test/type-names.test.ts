import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { descriptorOf, listedTypes } from "../server/settings/types/index.ts";

// An object type is configuration: what differs by type is in server/settings/types, and no other file of the server
// names a type, so that a new one is a descriptor and not surgery. oxlint has no rule for syntax, so this test reads the
// sources.

const root = join(import.meta.dirname, "..");
const home = "server/settings/types/";

const names = listedTypes.map((type) => descriptorOf(type).names);
const words = new Set(
  names.flatMap(({ singular, plural, route }) => [singular, plural, route]),
);
const typeIds = new Set(
  listedTypes.map((type) => descriptorOf(type).hubspot.typeId),
);
const inSql = new RegExp(`'(${[...words].join("|")})'`);
const capability = new RegExp(
  `^[a-z-]+:(${names.map(({ singular }) => singular).join("|")})$`,
);
const comparisons = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** Whether a text names a type to a program: as a value, in SQL, in a capability, or by HubSpot's id. */
const namesType = (text: string): boolean =>
  words.has(text) ||
  typeIds.has(text) ||
  inSql.test(text) ||
  capability.test(text);

const isText = (
  node: ts.Node,
): node is
  | ts.StringLiteral
  | ts.NoSubstitutionTemplateLiteral
  | ts.TemplateHead
  | ts.TemplateMiddle
  | ts.TemplateTail =>
  ts.isStringLiteral(node) ||
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node);

/** A member of another type: `Missing["companies"]`, `Pick<Facts, "company">`. It names a property, and no object type. */
const namesMember = (node: ts.Node): boolean =>
  ts.isLiteralTypeNode(node.parent) &&
  !(
    ts.isUnionTypeNode(node.parent.parent) &&
    node.parent.parent.types.every(
      (each) =>
        ts.isLiteralTypeNode(each) &&
        ts.isStringLiteral(each.literal) &&
        words.has(each.literal.text),
    )
  );

/** Entries for several types: a table of what differs by type, outside the descriptors. */
const isTableOfTypes = (node: ts.Node): boolean => {
  const members = ts.isObjectLiteralExpression(node)
    ? node.properties
    : ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node)
      ? node.members
      : [];
  const keys = new Set(
    [...members].map(({ name }) =>
      name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name))
        ? name.text
        : "",
    ),
  );
  return listedTypes.filter((type) => keys.has(type)).length > 1;
};

const isSettingsOfOneType = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) &&
  words.has(node.name.text) &&
  /settings$/i.test(node.expression.getText());

const comparesName = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) &&
  comparisons.has(node.operatorToken.kind) &&
  [node.left, node.right].some((side) =>
    /\.(singular|plural|route)$/.test(side.getText()),
  );

/** A list of types: a second one, beside the registered types. */
const isListOfTypes = (node: ts.Node): boolean =>
  ts.isArrayLiteralExpression(node) &&
  node.elements.filter(
    (each) => ts.isStringLiteral(each) && words.has(each.text),
  ).length > 1;

const isComparedWithType = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) &&
  comparisons.has(node.operatorToken.kind) &&
  [node.left, node.right].some(
    (side) => ts.isStringLiteral(side) && words.has(side.text),
  );

/** The lines of a source on which a type is named. */
const linesNaming = (source: string): number[] =>
  linesWith(
    source,
    (node) =>
      (isText(node) && namesType(node.text) && !namesMember(node)) ||
      isTableOfTypes(node) ||
      isSettingsOfOneType(node) ||
      comparesName(node),
  );

/** The lines on which a source goes by the type: a card's texts for people may name one. */
const linesGoingByType = (source: string): number[] =>
  linesWith(
    source,
    (node) =>
      isComparedWithType(node) || isTableOfTypes(node) || isListOfTypes(node),
  );

function linesWith(
  source: string,
  finds: (node: ts.Node) => boolean,
): number[] {
  const file = ts.createSourceFile(
    "source.ts",
    source,
    ts.ScriptTarget.Latest,
    true,
  );
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (finds(node))
      lines.add(file.getLineAndCharacterOfPosition(node.getStart()).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...lines].sort((one, other) => one - other);
}

describe("an object type is named by its descriptor and by nobody else", () => {
  test("no file of the server outside settings/types names a type", async () => {
    const named: string[] = [];
    let files = 0;
    for await (const path of glob("server/**/*.ts", { cwd: root })) {
      if (path.startsWith(home)) continue;
      files++;
      const lines = linesNaming(await readFile(join(root, path), "utf8"));
      named.push(...lines.map((line) => `${path}:${line}`));
    }
    expect(files).toBeGreaterThan(300);
    expect(named.sort()).toEqual([]);
  });

  test("no file of the cards and the settings page but object-types.ts goes by the type", async () => {
    const named: string[] = [];
    let files = 0;
    for await (const path of glob(
      "hubspot-project/{src,packages}/**/*.{ts,tsx}",
      { cwd: root },
    )) {
      if (path.endsWith("/object-types.ts")) continue;
      files++;
      const lines = linesGoingByType(await readFile(join(root, path), "utf8"));
      named.push(...lines.map((line) => `${path}:${line}`));
    }
    expect(files).toBeGreaterThan(30);
    expect(named.sort()).toEqual([]);
    for (const source of [
      `const picture = type === "contact" ? "a" : "b";`,
      `const types = z.enum(["contact", "company"]);`,
      `const pictures = { contact: "a", company: "b" };`,
    ])
      expect(linesGoingByType(source)).toEqual([1]);
  });

  test.each([
    ["a comparison", `if (type === "contact") go();`],
    ["a ternary", `const name = type === "company" ? "a" : "b";`],
    ["a value", `read("contacts", ids);`],
    ["a second type of types", `type ObjectType = "contact" | "company";`],
    ["a list of plurals", `const plurals = ["contacts", "companies"];`],
    ["a table by type", `const ids = { contact: 1, company: 2 };`],
    ["a type by type", `type Ids = { contact: number; company: number };`],
    ["SQL", "sql`select id from link where object_type = 'contact'`;"],
    ["SQL with a value", "sql`select ${id} where object_type = 'company'`;"],
    ["a capability", `missing["read:company"];`],
    ["a type id", `if (typeId === "0-1") go();`],
    ["settings of one type", `rules.settings.contact.policy;`],
    [
      "a comparison with a descriptor's name",
      `if (descriptorOf(type).names.singular === word) go();`,
    ],
  ])("%s is found", (_what, source) => {
    expect(linesNaming(`\n${source}`)).toEqual([2]);
  });

  test.each([
    ["a text for people", `say("This contact has no company.");`],
    ["a member of a type", `type Reading = Missing["companies"];`],
    ["members of a type", `type Part = Pick<Facts, "company" | "link">;`],
    ["a property of something else", `pair.company.has;`],
    ["settings by type", `rules.settings[type].policy;`],
    ["one key", `const view = { company: null, contacts: [] };`],
  ])("%s is none", (_what, source) => {
    expect(linesNaming(source)).toEqual([]);
  });
});
