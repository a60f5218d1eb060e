/** One plain page of the OAuth flow. Everything in it is escaped here. */
export type Page = {
  title: string;
  /** Shown first, as a list of terms. */
  facts?: readonly { label: string; value: string }[];
  paragraphs: readonly string[];
  /** Shown in a list of its own. */
  items?: readonly string[];
  /** The way on, as a button. */
  link?: Link;
  /** A second link, beside the button. */
  more?: Link;
  /** A value to copy, with what it is. */
  secret?: { label: string; value: string; note: string };
  /** A button that sends one hidden field. */
  form?: {
    heading: string;
    note: string;
    action: string;
    field: { name: string; value: string };
    button: string;
  };
};

type Link = { text: string; href: string };

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; color: #213343; background: #f5f8fa; margin: 0; padding: clamp(1rem, 10vh, 6rem) 1rem 1rem; }
  main { max-width: 36rem; margin: 0 auto; padding: 2rem clamp(1.25rem, 6vw, 2.5rem); background: #fff; border: 1px solid #dfe3eb; border-radius: 6px; }
  h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 1rem; }
  h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0 0 1rem; }
  dt { color: #516f90; }
  dd { margin: 0; overflow-wrap: anywhere; }
  section { margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid #dfe3eb; }
  section p { margin: 0 0 1rem; }
  .value { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
  code { font: .95rem/1.5 ui-monospace, monospace; flex: 1 1 16rem; padding: .6rem .8rem; background: #f5f8fa; border: 1px solid #dfe3eb; border-radius: 3px; overflow-wrap: anywhere; }
  .actions { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin: 1.25rem 0 0; }
  a { color: #00718f; }
  a.action, button { display: inline-block; padding: .6rem 1.2rem; font: inherit; border: 1px solid #213343; border-radius: 3px; text-decoration: none; cursor: pointer; }
  a.action { background: #213343; color: #fff; }
  button { background: #fff; color: #213343; }
  button[hidden] { display: none; }
  a:focus-visible, button:focus-visible { outline: 3px solid #00a4bd; outline-offset: 2px; }
  @media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
`;

export function renderPage(page: Page): string {
  const { facts, items, secret, form } = page;
  const parts = [
    `<h1>${escape(page.title)}</h1>`,
    ...(facts
      ? [
          `<dl>${facts.map(({ label, value }) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`).join("")}</dl>`,
        ]
      : []),
    ...page.paragraphs.map((text) => `<p>${escape(text)}</p>`),
    ...(items
      ? [`<ul>${items.map((item) => `<li>${escape(item)}</li>`).join("")}</ul>`]
      : []),
    ...actions(page),
    ...(secret
      ? [
          `<section aria-labelledby="secret-label"><h2 id="secret-label">${escape(secret.label)}</h2>`,
          `<p>${escape(secret.note)}</p>`,
          `<div class="value"><code id="secret">${escape(secret.value)}</code><button id="copy" type="button" hidden>Copy</button><span id="copied" role="status"></span></div></section>`,
          `<script src="/oauth/copy.js" defer></script>`,
        ]
      : []),
    ...(form
      ? [
          `<section aria-labelledby="form-label"><h2 id="form-label">${escape(form.heading)}</h2>`,
          `<p>${escape(form.note)}</p>`,
          `<form method="post" action="${escape(form.action)}"><input type="hidden" name="${escape(form.field.name)}" value="${escape(form.field.value)}"><button type="submit">${escape(form.button)}</button></form></section>`,
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

function actions({ link, more }: Page): string[] {
  const anchors = [
    ...(link
      ? [
          `<a class="action" href="${escape(link.href)}">${escape(link.text)}</a>`,
        ]
      : []),
    ...(more
      ? [`<a href="${escape(more.href)}">${escape(more.text)}</a>`]
      : []),
  ];
  return anchors.length > 0
    ? [`<p class="actions">${anchors.join("")}</p>`]
    : [];
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
