import { company } from "./company.ts";
import { contactToCompany } from "./contact-to-company.ts";
import { contact } from "./contact.ts";
import type { AssociationKind, ObjectTypeDescriptor } from "./descriptor.ts";

/** A new type is a descriptor, its association kinds, and a line here for each. */

/** In the order in which people read them: lists, routes, pages. */
export const registeredTypes = { contact, company } as const satisfies Record<
  string,
  ObjectTypeDescriptor
>;

export const registeredKinds = [contactToCompany] as const satisfies readonly [
  AssociationKind<keyof typeof registeredTypes>,
  ...AssociationKind<keyof typeof registeredTypes>[],
];
