import type { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Actor } from "../../sync/people/pure/actor.ts";
import type { HttpDependencies } from "../dependencies.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What a route is given: its parsed input, and the portal and the name of who asked. */
export type ApiCall<Params, Query, Body> = {
  portalId: PortalId;
  /** The key that asked: never log it. Null: a person asked, in HubSpot. */
  apiKey: string | null;
  /** For whom the product asks, or the person who asks in HubSpot. */
  actor: Actor;
  /** How the journal, runs, and versions name the actor. */
  by: string;
  parts: HttpDependencies;
  params: Params;
  query: Query;
  body: Body;
  /** Work in that portal. */
  inPortal: <T>(work: (db: Db) => Promise<T>) => Promise<T>;
};

export type ApiAnswer = {
  status: number;
  body?: unknown;
  /** A key that the answer hands out, so that it is known at once. */
  issuedKey?: string;
  headers?: Readonly<Record<string, string>>;
};

/** An answer of a route as the OpenAPI document describes it; without a schema it has no body. */
export type AnswerKind = { description: string; schema?: z.ZodType };

export type ApiRoute = {
  method: Method;
  /** Below /api/v1, parameters as {name}. */
  path: string;
  summary: string;
  tag: string;
  params: z.ZodObject | null;
  query: z.ZodObject | null;
  body: z.ZodType | null;
  answers: Readonly<Record<number, AnswerKind>>;
  handle(call: ApiCall<unknown, unknown, unknown>): Promise<ApiAnswer>;
};

/** A route whose handler sees exactly what its schemas let through. */
export function apiRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(route: {
  method: Method;
  path: string;
  summary: string;
  tag: string;
  params?: Params;
  query?: Query;
  body?: Body;
  answers: Readonly<Record<number, AnswerKind>>;
  handle(
    call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): Promise<ApiAnswer>;
}): ApiRoute {
  return {
    ...route,
    params: route.params ?? null,
    query: route.query ?? null,
    body: route.body ?? null,
    // The router parses with these very schemas before it calls.
    handle: (call) =>
      route.handle(
        call as ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>,
      ),
  };
}
