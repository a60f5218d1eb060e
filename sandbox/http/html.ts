const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup that is safe to put into a page. */
export type Html = { readonly markup: string };

/** Builds markup; values are escaped unless they are markup themselves. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  let markup = strings[0] ?? "";
  values.forEach((value, index) => {
    markup += asMarkup(value) + (strings[index + 1] ?? "");
  });
  return { markup };
}

function asMarkup(value: string | number | Html | readonly Html[]): string {
  if (typeof value === "string")
    return value.replaceAll(
      /[&<>"']/g,
      (character) => entities[character] ?? character,
    );
  if (typeof value === "number") return String(value);
  if ("markup" in value) return value.markup;
  return value.map((item) => item.markup).join("");
}

const style = `body{font:15px/1.5 system-ui,sans-serif;background:#f5f8fa;color:#33475b;margin:0}
main{max-width:34rem;margin:4rem auto;background:#fff;border:1px solid #dfe3eb;border-radius:4px;padding:2rem}
h1{font-size:1.3rem;margin-top:0}button{font:inherit;padding:.5rem 1.2rem;border-radius:3px;border:1px solid #ff5c35;background:#ff5c35;color:#fff;cursor:pointer}
button.plain{background:#fff;color:#33475b;border-color:#cbd6e2}label{display:block;margin:.3rem 0}code{background:#f0f3f7;padding:0 .3em}`;

/** A whole page of HubSpot's own, in its plainest form. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          ${{ markup: style }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.markup;
}
