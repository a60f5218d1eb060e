import type {
  AssociationKind,
  ObjectTypeDescriptor,
  TypeFlow,
} from "./descriptor.ts";
import { parentsFirst } from "./parents-first.ts";
import { registeredKinds, registeredTypes } from "./registered.ts";

/** The object types and their associations, and how to find one. */

/** What is synced. */
export type ObjectType = keyof typeof registeredTypes;

/** In the order in which people read them: lists, routes, pages. */
export const listedTypes = Object.keys(registeredTypes) as [
  ObjectType,
  ...ObjectType[],
];

/** How records of one type belong to records of another: one of associationKinds. */
export type ParentKind = AssociationKind<ObjectType> & {
  readonly name: KindName;
};

export const associationKinds: readonly [ParentKind, ...ParentKind[]] =
  registeredKinds;

type RegisteredKind = (typeof registeredKinds)[number];

export type KindName = RegisteredKind["name"];

/** The kinds by which records of a type belong to others. */
export type KindFrom<Type extends ObjectType> = Extract<
  RegisteredKind,
  { readonly from: Type }
>;

/** In the order in which they are synced: parents first, because a child names its parent. */
export const objectTypes: readonly ObjectType[] = parentsFirst(
  listedTypes,
  associationKinds,
);

/** Returns what a type is like. */
export const descriptorOf = (type: ObjectType): ObjectTypeDescriptor =>
  registeredTypes[type];

/** Returns the types that take part in a flow, parents first. */
export const typesWith = (flow: TypeFlow): readonly ObjectType[] =>
  objectTypes.filter((type) => descriptorOf(type).flows[flow]);

/** Returns the kinds by which records of a type belong to parents; none if they belong to nothing. */
export const parentKindsOf = (type: ObjectType): readonly ParentKind[] =>
  associationKinds.filter(({ from }) => from === type);

/** A kind of which one parent is the primary one. */
export type PrimaryKind = ParentKind & {
  readonly primary: NonNullable<ParentKind["primary"]>;
};

const hasPrimary = (kind: ParentKind): kind is PrimaryKind =>
  kind.primary !== null;

/** Returns the kind by which records of a type have a primary parent, or null if none has one. */
export const primaryKindOf = (type: ObjectType): PrimaryKind | null =>
  parentKindsOf(type).find(hasPrimary) ?? null;

/** Returns the kinds by which records of other types belong to records of this one. */
export const childKindsOf = (type: ObjectType): readonly ParentKind[] =>
  associationKinds.filter(({ to }) => to === type);

/** Returns the kinds whose children a person can push after a record of this type; none for most types. */
export const pushedKindsOf = (type: ObjectType): readonly ParentKind[] =>
  childKindsOf(type).filter(({ pushedWithParent }) => pushedWithParent);

/**
 * Returns the one of them that cards and programs know that were built when there was one, and that call its children
 * contacts; null if there is none.
 */
export const firstPushedKindOf = (type: ObjectType): ParentKind | null =>
  pushedKindsOf(type)[0] ?? null;

/** Returns the type with a HubSpot type id ("0-1"), or undefined if the type isn't synced. */
export const objectTypeOf = (objectTypeId: string): ObjectType | undefined =>
  objectTypes.find(
    (type) => descriptorOf(type).hubspot.typeId === objectTypeId,
  );
