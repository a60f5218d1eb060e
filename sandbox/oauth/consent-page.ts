import { html, page } from "../http/html.ts";
import type { PortalEntry } from "../portal-registry.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";

/** The page on which a user chooses an account and lets the app in. The form carries the query on. */
export function consentPage(
  appName: string,
  action: string,
  parameters: URLSearchParams,
  request: AuthorizationRequest,
  entries: readonly PortalEntry[],
): string {
  const carried = [...parameters].map(
    ([name, value]) =>
      html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const users = entries.flatMap((entry) =>
    entry.users
      .filter((user) => !entry.deactivatedUsers.has(user.id))
      .map(
        (user) =>
          html`<label
            ><input
              type="radio"
              name="user"
              required
              value="${entry.portalId}:${user.id}"
            />
            ${user.firstName} ${user.lastName} (${user.email}) in account
            ${entry.portalId}</label
          >`,
      ),
  );
  const granted = [...request.required, ...request.optional].map(
    (scope) =>
      html`<label
        ><input type="checkbox" name="grant" value="${scope}" checked />
        <code>${scope}</code
        >${request.optional.includes(scope) ? " (optional)" : ""}</label
      >`,
  );
  return page(
    `Connect ${appName} to HubSpot`,
    html`<form method="post" action="${action}">
      ${carried}
      <h2>Account</h2>
      ${users.length > 0 ? users : html`<p>No account exists yet.</p>`}
      <h2>${appName} asks for</h2>
      ${granted}
      <p>
        <button name="decision" value="connect">Connect app</button>
        <button class="plain" name="decision" value="cancel" formnovalidate>
          Cancel
        </button>
      </p>
    </form>`,
  );
}

/** What HubSpot shows when the install link itself is wrong: nothing is sent back to the app. */
export function authorizationProblemPage(problem: string): string {
  return page("We couldn't complete the connection", html`<p>${problem}</p>`);
}
