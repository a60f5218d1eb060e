/** One request to fire. */
export type Shot = {
  readonly client: "webhook" | "card" | "api";
  readonly method: string;
  /** Path and query, as they go over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

/** What there is to ask about. */
export type Target = {
  readonly portalId: number;
  readonly apiKey: string;
  /** Another portal, whose data must stay as it is. */
  readonly otherPortalId: number;
  readonly recordIds: readonly string[];
  readonly objectIds: readonly string[];
  /** A document of settings that was read, with its version. */
  readonly settings: unknown;
};
