import { sql } from "kysely";
import type { Database } from "../../database/database.ts";

/** What the installation row says of its tokens. */
export type TokenRow = {
  readonly state: string;
  /** The database is a restored copy that nobody has resumed: the tokens are the original's. */
  readonly isCopy: boolean;
  /** Sealed; null while a process refreshes it, until `accessMsLeft` is over. */
  readonly accessToken: string | null;
  /** By the database's clock; negative when over, null when never set. */
  readonly accessMsLeft: number | null;
  /** Sealed. */
  readonly refreshToken: string | null;
  /** Grows with every write of a token: whoever writes compares it, so an old answer cannot undo a new install. */
  readonly generation: number;
};

/** The statements on an installation's tokens. All but `read` compare the generation and answer whether they won. */
export type TokenRows = {
  read(portalId: number): Promise<TokenRow | null>;
  /**
   * Takes the right to refresh, for `ms`: the access token is taken out and the generation grows, so any other process
   * sees that somebody is at it, and for how long at most. No lock and no transaction is held during the call.
   */
  claim(portalId: number, generation: number, ms: number): Promise<boolean>;
  store(
    portalId: number,
    generation: number,
    tokens: {
      accessToken: string;
      refreshToken: string;
      msLeft: number;
    },
  ): Promise<boolean>;
  /** Gives the claim back after a refresh that came to nothing, with the old access token if that still serves. */
  release(
    portalId: number,
    generation: number,
    old: { accessToken: string; msLeft: number } | null,
  ): Promise<boolean>;
  /** The state becomes `disconnected`, to return to what it was when somebody connects again. */
  disconnect(
    portalId: number,
    generation: number,
    reason: string,
  ): Promise<boolean>;
};

type Row = {
  state: string;
  is_copy: boolean;
  access_token: string | null;
  access_ms_left: string | null;
  refresh_token: string | null;
  token_generation: number;
};

export function createTokenRows(database: Database): TokenRows {
  return {
    read: (portalId) =>
      database.inPortal(portalId, async (db) => {
        const { rows } = await sql<Row>`
          select state, copied_from is not null as is_copy, access_token, refresh_token, token_generation,
            extract(epoch from access_expires_at - clock_timestamp()) * 1000 as access_ms_left
          from installation where portal_id = ${portalId}`.execute(db);
        const row = rows[0];
        if (row === undefined) return null;
        return {
          state: row.state,
          isCopy: row.is_copy,
          accessToken: row.access_token,
          accessMsLeft:
            row.access_ms_left === null ? null : Number(row.access_ms_left),
          refreshToken: row.refresh_token,
          generation: row.token_generation,
        };
      }),

    claim: (portalId, generation, ms) =>
      database.inPortal(portalId, async (db) => {
        const { numAffectedRows } = await sql`
          update installation
          set access_token = null, token_generation = token_generation + 1,
            access_expires_at = clock_timestamp() + ${ms} * interval '1 millisecond'
          where portal_id = ${portalId} and token_generation = ${generation}
            and state not in ('disconnected', 'uninstalled') and copied_from is null`.execute(
          db,
        );
        return numAffectedRows === 1n;
      }),

    store: (portalId, generation, { accessToken, refreshToken, msLeft }) =>
      database.inPortal(portalId, async (db) => {
        const { numAffectedRows } = await sql`
          update installation
          set access_token = ${accessToken}, refresh_token = ${refreshToken},
            token_generation = token_generation + 1, updated_at = now(),
            access_expires_at = clock_timestamp() + ${msLeft} * interval '1 millisecond'
          where portal_id = ${portalId} and token_generation = ${generation}`.execute(
          db,
        );
        return numAffectedRows === 1n;
      }),

    release: (portalId, generation, old) =>
      database.inPortal(portalId, async (db) => {
        const { numAffectedRows } = await sql`
          update installation
          set access_token = ${old?.accessToken ?? null}, token_generation = token_generation + 1,
            access_expires_at = clock_timestamp() + ${old?.msLeft ?? 0} * interval '1 millisecond'
          where portal_id = ${portalId} and token_generation = ${generation}`.execute(
          db,
        );
        return numAffectedRows === 1n;
      }),

    disconnect: (portalId, generation, reason) =>
      database.inPortal(portalId, async (db) => {
        const { numAffectedRows } = await sql`
          update installation
          set resume_state = case when state in ('setting-up', 'first-pull', 'active') then state else resume_state end,
            state = 'disconnected', state_since = now(), state_reason = ${reason}, updated_at = now(),
            access_token = null, access_expires_at = null, token_generation = token_generation + 1
          where portal_id = ${portalId} and token_generation = ${generation}
            and state not in ('disconnected', 'uninstalled')`.execute(db);
        return numAffectedRows === 1n;
      }),
  };
}
