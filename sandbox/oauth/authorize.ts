import type { WebAnswer, WebCall, WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { authorizationProblemPage, consentPage } from "./consent-page.ts";

/**
 * The authorize page and its form. The form's fields: the query as it came, `user` ("portalId:userId"), `grant` (each scope
 * that is let through) and `decision` ("connect" or "cancel").
 */
export function authorizeRoutes(platform: Platform): readonly WebRoute[] {
  return ["/oauth/authorize", "/oauth/{portalId}/authorize"].flatMap(
    (template) => [
      {
        method: "GET",
        template,
        handle: (call) => showConsent(platform, call),
      },
      { method: "POST", template, handle: (call) => decide(platform, call) },
    ],
  );
}

function showConsent(platform: Platform, call: WebCall): WebAnswer {
  const checked = readAuthorizationRequest(call.query, platform.app);
  if ("problem" in checked)
    return { status: 400, body: authorizationProblemPage(checked.problem) };
  const entries = entriesFor(platform, call.params["portalId"]);
  const { name } = platform.app.project.manifest.config;
  return {
    status: 200,
    body: consentPage(name, call.path, call.query, checked.request, entries),
  };
}

function decide(platform: Platform, call: WebCall): WebAnswer {
  const form = new URLSearchParams(call.text);
  const checked = readAuthorizationRequest(form, platform.app);
  if ("problem" in checked)
    return { status: 400, body: authorizationProblemPage(checked.problem) };
  const { request } = checked;
  if (form.get("decision") !== "connect")
    return redirect(request, {
      error: "access_denied",
      error_description: "The user denied access to the app",
    });
  const [portalId = "", userId = ""] = (form.get("user") ?? "").split(":");
  const entry = platform.registry.entry(Number(portalId));
  const user = entry?.user(Number(userId)) ?? null;
  if (!entry || !user)
    return {
      status: 400,
      body: authorizationProblemPage("Choose an account and a user of it."),
    };
  if (!user.superAdmin)
    return {
      status: 403,
      body: authorizationProblemPage(
        "You need to be a super admin, or have App Marketplace access, to connect an app.",
      ),
    };
  const wanted = [...request.required, ...request.optional];
  const scopes = new Set(
    wanted.filter((scope) => form.getAll("grant").includes(scope)),
  );
  const code = platform.grants.issueCode({
    portalId: entry.portalId,
    userId: user.id,
    scopes,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
  });
  return redirect(request, { code });
}

function redirect(
  request: AuthorizationRequest,
  parameters: Readonly<Record<string, string>>,
): WebAnswer {
  const target = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(parameters))
    target.searchParams.set(name, value);
  if (request.state !== null) target.searchParams.set("state", request.state);
  return { status: 302, headers: { location: target.href } };
}

function entriesFor(
  platform: Platform,
  portalId: string | undefined,
): readonly PortalEntry[] {
  if (portalId === undefined) return platform.registry.entries();
  const entry = platform.registry.entry(Number(portalId));
  return entry ? [entry] : [];
}
