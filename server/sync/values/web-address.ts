/** Addresses of web pages as people write them. Pure. */

const parts =
  /^(?:(https?):\/\/)?((?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]{2,})\.?(?::(\d{1,5}))?([/?#].*)?$/isu;
const ports: Readonly<Record<string, string>> = { http: "80", https: "443" };

/**
 * Returns an address in one form: its scheme and host in lower case, without the scheme's own port and without slashes
 * at the end. Case matters in the path. http, https, and no scheme are three addresses: only the site's owner knows
 * whether they lead to one page. Null: not such an address, and compared as the text that it is.
 */
export function webAddress(text: string): string | null {
  const [whole, scheme = "", host = "", port, rest = ""] =
    parts.exec(text) ?? [];
  if (whole === undefined || /\s/.test(rest)) return null;
  const kind = scheme.toLowerCase();
  const shownPort =
    port === undefined || port === ports[kind] ? "" : `:${port}`;
  return `${kind === "" ? "" : `${kind}://`}${host.toLowerCase()}${shownPort}${withoutLastSlashes(rest)}`;
}

/** A slash at the end of a path; one inside a query or fragment is part of it. */
function withoutLastSlashes(rest: string): string {
  if (/[?#]/.test(rest)) return rest.replace(/^\/(?=[?#])/, "");
  let end = rest.length;
  while (end > 0 && rest[end - 1] === "/") end -= 1;
  return rest.slice(0, end);
}
