import type { PortalId } from "../../settings/object-type.ts";
import {
  resolveAllAttention,
  resolveAttention,
  retryAttention,
} from "../resolve/attention-actions.ts";
import { alreadyResolved, refuse } from "../resolve/attention-entry.ts";
import type {
  AttentionAnswer,
  Person,
  Refused,
} from "../resolve/attention-entry.ts";
import type { Engine } from "../engine.ts";
import { linkExisting } from "../resolve/link-existing.ts";
import type { CardInput } from "./card-input.ts";
import { isOpenFor } from "../preview/load-facts.ts";
import { counted } from "../values/shown-text.ts";

type EntryResult =
  | (Extract<AttentionAnswer, { ok: true }> & { readonly message: string })
  | Refused;

/** A click on something that needs attention: Retry, a choice for one conflict or for all, a link, an approval. */
export async function resolveEntry(
  engine: Engine,
  portalId: PortalId,
  action: "retry" | "resolve",
  input: CardInput,
  person: Person,
): Promise<EntryResult> {
  const { objectType, objectId, attentionId, choice, linkTo } = input;
  const kept = choice === "workspace" ? "The workspace's" : "HubSpot's";
  if (input.all === true) {
    if (choice !== "workspace" && choice !== "hubspot")
      return refuse("not_offered", "Choose a side for all conflicts.");
    const { answer, count } = await resolveAllAttention(
      engine,
      portalId,
      { objectType, objectId },
      choice,
      person,
    );
    return said(
      answer,
      `${kept} ${count === 1 ? "value was" : "values were"} kept in ${counted(count, "field")}.`,
    );
  }
  if (
    attentionId === undefined ||
    !(await engine.database.inPortal(portalId, (db) =>
      isOpenFor(db, portalId, objectType, objectId, attentionId),
    ))
  )
    return alreadyResolved;
  if (action === "retry")
    return said(
      await retryAttention(engine, portalId, attentionId, person),
      "The problem is resolved.",
    );
  if (choice === undefined)
    throw new Error("A choice is required: the route has checked it.");
  if (choice === "link_existing")
    return said(
      await linkExisting(engine, portalId, attentionId, linkTo ?? null, person),
      "The two are linked. Their values sync next.",
    );
  const answer = await resolveAttention(
    engine,
    portalId,
    attentionId,
    choice,
    person,
  );
  return said(
    answer,
    answer.ok && answer.item === null
      ? "Your decision was saved."
      : `${kept} value was kept.`,
  );
}

const said = (answer: AttentionAnswer, message: string): EntryResult =>
  answer.ok ? { ...answer, message } : answer;
