import type { RequestHandler } from "express";
import type { Db } from "../database/database.ts";
import { Router } from "express";
import { z } from "zod";
import { isObjectId } from "../settings/object-id.ts";
import { objectTypeOf } from "../settings/object-type.ts";
import { listedTypes } from "../settings/types/index.ts";
import type { ObjectType } from "../settings/object-type.ts";
import { choices } from "../sync/attention/pure/choices.ts";
import { readInstallation } from "../sync/installation/installation.ts";
import { findCardActor } from "../sync/people/find-actor.ts";
import type { Actor } from "../sync/people/pure/actor.ts";
import { stillWorking } from "./idempotent-requests.ts";
import { askerIn, askerOf, rememberAsker } from "./asker.ts";
import type { BodyBudget } from "./body-budget.ts";
import { parseInput } from "./api/parse.ts";
import { readRun } from "./api/read-runs.ts";
import { idSchema } from "./api/schemas.ts";
import { jsonOf } from "./json-body.ts";
import type {
  CardAction,
  CardInput,
  HttpDependencies,
} from "./dependencies.ts";
import { Problem } from "./problem.ts";
import { rawBody } from "./raw-body.ts";
import { requireEntryPermission } from "./require-entry-permission.ts";
import { requirePermissions } from "./require-permission.ts";
import type { ActivePortals } from "./active-portals.ts";
import type { PortalShare } from "./requests-in-progress.ts";
import { RequestsInProgress } from "./requests-in-progress.ts";
import { requireSignature, requireSignatureHeaders } from "./signed-request.ts";
import { SeenSteps } from "./seen-steps.ts";
import { settingsPageRoutes } from "./settings-page/routes.ts";
import type { ActionAnswer, PressAnswer } from "./sync-view.ts";

/** HubSpot's own limit for what a card sends. */
const BODY_LIMIT = 1024 * 1024;

/** A portal's people at once; most of a card's time is HubSpot's. HubSpot gives up on a card after 15 s. */
const SHARE: PortalShare = {
  most: 8,
  mostBesideOthers: 4,
  waiting: 64,
  waitMs: 5_000,
  rests: 0,
};

const one = z.string({ error: "must be in the address exactly once" });

const objectId = z
  .union([z.string(), z.number().int().positive()])
  .transform(String)
  .pipe(z.string().refine(isObjectId, "isn't an object id"));

const subject = { objectTypeId: z.string(), objectId };
const press = {
  ...subject,
  version: z.string().min(1).max(500),
  requestId: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 visible ASCII characters"),
};

/** The body of each click. Unknown keys are ignored, so that a newer card works with an older server. */
const bodies = {
  sync: z.object(press),
  pull: z.object({ ...press, confirmed: z.boolean().optional() }),
  push: z.object({
    ...press,
    confirmed: z.boolean().optional(),
    company: z.enum(["if-missing", "always", "never"]).optional(),
    children: z.array(z.enum(listedTypes)).max(listedTypes.length).optional(),
    contacts: z.boolean().optional(),
  }),
  retry: z.object({
    ...press,
    version: press.version.optional(),
    attentionId: idSchema,
  }),
  resolve: z
    .object({
      ...press,
      version: press.version.optional(),
      attentionId: idSchema.optional(),
      all: z.literal(true).optional(),
      choice: z.enum(choices),
      linkTo: objectId.optional(),
    })
    .refine(
      ({ attentionId, all }) =>
        (attentionId === undefined) !== (all === undefined),
      "Send either attentionId or all.",
    )
    .refine(
      ({ all, version }) => all === undefined || version !== undefined,
      "With a choice for all conflicts, send the version that was shown.",
    ),
} as const satisfies Record<CardAction, z.ZodType>;

