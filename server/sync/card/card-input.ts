import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import type { Choice } from "../attention/pure/choices.ts";
import type { CompanyChoice } from "./pure/card-view.ts";

/** The buttons that start a sync. */
export type Button = "sync" | "pull" | "push";

/** What a person can click on the card. */
export type CardAction = Button | "retry" | "resolve";

/** The input of a click on the card. */
export interface CardInput {
  readonly objectType: ObjectType;
  readonly objectId: ObjectId;
  /** The version that was shown; "" for a retry or a choice without one. */
  readonly version: string;
  readonly company?: CompanyChoice;
  /** The types of the children that are pushed too. */
  readonly children?: readonly ObjectType[];
  /** Of a card that knows one type of children only: they are pushed too. */
  readonly contacts?: boolean;
  /** The person has seen what this click undoes, or which children it changes, and confirmed it. */
  readonly confirmed?: boolean;
  readonly attentionId?: string;
  /** A choice for every conflict of the pair, as it was shown. */
  readonly all?: boolean;
  readonly choice?: Choice;
  /** Which object to link to, if an entry names several. */
  readonly linkTo?: ObjectId;
}
