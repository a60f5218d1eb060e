import { company } from "./company.ts";
import { contactToCompany } from "./contact-to-company.ts";
import { contact } from "./contact.ts";
import type {
  AssociationKind,
  ObjectTypeDescriptor,
  TypeFlow,
} from "./descriptor.ts";
import { parentsFirst } from "./parents-first.ts";

/** The object types and their associations. A new type is a descriptor, its association kinds, and a line here for each. */

const descriptors = { contact, company } as const satisfies Record<
  string,
  ObjectTypeDescriptor
>;

/** What is synced. */
export type ObjectType = keyof typeof descriptors;

/** In the order in which people read them: lists, routes, pages. */
export const listedTypes: readonly [ObjectType, ...ObjectType[]] = [
  contact.names.singular,
  company.names.singular,
];

export const associationKinds = [contactToCompany] as const satisfies readonly [
  AssociationKind<ObjectType>,
  ...AssociationKind<ObjectType>[],
];

/** How records of one type belong to records of another: one of associationKinds. */
export type ParentKind = (typeof associationKinds)[number];

/** In the order in which they are synced: parents first, because a child names its parent. */
export const objectTypes: readonly ObjectType[] = parentsFirst(
  listedTypes,
  associationKinds,
);

/** Returns what a type is like. */
export const descriptorOf = (type: ObjectType): ObjectTypeDescriptor =>
  descriptors[type];

/** Returns the types that take part in a flow, parents first. */
export const typesWith = (flow: TypeFlow): readonly ObjectType[] =>
  objectTypes.filter((type) => descriptorOf(type).flows[flow]);

/** Returns the kind by which records of a type belong to a parent, or null if they belong to nothing. */
export const parentKindOf = (type: ObjectType): ParentKind | null =>
  associationKinds.find(({ from }) => from === type) ?? null;

/** Returns the kinds by which records of other types belong to records of this one. */
export const childKindsOf = (type: ObjectType): readonly ParentKind[] =>
  associationKinds.filter(({ to }) => to === type);

/** Returns the type with a HubSpot type id ("0-1"), or undefined if the type isn't synced. */
export const objectTypeOf = (objectTypeId: string): ObjectType | undefined =>
  objectTypes.find(
    (type) => descriptorOf(type).hubspot.typeId === objectTypeId,
  );
