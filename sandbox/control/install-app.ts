import { z } from "zod";
import type { WebAnswer } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";
import type { PortalUser } from "../portal-users.ts";
import { CookieJar } from "./cookie-jar.ts";
import { ControlError } from "./parse.ts";

export type InstallRequest = {
  readonly userId?: number | undefined;
  readonly withholdScopes: readonly string[];
};

const REDIRECTS_FOLLOWED = 10;
const DEADLINE_MS = 30_000;
const callbackSchema = z.looseObject({
  portalId: z.number(),
  // null: the app had a key for this portal already, and it is still valid.
  apiKey: z.string().nullable(),
});

/**
 * Walks through the app's own OAuth flow as a browser would: the app's install address, HubSpot's consent page, the app's
 * callback. Answers what the callback answered, status and body.
 */
export async function installApp(
  platform: Platform,
  entry: PortalEntry,
  request: InstallRequest,
): Promise<WebAnswer> {
  const user = installer(entry, request.userId);
  if (!user)
    throw new ControlError(
      404,
      `no active user ${request.userId ?? ""} in portal ${entry.portalId}`,
    );
  const browser = new Browser();
  const { publicUrl } = platform.app;
  const start = await browser.open(`${publicUrl}/oauth/install`, (url) =>
    isAuthorizePage(url),
  );
  if (!isAuthorizePage(start.url)) return passOn(start.response);
  const consent = await agree(
    browser,
    platform.url(),
    start.url,
    `${entry.portalId}:${user.id}`,
    request.withholdScopes,
  );
  if (consent.status !== 302) return passOn(consent);
  const end = await browser.open(
    new URL(consent.headers.get("location") ?? "", start.url),
    () => false,
  );
  const answer = await passOn(end.response);
  const callback = callbackSchema.safeParse(answer.body);
  const apiKey = callback.success
    ? (callback.data.apiKey ?? entry.installation?.apiKey)
    : undefined;
  if (answer.status < 300 && apiKey !== undefined)
    entry.installation = {
      apiKey,
      appId: platform.app.appId,
      serverUrl: publicUrl,
    };
  return answer;
}

/** The named user, or the first who may connect an app, or else the first. */
function installer(
  entry: PortalEntry,
  userId: number | undefined,
): PortalUser | null {
  if (userId !== undefined) return entry.user(userId);
  const admin = entry.users.find(
    ({ id, superAdmin }) => superAdmin && entry.user(id) !== null,
  );
  return admin ?? entry.user();
}

function isAuthorizePage(url: URL): boolean {
  return /^\/oauth\/(?:\d+\/)?authorize$/.test(url.pathname);
}

/** Opens the consent page and presses its button. */
async function agree(
  browser: Browser,
  sandboxUrl: string,
  page: URL,
  user: string,
  withheld: readonly string[],
): Promise<Response> {
  const address = sandboxUrl + page.pathname;
  const shown = await browser.request(new URL(address + page.search));
  if (shown.status !== 200) return shown;
  await shown.text();
  const form = new URLSearchParams(page.search);
  const asked = `${form.get("scope") ?? ""} ${form.get("optional_scope") ?? ""}`
    .split(" ")
    .filter((scope) => scope !== "");
  for (const scope of asked)
    if (!withheld.includes(scope)) form.append("grant", scope);
  form.set("user", user);
  form.set("decision", "connect");
  return browser.request(new URL(address), form);
}

async function passOn(response: Response): Promise<WebAnswer> {
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, body: json ? JSON.parse(text) : text };
}

/** As much of a browser as the flow needs: cookies, and redirects one at a time. */
class Browser {
  readonly #cookies = new CookieJar();
  readonly #signal = AbortSignal.timeout(DEADLINE_MS);

  async request(url: URL, form?: URLSearchParams): Promise<Response> {
    const response = await this.#fetch(url, form);
    this.#cookies.store(url, response.headers.getSetCookie());
    return response;
  }

  /** Follows redirects until `stop` says that an address is not to be opened here. */
  async open(
    address: string | URL,
    stop: (url: URL) => boolean,
  ): Promise<{ url: URL; response: Response }> {
    let url = new URL(address);
    for (let count = 0; count < REDIRECTS_FOLLOWED; count += 1) {
      const response = await this.request(url);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null)
        return { url, response };
      await response.text();
      url = new URL(location, url);
      if (stop(url)) return { url, response };
    }
    throw new ControlError(
      502,
      `the app redirects without end: ${url.pathname}`,
    );
  }

  async #fetch(url: URL, form: URLSearchParams | undefined): Promise<Response> {
    const cookie = this.#cookies.header(url);
    // A callback that is asked for JSON answers the API key in a form that the desk can use.
    const headers = {
      accept: "application/json",
      ...(cookie === "" ? {} : { cookie }),
    };
    const common = { redirect: "manual", signal: this.#signal } as const;
    try {
      return await (form
        ? fetch(url, { ...common, method: "POST", body: form, headers })
        : fetch(url, { ...common, headers }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ControlError(
        502,
        `${url.origin}${url.pathname} did not answer: ${reason}`,
      );
    }
  }
}
