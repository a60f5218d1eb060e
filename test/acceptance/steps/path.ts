/** An object type as paths name it, here and in HubSpot. */
export type Path = "contacts" | "companies";
export const typeOf = { contacts: "contact", companies: "company" } as const;

/** The two sets of HubSpot's unsure facts that acceptance tests run under. */
export const profiles = ["documented", "observed"] as const;
