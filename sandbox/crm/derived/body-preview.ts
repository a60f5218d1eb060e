const entities: Readonly<Record<string, string>> = {
  "&nbsp;": " ",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** The plain text of a body that may be HTML: tags are gone, white space is one space. Takes time in proportion to the body. */
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
    // A tag parts words: <p>one</p><p>two</p> is no "onetwo".
    text += `${body.slice(at, tag)} `;
    at = end + 1;
  }
  return text
    .replace(/&(?:nbsp|lt|gt|quot|#39|amp);/g, (name) => entities[name] ?? name)
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
