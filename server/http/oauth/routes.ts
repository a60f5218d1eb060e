import type { Request, RequestHandler, Response } from "express";
import { Router, urlencoded } from "express";
import { z } from "zod";
import { replaceApiKey } from "../../database/api-key.ts";
import { readSettings } from "../../settings/store.ts";
import { readUser } from "../../sync/people/users.ts";
import type { Authentication } from "../api/authenticate.ts";
import { handleErrors } from "../error-handler.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { Problem, sendProblem } from "../problem.ts";
import { browserMark, markBrowser } from "./browser-cookie.ts";
import { connect } from "./connect.ts";
import { connectedPage, newKeyForm, newKeyPage } from "./connected-page.ts";
import { copyScript } from "./copy-script.ts";
import { aboutLink, LinkTickets, subjectOf } from "./link-ticket.ts";
import type { LinkSubject } from "./link-ticket.ts";
import { linkUser } from "./link-user.ts";
import { NewKeyTickets } from "./new-key-ticket.ts";
import type { Page } from "./page.ts";
import { renderPage } from "./page.ts";
import { optionalScopesFor, requiredScopes } from "./scopes.ts";
import { StateSigner } from "./state.ts";
import { useState } from "./used-states.ts";

/**
 * GET /oauth/install sends the admin to HubSpot; its `optional_scope` names optional scopes that a feature needs. GET
 * /oauth/callback takes the response and shows a new API key once; a portal that has a key keeps it, and POST
 * /oauth/api-key replaces it if the admin asks.
 */
export function oauthRoutes(
  parts: HttpDependencies,
  limit: RequestHandler,
  authentication: Authentication,
): Router {
  const router = Router();
  router.use(limit);
  const signer = new StateSigner(parts.config.rootKeys);
  const tickets = new NewKeyTickets(parts.config.rootKeys);
  const linkTickets = new LinkTickets(parts.config.rootKeys);
  const linkSubjectOf = (ticket: unknown): LinkSubject | null =>
    typeof ticket === "string" ? linkTickets.check(ticket, Date.now()) : null;
  const redirectUri = `${parts.config.publicUrl}/oauth/callback`;

  router.get("/install", (request, response) => {
    const browser = markBrowser(request, response, parts.config.publicUrl);
    const { state, codeChallenge } = signer.issue(browser, Date.now());
    response.redirect(
      302,
      parts.hubspot.oauth.authorizeUrl({
        redirectUri,
        scopes: requiredScopes,
        optionalScopes: optionalScopesFor(request.query["optional_scope"]),
        state,
        codeChallenge,
      }),
    );
  });

  router.get("/callback", async (request, response) => {
    const { state, code, error } = request.query;
    const verdict =
      typeof state === "string"
        ? signer.check(state, browserMark(request), Date.now())
        : { ok: false as const, reason: "foreign" as const };
    if (typeof state !== "string" || !verdict.ok)
      return answer(request, response, 400, notBegunHere);
    if (!(await useState(parts.database, verdict.nonce, verdict.expiresAt)))
      return answer(request, response, 400, usedBefore);
    if (typeof error === "string" || typeof code !== "string")
      return answer(request, response, 400, notAllowed);
    const exchange = {
      code,
      redirectUri,
      codeVerifier: signer.codeVerifier(state),
    };
    if (verdict.about !== "") {
      const subject = subjectOf(verdict.about);
      const linked = await linkUser(parts, subject, exchange);
      if (!linked.ok) return answer(request, response, linked.status, linked);
      response.set("Cache-Control", "no-store");
      if (wantsJson(request)) response.json({ code: linked.code });
      else response.type("html").send(renderPage(linked.page));
      return;
    }
    const outcome = await connect(parts, exchange);
    if (!outcome.ok) return answer(request, response, outcome.status, outcome);
    const { portalId, apiKey } = outcome;
    if (apiKey !== null) authentication.expect(apiKey, portalId);
    response.set("Cache-Control", "no-store");
    if (wantsJson(request)) return void response.json({ portalId, apiKey });
    const page = connectedPage(outcome);
    if (apiKey === null) {
      const browser = markBrowser(request, response, parts.config.publicUrl);
      page.form = newKeyForm(
        tickets.issue(portalId, browser, Date.now()),
        outcome.productName,
      );
    }
    response.type("html").send(renderPage(page));
  });

  // The page says who is linked, so that nobody consents for somebody else's user.
  router.get("/link", async (request, response) => {
    const { ticket } = request.query;
    const subject = linkSubjectOf(ticket);
    if (subject === null || typeof ticket !== "string")
      return answer(request, response, 400, linkRefused);
    const [user, { settings }] = await parts.database.inPortal(
      subject.portalId,
      async (db) => [
        await readUser(db, subject.userId),
        await readSettings(db, subject.portalId),
      ],
    );
    if (user === null) return answer(request, response, 400, linkRefused);
    response
      .set("Cache-Control", "no-store")
      .type("html")
      .send(
        renderPage({
          title: "Link your HubSpot user",
          facts: [
            { label: `User of ${settings.productName}`, value: user.email },
          ],
          paragraphs: [
            "Continue only if this is you. HubSpot will ask which account to use. Counterpart then knows who you are in HubSpot, and keeps no access in your name.",
          ],
          link: {
            text: "Continue to HubSpot",
            href: `/oauth/link/start?ticket=${encodeURIComponent(ticket)}`,
          },
        }),
      );
  });

  router.get("/link/start", (request, response) => {
    const subject = linkSubjectOf(request.query["ticket"]);
    if (subject === null) return answer(request, response, 400, linkRefused);
    const browser = markBrowser(request, response, parts.config.publicUrl);
    const { state, codeChallenge } = signer.issue(
      browser,
      Date.now(),
      aboutLink(subject),
    );
    response.redirect(
      302,
      parts.hubspot.oauth.authorizeUrl({
        redirectUri,
        // HubSpot refuses an authorization that asks for less than the app requires.
        scopes: requiredScopes,
        optionalScopes: [],
        state,
        codeChallenge,
      }),
    );
  });

  router.post(
    "/api-key",
    urlencoded({ extended: false, limit: "4kb" }),
    async (request, response) => {
      const body: unknown = request.body;
      const given = z.object({ ticket: z.string() }).safeParse(body);
      const ticket = given.success
        ? tickets.check(given.data.ticket, browserMark(request), Date.now())
        : null;
      if (!ticket) return answer(request, response, 400, ticketRefused);
      const { portalId, nonce, expiresAt } = ticket;
      if (!(await useState(parts.database, nonce, expiresAt)))
        return answer(request, response, 400, usedBefore);
      const [replaced, { settings }] = await parts.database.inPortal(
        portalId,
        async (db) => [
          await replaceApiKey(db, portalId, null, { keepOldForAnHour: true }),
          await readSettings(db, portalId),
        ],
      );
      if (!replaced) return answer(request, response, 400, ticketRefused);
      const { apiKey, oldKeyEndsAt } = replaced;
      authentication.expect(apiKey, portalId);
      parts.log.info({ portalId }, "the API key was replaced by an admin");
      response.set("Cache-Control", "no-store");
      if (wantsJson(request)) response.json({ portalId, apiKey });
      else
        response
          .type("html")
          .send(
            renderPage(
              newKeyPage(portalId, apiKey, oldKeyEndsAt, settings.productName),
            ),
          );
    },
  );

  router.get("/copy.js", (_request, response) => {
    response
      .set("Cache-Control", "public, max-age=3600")
      .type("text/javascript")
      .send(copyScript);
  });

  router.use(handleErrors(parts.log, answerProblem));
  return router;
}

