import manifest from "../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import type { AssociationKind } from "../../server/settings/types/descriptor.ts";
import {
  registeredKinds,
  registeredTypes,
} from "../../server/settings/types/registered.ts";
import { ticket, ticketToCompany, ticketToContact } from "./ticket.ts";

// Loaded before a server's own modules: what a build that knows tickets has in two files, registered.ts and the app's
// manifest.
Object.assign(registeredTypes, { ticket });
(registeredKinds as unknown as AssociationKind[]).push(
  ticketToContact,
  ticketToCompany,
);
manifest.config.auth.optionalScopes.push(ticket.hubspot.scopes.read);
