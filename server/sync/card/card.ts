import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import {
  resolveAttention,
  retryAttention,
} from "../resolve/attention-actions.ts";
import type { Person } from "../resolve/attention-entry.ts";
import type { MassChoice } from "../brake/pure/choice.ts";
import type { Engine } from "../engine.ts";
import type { Installation } from "../installation/installation.ts";
import type { Actor } from "../people/pure/actor.ts";
import { theProduct } from "../people/pure/actor.ts";
import { linkExisting } from "../resolve/link-existing.ts";
import type { Side } from "../model.ts";
import { act } from "./act.ts";
import type { CardAction, CardInput } from "./card-input.ts";
import type { ActionAnswer, SyncView } from "./pure/card-view.ts";
import { readCard } from "../preview/read-card.ts";
import type { Subject } from "../preview/stored-sync.ts";
import { show } from "./pure/show.ts";
import type { TrialAnswer } from "./try-settings.ts";
import { trySettings } from "./try-settings.ts";
import { wholeValue } from "./pure/whole-value.ts";
import type { WholeAnswer } from "./pure/whole-value.ts";

type Answer = { ok: true } | { ok: false; code: string; reason: string };

/** What the engine does for a card. */
export interface Card {
  /**
   * The sync status of a record or object, as this actor sees it; null if neither side has it.
   * @param known the installation, if the request has just read it
   */
  view(
    portalId: PortalId,
    subject: Subject,
    actor: Actor,
    known?: Installation,
  ): Promise<SyncView | null>;
  /** Both values of one field in full, from the same look; null if neither side has the record or object. */
  value(
    portalId: PortalId,
    subject: Subject,
    field: string,
  ): Promise<WholeAnswer | null>;
  /** Executes a click of this person; null if HubSpot has no such object. */
  act(
    portalId: PortalId,
    action: CardAction,
    input: CardInput,
    actor: Actor,
  ): Promise<ActionAnswer | null>;
  /** Decides a pair by settings that may not be saved, and writes nothing; null if neither side has it. */
  tryOut(
    portalId: PortalId,
    subject: Subject,
    settings: Settings,
  ): Promise<TrialAnswer | null>;
}

/** @param viewWithinMs how long HubSpot is waited for before a view is of what is stored */
export const createCard = (engine: Engine, viewWithinMs: number): Card => ({
  view: async (portalId, subject, actor, known) => {
    const seen = await readCard(engine, portalId, subject, actor, {
      withinMs: viewWithinMs,
      known,
    });
    return seen === null ? null : show(seen);
  },
  value: async (portalId, subject, field) => {
    const seen = await readCard(engine, portalId, subject, theProduct, {
      withinMs: viewWithinMs,
    });
    return seen === null ? null : wholeValue(seen, field);
  },
  act: (portalId, action, input, actor) =>
    act(engine, portalId, action, input, actor),
  tryOut: (portalId, subject, settings) =>
    trySettings(engine, portalId, subject, settings, viewWithinMs),
});

/** What the API can do about an attention entry. */
export interface AttentionApi {
  retry(portalId: PortalId, id: string, by: string): Promise<Answer>;
  resolve(
    portalId: PortalId,
    id: string,
    choice: Side | MassChoice,
    by: string,
  ): Promise<Answer>;
  /** Links the entry's record to the existing object; hubspotId says which, if the entry names several. */
  linkExisting(
    portalId: PortalId,
    id: string,
    objectId: ObjectId | null,
    by: string,
  ): Promise<Answer>;
}

export const createAttentionApi = (engine: Engine): AttentionApi => {
  const person = (by: string): Person => ({ source: "api", by });
  return {
    retry: (portalId, id, by) =>
      retryAttention(engine, portalId, id, person(by)),
    resolve: (portalId, id, choice, by) =>
      resolveAttention(engine, portalId, id, choice, person(by)),
    linkExisting: (portalId, id, objectId, by) =>
      linkExisting(engine, portalId, id, objectId, person(by)),
  };
};
