import { company } from "./company.ts";
import { contactToCompany } from "./contact-to-company.ts";
import { contact } from "./contact.ts";
import { dealToCompany } from "./deal-to-company.ts";
import { dealToContact } from "./deal-to-contact.ts";
import { deal } from "./deal.ts";
import type { AssociationKind, ObjectTypeDescriptor } from "./descriptor.ts";

/** A new type is a descriptor, its association kinds, and a line here for each. */

/** In the order in which people read them: lists, routes, pages. */
export const registeredTypes = {
  contact,
  company,
  deal,
} as const satisfies Record<string, ObjectTypeDescriptor>;

export const registeredKinds = [
  contactToCompany,
  dealToContact,
  dealToCompany,
] as const satisfies readonly [
  AssociationKind<keyof typeof registeredTypes>,
  ...AssociationKind<keyof typeof registeredTypes>[],
];
