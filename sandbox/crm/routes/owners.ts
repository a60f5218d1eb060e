import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { ownerView } from "../owners.ts";
import { invalid, notFound } from "../refusal.ts";
import { isTrue, readLimit } from "../read-body.ts";
import { ok } from "./respond.ts";

const scopes = () => ["crm.objects.owners.read"];

/** Owners, under one version's path. Read only, as in HubSpot. */
export function ownerRoutes(base: string): Route[] {
  return [
    { method: "GET", template: base, scopes, limit: "general", handle: list },
    {
      method: "GET",
      template: `${base}/{ownerId}`,
      scopes,
      limit: "general",
      handle: get,
    },
  ];
}

function list(call: Call): Answer {
  const limit = readLimit(call.query.get("limit"), 100, 500);
  const email = call.query.get("email")?.toLowerCase();
  const archived = isTrue(call.query.get("archived"));
  const after = Number(call.query.get("after") ?? 0);
  if (!Number.isInteger(after) || after < 0)
    throw invalid(`Invalid after: ${String(call.query.get("after"))}`);
  const all = call.portal.crm.owners.owners.filter(
    (owner) =>
      owner.archived === archived &&
      (email === undefined || owner.email.toLowerCase() === email) &&
      Number(owner.id) >= after,
  );
  const next = all[limit];
  return ok({
    results: all.slice(0, limit).map(ownerView),
    ...(next === undefined ? {} : { paging: { next: { after: next.id } } }),
  });
}

function get(call: Call): Answer {
  const id = call.params["ownerId"] ?? "";
  const { owners } = call.portal.crm;
  const owner =
    call.query.get("idProperty") === "userId"
      ? owners.findByUser(Number(id))
      : owners.find(id);
  if (
    owner === undefined ||
    owner.archived !== isTrue(call.query.get("archived"))
  )
    throw notFound(true);
  return ok(ownerView(owner));
}
