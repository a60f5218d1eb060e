import ts from "typescript";

/** Sentences in a source, read by the compiler, so that a list of them needs nobody who keeps it. */

/** Who reads a text: people on screens and in the API, operators in the log and at the terminal, or developers in the OpenAPI document. */
export type Audience = "people" | "operators" | "developers";

/** A text of a source, with `{…}` where a value or another text goes and `[a / b]` where the source chooses. */
export type Sentence = { readonly audience: Audience; readonly text: string };

const logLevels = new Set(["debug", "info", "warn", "error", "fatal"]);
const documented = new Set(["summary", "description", "help"]);

/** Returns the texts of a source that a person reads, in their order, each once. */
export function sentencesIn(path: string, source: string): Sentence[] {
  const file = ts.createSourceFile(
    path,
    source,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const isCard = path.includes("/cards/");
  const found = new Map<string, Sentence>();
  const visit = (node: ts.Node): void => {
    if (isForPrograms(node)) {
      if (ts.isTaggedTemplateExpression(node))
        partsOf(node.template).forEach(visit);
      return;
    }
    const text = ts.isJsxText(node) ? node.text : textOf(node);
    if (text === null) {
      ts.forEachChild(node, visit);
      return;
    }
    const said = text.replaceAll(/\s+/g, " ").trim();
    if (
      isProse(said) ||
      (isShown(node) && /\p{L}{2}/u.test(said)) ||
      (isCard && isPartOfLine(said))
    )
      found.set(said, { audience: audienceOf(node), text: said });
    // What a template chooses is part of it; what its other parts call may say something of its own.
    else if (ts.isTemplateExpression(node)) partsOf(node).forEach(visit);
  };
  visit(file);
  return [...found.values()];
}

/** A literal's text, or null for a node that is none. */
function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return node.text;
  if (ts.isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.map(
        ({ expression, literal }) => placeOf(expression) + literal.text,
      ),
    ].join("");
  // "one" + "two": one text on two lines.
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken
  ) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === null || right === null ? null : left + right;
  }
  return null;
}

/** What stands for an expression inside a text: `{name}`, `{count} values`, `[one / other]`. */
function placeOf(expression: ts.Expression): string {
  if (ts.isParenthesizedExpression(expression))
    return placeOf(expression.expression);
  if (ts.isConditionalExpression(expression)) {
    const choices = [expression.whenTrue, expression.whenFalse].map(
      (choice) => textOf(choice) ?? placeOf(choice),
    );
    return `[${choices.join(" / ")}]`;
  }
  if (ts.isIdentifier(expression)) return `{${expression.text}}`;
  if (ts.isPropertyAccessExpression(expression))
    return `{${expression.name.text}}`;
  if (ts.isCallExpression(expression)) {
    const { expression: called, arguments: given } = expression;
    const name = called.getText().split(".").at(-1) ?? "";
    const [first, one] = given;
    // counted(3, "value"), plural(3, "contact")
    if (
      (name === "counted" || name === "plural") &&
      first !== undefined &&
      one !== undefined
    )
      return `{count} ${(textOf(one) ?? placeOf(one)).trim()}(s)`;
    if (["join", "toLocaleString", "slice", "toISOString"].includes(name))
      return ts.isPropertyAccessExpression(called)
        ? placeOf(called.expression)
        : "{…}";
    if (first !== undefined && ts.isExpression(first)) return placeOf(first);
    return `{${name}}`;
  }
  return textOf(expression) ?? "{…}";
}

const partsOf = (template: ts.TemplateLiteral): ts.Expression[] =>
  ts.isTemplateExpression(template)
    ? template.templateSpans.map(({ expression }) => expression)
    : [];

/** Two words or more, or the end of a sentence: what no key, name, or wire value is. */
const isProse = (text: string): boolean => {
  const said = text.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, " ");
  return (
    (/\p{L}{2,}['’]?\p{L}*[,;:]? +.*\p{L}{2,}/u.test(said) ||
      /\p{L}{2,}[.?!…]$/u.test(said)) &&
    !/^[-/^.#<*]|^(set|select|npx|use strict)\b|^begin;|^\S+-\S+ |\n|=>|==/.test(
      text,
    )
  );
};

