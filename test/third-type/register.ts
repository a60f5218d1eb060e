import type * as registered from "../../server/settings/types/registered.ts";
import { ticket, ticketToCompany, ticketToContact } from "./ticket.ts";

/** What a build that knows tickets has in two files: a line for each in registered.ts, and the scopes in the app's manifest. */

/** Returns registered.ts with tickets and their kinds. */
export const withTicket = ({
  registeredTypes,
  registeredKinds,
}: typeof registered) => ({
  registeredTypes: { ...registeredTypes, ticket },
  registeredKinds: [...registeredKinds, ticketToContact, ticketToCompany],
});

interface Manifest {
  readonly config: {
    readonly auth: { readonly optionalScopes: readonly string[] };
  };
}

/** Returns the app's manifest with the scopes of tickets as optional ones. */
export const withTicketScopes = <M extends Manifest>(manifest: M): M => ({
  ...manifest,
  config: {
    ...manifest.config,
    auth: {
      ...manifest.config.auth,
      optionalScopes: [...manifest.config.auth.optionalScopes, "tickets"],
    },
  },
});
