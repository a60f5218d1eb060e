const entities: Readonly<Record<string, string>> = {
  "&nbsp;": " ",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** Returns the plain text of a body that may be HTML, with single spaces. The time grows with the body's length only. */
export function bodyPreview(body: string): string {
  let text = "";
  let at = 0;
  while (at < body.length) {
    const tag = body.indexOf("<", at);
    const end = tag < 0 ? -1 : body.indexOf(">", tag);
    if (end < 0) {
      text += body.slice(at);
      break;
    }
    // A tag separates words: <p>one</p><p>two</p> is not "onetwo".
    text += `${body.slice(at, tag)} `;
    at = end + 1;
  }
  return text
    .replace(/&(?:nbsp|lt|gt|quot|#39|amp);/g, (name) => entities[name] ?? name)
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