/** A word between values, which only a card puts into a line. */
const isPartOfLine = (text: string): boolean =>
  / /.test(text) && /\p{L}{2}/u.test(text.replaceAll(/\{[^}]*\}/g, ""));

/** A word of its own that a card or a page shows. */
const shownNames = new Set(["label", "title", "heading", "button", "singular"]);
const isShown = (node: ts.Node): boolean => {
  if (ts.isJsxText(node)) return true;
  let { parent } = node;
  while (ts.isConditionalExpression(parent) || ts.isJsxExpression(parent))
    parent = parent.parent;
  return (
    ts.isJsxElement(parent) ||
    ((ts.isPropertyAssignment(parent) || ts.isJsxAttribute(parent)) &&
      shownNames.has(parent.name.getText()))
  );
};

/** What a program reads: SQL, imports, marks for tests, and what a value is looked up or measured by. */
function isForPrograms(node: ts.Node): boolean {
  if (
    ts.isTaggedTemplateExpression(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTypeNode(node)
  )
    return true;
  if (ts.isJsxAttribute(node))
    return (
      !shownNames.has(node.name.getText()) &&
      node.name.getText() !== "valueDescription"
    );
  if (ts.isPropertyAssignment(node))
    return ["testId", "style"].includes(node.name.getText());
  if (ts.isVariableDeclaration(node))
    return /^(style|.*_SCRIPT|script|payload)$/i.test(node.name.getText());
  return isOfColumns(node) || isLookup(node);
}

/** An argument by which a query names columns, gives them aliases, or compares them. */
const isOfColumns = (node: ts.Node): boolean =>
  node.parent !== undefined &&
  ts.isCallExpression(node.parent) &&
  node.parent.arguments.some((argument) => argument === node) &&
  /\.(select|where|returning)$/.test(node.parent.expression.getText());

/** A call by a key. The `set` of a query has the values of columns instead, which may be sentences. */
const isLookup = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  /\.(get|set|has|delete|setHeader|querySelector|replaceAll|split|includes|startsWith|run|key)$/.test(
    node.expression.getText(),
  ) &&
  !/\.updateTable\(/.test(node.expression.getText());

/** Files of which everything goes to the log, to metrics, or to a terminal. */
const forOperators =
  /^server\/(?:(?:app|main|config|metrics|log|create-roles|disconnect-unreadable|new-\w+|resume-copy|product-login|[\w-]+-command)\.ts$|(?:database|jobs)\/|http\/(?:readiness|refusals)\.ts)/;

/** Who reads it, by what the source does with it. */
function audienceOf(node: ts.Node): Audience {
  if (forOperators.test(node.getSourceFile().fileName)) return "operators";
  for (let up: ts.Node = node; up.parent !== undefined; up = up.parent) {
    const { parent } = up;
    if (
      ts.isPropertyAssignment(parent) &&
      documented.has(parent.name.getText()) &&
      !parent.getSourceFile().fileName.includes("/sync/")
    )
      return "developers";
    const isArgument = ts.isCallExpression(parent) && parent.expression !== up;
    if (isArgument && /\bdescribe$|\bmeta$/.test(parent.expression.getText()))
      return "developers";
    if (
      isArgument &&
      ts.isPropertyAccessExpression(parent.expression) &&
      logLevels.has(parent.expression.name.text) &&
      /log/i.test(parent.expression.expression.getText())
    )
      return "operators";
    if (
      ts.isNewExpression(parent) &&
      /(^|[A-Z]\w*)Error$|^Unusable$|Lost$/.test(parent.expression.getText())
    )
      return "operators";
    if (
      ts.isCallExpression(parent) &&
      parent.expression.kind === ts.SyntaxKind.SuperKeyword
    )
      return "operators";
  }
  return "people";
}
