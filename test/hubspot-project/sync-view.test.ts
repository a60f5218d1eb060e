import { expect, expectTypeOf, test } from "vitest";
import {
  pressAnswer,
  syncView,
} from "../../hubspot-project/src/app/cards/sync-view.ts";
import type * as Card from "../../hubspot-project/src/app/cards/sync-view.ts";
import { syncViewSchema } from "../../server/http/sync-view.ts";
import type * as Http from "../../server/http/sync-view.ts";
import type * as Engine from "../../server/sync/card/pure/card-view.ts";
import { done, view } from "./sample-views.ts";

// The card, the HTTP room and the engine each write this shape down, since none may import another's. The type check
// of this file holds the three together, to the last key: one that only one of them knows is a mistake.

/** The same type without intersections, which would count as another one. */
type Flat<T> = T extends readonly (infer Item)[]
  ? Flat<Item>[]
  : T extends object
    ? { [Key in keyof T]: Flat<T[Key]> }
    : T;

test("the engine, the HTTP room and the card mean the same view and answers, key by key", () => {
  expectTypeOf<Flat<Engine.SyncView>>().toEqualTypeOf<Flat<Http.SyncView>>();
  expectTypeOf<Flat<Card.SyncView>>().toEqualTypeOf<Flat<Http.SyncView>>();
  expectTypeOf<Flat<Engine.ActionAnswer>>().toEqualTypeOf<
    Flat<Http.ActionAnswer>
  >();
  expectTypeOf<Flat<Card.PressAnswer>>().toEqualTypeOf<
    Flat<Http.PressAnswer>
  >();
  expect(Object.keys(syncView.shape).toSorted()).toEqual(
    Object.keys(syncViewSchema.shape).toSorted(),
  );
  const sample = view();
  expect(syncViewSchema.strict().parse(sample)).toEqual(sample);
  const answer = done();
  expect(pressAnswer.parse(answer)).toEqual(answer);
});