/** What went wrong on our side or HubSpot's: for a person a page with a way on, for a program the problem. */
function answerProblem(response: Response, problem: Problem): void {
  if (wantsJson(response.req)) return sendProblem(response, problem);
  const page: Page = {
    title: "HubSpot wasn't connected",
    paragraphs: [problem.message],
    link: tryAgain,
  };
  response
    .status(problem.status)
    .set({ ...problem.headers, "Cache-Control": "no-store" })
    .type("html")
    .send(renderPage(page));
}

/** A page, and the same for a program. */
type Refused = { code: string; page: Page; missing?: readonly string[] };

const tryAgain = { text: "Connect HubSpot", href: "/oauth/install" };

// What HubSpot's own install link makes, too: nobody vouches for such a callback, so the admin begins here.
const notBegunHere: Refused = {
  code: "state_not_ours",
  page: {
    title: "Continue connecting HubSpot",
    paragraphs: [
      "This connection didn't start in this browser or is over 15 minutes old.",
      "Continue, and HubSpot will ask again.",
    ],
    link: { text: "Continue", href: "/oauth/install" },
  },
};

const usedBefore: Refused = {
  code: "state_used",
  page: {
    title: "This link was already used",
    paragraphs: ["To create a new API key, connect again."],
    link: tryAgain,
  },
};

const ticketRefused: Refused = {
  code: "ticket_refused",
  page: {
    title: "No new API key was created",
    paragraphs: [
      "The page with the button was opened in another browser or over 15 minutes ago. Connect again, then create the key.",
    ],
    link: tryAgain,
  },
};

const linkRefused: Refused = {
  code: "link_refused",
  page: {
    title: "This link isn't valid",
    paragraphs: ["It is over a day old, or incomplete. Ask for a new link."],
  },
};

const notAllowed: Refused = {
  code: "consent_refused",
  page: {
    title: "HubSpot wasn't connected",
    paragraphs: [
      "The connection was declined in HubSpot. Nothing was read or changed.",
      "A super admin of the HubSpot account, or a user who may connect marketplace apps, can connect it.",
    ],
    link: tryAgain,
  },
};

function answer(
  request: Request,
  response: Response,
  status: number,
  { code, page, missing }: Refused,
): void {
  response.set("Cache-Control", "no-store");
  if (wantsJson(request))
    sendProblem(
      response,
      new Problem(
        status,
        code,
        page.paragraphs.join(" "),
        missing === undefined ? {} : { missing },
      ),
    );
  else response.status(status).type("html").send(renderPage(page));
}

function wantsJson(request: Request): boolean {
  return request.accepts(["html", "json"]) === "json";
}
