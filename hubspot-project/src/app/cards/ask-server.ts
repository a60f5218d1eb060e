import { ask } from "counterpart-kit/ask.ts";
import type { Answer } from "counterpart-kit/ask.ts";
import type { ObjectType } from "./object-types.ts";
import { pressAnswer, runAnswer, syncView } from "./sync-view.ts";
import type { CompanyChoice, PressAnswer, Run, SyncView } from "./sync-view.ts";
import { wholeValue } from "./value-answer.ts";
import type { WholeValue } from "./value-answer.ts";

/** What a person requested by clicking a button. */
export type Press =
  | { action: "sync" }
  /** confirmed: the person has seen what it undoes. */
  | { action: "pull"; confirmed?: boolean }
  | {
      action: "push";
      company?: CompanyChoice;
      children?: ObjectType[];
      /** The same for a server of the previous version, which knows one type of children. */
      contacts?: boolean;
      confirmed?: boolean;
    }
  | { action: "retry"; attentionId: string }
  | {
      action: "resolve";
      attentionId: string;
      choice: Side | "approve" | "refuse";
    }
  | { action: "resolve"; all: true; choice: Side }
  | {
      action: "resolve";
      attentionId: string;
      choice: "link_existing";
      linkTo: string;
    };

type Side = "workspace" | "hubspot";

/** A click, with what makes it safe to send twice: the version that was shown, and the click's own id. */
export type PressRequest = { press: Press; version: string; requestId: string };

/** The server's routes for one HubSpot object. */
export type Server = {
  view: () => Promise<Answer<SyncView>>;
  act: (request: PressRequest) => Promise<Answer<PressAnswer>>;
  run: (runId: string) => Promise<Answer<Run>>;
  /** Both sides' values of one field, in full. */
  value: (field: string) => Promise<Answer<WholeValue>>;
};

/** Routes of the server at `origin` (no trailing slash) for the card's object. */
export function serverFor(
  origin: string,
  objectTypeId: string,
  objectId: string,
): Server {
  const card = `${origin}/ui/card`;
  return {
    view: () =>
      ask(
        syncView,
        `${card}?${new URLSearchParams({ objectTypeId, objectId }).toString()}`,
      ),
    act: ({ press: { action, ...choices }, version, requestId }) =>
      ask(pressAnswer, `${card}/${action}`, {
        objectTypeId,
        objectId,
        version,
        requestId,
        ...choices,
      }),
    run: (runId) =>
      ask(
        runAnswer,
        `${card}/run?${new URLSearchParams({ runId }).toString()}`,
      ),
    value: (field) =>
      ask(
        wholeValue,
        `${card}/value?${new URLSearchParams({ objectTypeId, objectId, field }).toString()}`,
      ),
  };
}