/** /ui: the requests of cards and of the settings page in HubSpot, signed by HubSpot. The signed address names the user. */
export function cardRoutes(
  parts: HttpDependencies,
  limitRefused: RequestHandler,
  budget: BodyBudget,
  active: ActivePortals,
): Router {
  const router = Router();
  const inProgress = new RequestsInProgress(SHARE, active);
  router.use(requireSignatureHeaders(parts, limitRefused));
  router.use(rawBody(BODY_LIMIT, budget));
  router.use(async (request, response, next) => {
    await requireSignature(parts, limitRefused, request, response);
    response.set("Cache-Control", "no-store");
    const asker = askerOf(request, parts.config.appId);
    await inProgress.enter(asker.portalId, response);
    const found = await parts.database.inPortal(asker.portalId, async (db) => {
      const installation = await readInstallation(db, asker.portalId);
      return installation && installation.state !== "uninstalled"
        ? {
            installation,
            actor: await findCardActor(db, asker.portalId, asker.user),
          }
        : null;
    });
    if (found === null)
      throw new Problem(
        404,
        "not_installed",
        "Counterpart isn't installed in this HubSpot account.",
      );
    rememberAsker(response, { ...asker, ...found });
    next();
  });
  router.use(settingsPageRoutes(parts, active));

  const cardsSeen = new SeenSteps(parts, "card");
  router.get("/card", async (request, response) => {
    const { portalId, actor, installation } = askerIn(response);
    cardsSeen.saw(portalId);
    const query = parseInput(z.object(subject), request.query, "query");
    const objectType = typeOf(query.objectTypeId);
    const view = await parts.engine.card.view(
      portalId,
      { objectType, objectId: query.objectId },
      actor,
      installation,
    );
    if (view === null) throw noSuchObject(objectType);
    response.json(view);
  });

  router.get("/card/value", async (request, response) => {
    const { portalId } = askerIn(response);
    const query = parseInput(
      z.object({ ...subject, field: one.min(1).max(200) }),
      request.query,
      "query",
    );
    const objectType = typeOf(query.objectTypeId);
    const whole = await parts.engine.card.value(
      portalId,
      { objectType, objectId: query.objectId },
      query.field,
    );
    if (whole === null) throw noSuchObject(objectType);
    if (!whole.ok)
      throw new Problem(
        whole.code === "field_not_found" ? 404 : 409,
        whole.code,
        whole.reason,
      );
    response.json(whole.value);
  });

  router.get("/card/run", async (request, response) => {
    const { portalId } = askerIn(response);
    const { runId } = parseInput(
      z.object({ runId: idSchema }),
      request.query,
      "query",
    );
    const run = await parts.database.inPortal(portalId, (db) =>
      readRun(db, portalId, runId),
    );
    if (run === null)
      throw new Problem(404, "run_not_found", "There is no such run.");
    const { id, state, counts, reason } = run;
    response.json({ id, state, counts, reason });
  });

  for (const action of ["sync", "pull", "push", "retry", "resolve"] as const)
    router.post(`/card/${action}`, async (request, response) => {
      const { portalId, user, actor } = askerIn(response);
      const {
        objectTypeId,
        version = "",
        ...rest
      } = parseInput(bodies[action], jsonOf(request), "body");
      const input: CardInput = {
        ...present(rest),
        version,
        objectType: typeOf(objectTypeId),
        objectId: rest.objectId,
        requestId: rest.requestId,
      };
      const answer = await parts.answered.answer<ActionAnswer>(
        portalId,
        // A question executes nothing: its confirmation is another request, even with the same id.
        `card:${rest.requestId}${input.confirmed === true ? ":confirmed" : ""}`,
        { action, input, userId: user.id },
        async () => {
          await parts.database.inPortal(portalId, (db) =>
            requireClickPermission(db, portalId, actor, action, input),
          );
          const acted = await parts.engine.card.act(
            portalId,
            action,
            input,
            actor,
          );
          if (acted === null) throw noSuchObject(input.objectType);
          return acted;
        },
      );
      response.json(answer === stillWorking ? working : answer);
    });

  return router;
}

const working: PressAnswer = {
  result: "working",
  message: "This is taking longer than usual. Your request runs only once.",
};

/** Throws a 403 unless a person may make this click. */
async function requireClickPermission(
  db: Db,
  portalId: number,
  actor: Actor,
  action: CardAction,
  { attentionId, choice }: CardInput,
): Promise<void> {
  const decided = action === "retry" ? action : choice;
  if (action === "sync")
    await requirePermissions(db, portalId, actor, ["push", "pull"]);
  else if (action === "push" || action === "pull")
    await requirePermissions(db, portalId, actor, [action]);
  else if (attentionId !== undefined && decided !== undefined)
    await requireEntryPermission(db, portalId, actor, attentionId, decided);
  // A choice for every conflict of the pair.
  else
    await requirePermissions(db, portalId, actor, [
      choice === "hubspot" ? "pull" : "push",
    ]);
}

function typeOf(objectTypeId: string): ObjectType {
  const type = objectTypeOf(objectTypeId);
  if (type) return type;
  throw new Problem(
    404,
    "unknown_object_type",
    "Counterpart doesn't sync this object type.",
  );
}

/** Without the keys whose value is undefined. */
function present<T extends object>(
  values: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}

function noSuchObject(type: ObjectType): Problem {
  return new Problem(
    404,
    "object_not_found",
    `This ${type} isn't in HubSpot. Someone may have deleted it.`,
  );
}
