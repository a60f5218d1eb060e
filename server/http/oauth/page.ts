/** One plain page of the OAuth flow. Everything in it is escaped here. */
export type Page = {
  title: string;
  paragraphs: readonly string[];
  /** Shown in a list of its own. */
  items?: readonly string[];
  /** A value to copy, with what it is. */
  secret?: { label: string; value: string };
  link?: { text: string; href: string };
};

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; color: #213343; background: #f5f8fa; margin: 0; padding: 12vh 1rem 1rem; }
  main { max-width: 36rem; margin: 0 auto; padding: 2rem clamp(1.25rem, 6vw, 2.5rem); background: #fff; border: 1px solid #dfe3eb; border-radius: 6px; }
  h1 { font-size: 1.4rem; margin: 0 0 1rem; }
  code { display: block; padding: .75rem 1rem; background: #f5f8fa; border: 1px solid #dfe3eb; border-radius: 3px; overflow-wrap: anywhere; }
  a.action { display: inline-block; padding: .6rem 1.2rem; background: #213343; color: #fff; border-radius: 3px; text-decoration: none; }
`;

export function renderPage(page: Page): string {
  const parts = [
    `<h1>${escape(page.title)}</h1>`,
    ...page.paragraphs.map((text) => `<p>${escape(text)}</p>`),
    ...(page.items
      ? [
          `<ul>${page.items.map((item) => `<li>${escape(item)}</li>`).join("")}</ul>`,
        ]
      : []),
    ...(page.secret
      ? [
          `<p>${escape(page.secret.label)}</p><code id="secret">${escape(page.secret.value)}</code>`,
        ]
      : []),
    ...(page.link
      ? [
          `<p><a class="action" href="${escape(page.link.href)}">${escape(page.link.text)}</a></p>`,
        ]
      : []),
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title)} · Counterpart</title><style>${style}</style></head>
<body><main>
${parts.join("\n")}
</main></body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
