import type { Request, Response } from "express";
import { z } from "zod";
import type { Installation } from "../sync/installation/installation.ts";
import type { Actor } from "../sync/people/pure/actor.ts";
import { isStorable } from "../storable-text.ts";
import { parseInput } from "./api/parse.ts";
import type { User } from "./dependencies.ts";
import { Problem } from "./problem.ts";

/** Who asks from inside HubSpot: the person whom HubSpot signed for, and the installation of that person's account. */
export type Asker = {
  portalId: number;
  user: User;
  /** That person, with what the product's users may do. */
  actor: Actor;
  installation: Installation;
};

const one = z.string({ error: "must be in the address exactly once" });

const id = one
  .regex(/^[1-9]\d{0,15}$/, "isn't an id")
  .transform(Number)
  .refine(Number.isSafeInteger, "isn't an id");
const askerSchema = z.object({
  portalId: id,
  userId: id,
  userEmail: one.max(500).refine(isStorable, "can't be stored"),
  appId: id,
});

/** Returns a query without those parameters: routes refuse what they don't know. */
export const ownQuery = (query: Request["query"]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(query).filter(
      ([name]) => !Object.hasOwn(askerSchema.shape, name),
    ),
  );

/** The four parameters that HubSpot appended; a second one of a name would leave open which of them is HubSpot's. */
export function askerOf(
  request: Request,
  appId: number,
): Omit<Asker, "actor" | "installation"> {
  const asker = parseInput(askerSchema, request.query, "query");
  if (asker.appId !== appId)
    throw new Problem(
      403,
      "other_app",
      "This request is meant for another app.",
    );
  return {
    portalId: asker.portalId,
    user: { id: asker.userId, email: asker.userEmail },
  };
}

/** Keeps who asked for the routes that follow. */
export function rememberAsker(response: Response, asker: Asker): void {
  response.locals["asker"] = asker;
}

/** Returns who asked, of a request whose signature was checked. */
export function askerIn(response: Response): Asker {
  return response.locals["asker"] as Asker;
}
