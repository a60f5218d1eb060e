type Cookie = {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
};

/** Cookies by host and path; lifetimes are not looked at, but an emptied or ended cookie is forgotten. */
export class CookieJar {
  #cookies: readonly Cookie[] = [];

  store(url: URL, setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [pair = "", ...attributes] = line
        .split(";")
        .map((part) => part.trim());
      const equals = pair.indexOf("=");
      const path = attribute(attributes, "path") ?? "/";
      const cookie = {
        host: url.host,
        path,
        name: pair.slice(0, equals),
        value: pair.slice(equals + 1),
      };
      const ended =
        attribute(attributes, "max-age") === "0" || cookie.value === "";
      this.#cookies = [
        ...this.#cookies.filter(
          (old) =>
            old.host !== url.host ||
            old.path !== path ||
            old.name !== cookie.name,
        ),
        ...(ended ? [] : [cookie]),
      ];
    }
  }

  /** The Cookie header for an address; empty when there is none. */
  header(url: URL): string {
    return this.#cookies
      .filter(
        ({ host, path }) => host === url.host && url.pathname.startsWith(path),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }
}

function attribute(
  attributes: readonly string[],
  name: string,
): string | undefined {
  return attributes
    .find((text) => text.toLowerCase().startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
