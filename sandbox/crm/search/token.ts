/**
 * Returns a test for texts that contain a token. No letter or digit may precede or follow the token; `*` is any text without
 * white space. The time is at most the text's length times the token's, because a regular expression made from the token
 * could take exponential time.
 * @param given the token, in any case of letters
 */
export function tokenTest(given: string): (text: string) => boolean {
  const token = given.toLowerCase().replace(/\*+/g, "*");
  const pieces = token.split("*").filter((piece) => piece !== "");
  return (given) => {
    const text = given.toLowerCase();
    return (
      text === token ||
      (pieces.every((piece) => text.includes(piece)) && matches(token, text))
    );
  };
}

/**
 * Reads the text once and tracks all partial matches: `now[i]` is 1 if the text so far ends with the first `i` characters of
 * the token.
 */
function matches(token: string, text: string): boolean {
  let now = new Uint8Array(token.length + 1);
  let next = new Uint8Array(token.length + 1);
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at];
    const isEdge = char === undefined || !/[a-z0-9]/.test(char);
    if (at === 0 || !/[a-z0-9]/.test(text[at - 1] ?? "")) now[0] = 1;
    for (let place = 0; place < token.length; place += 1) {
      if (now[place] === 0) continue;
      if (token[place] === "*") {
        now[place + 1] = 1;
        if (char !== undefined && !/\s/.test(char)) next[place] = 1;
      } else if (token[place] === char) next[place + 1] = 1;
    }
    if (isEdge && now[token.length] === 1) return true;
    [now, next] = [next, now];
    next.fill(0);
  }
  return false;
}
