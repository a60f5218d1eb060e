import { company } from "../../server/settings/types/company.ts";

// Loaded before a server's own modules. Every type that the app has so far is required; in a server with this, companies
// are optional, and it shows what any optional type gets.
Object.assign(company.hubspot, { required: false });
