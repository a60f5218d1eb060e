/** What the transactions of one share of the connections may take, all in ms. */
export type TransactionLimits = {
  /** For a free connection. */
  readonly connectionMs: number;
  /** For the answer to the statements that open a transaction, which need nothing but Postgres itself. */
  readonly beginMs: number;
  /** For a lock that another transaction has (`lock_timeout`). */
  readonly lockMs: number;
  /** For one statement (`statement_timeout`). */
  readonly statementMs: number;
  /** For the answer to it: by then, Postgres would have said that it took too long. */
  readonly answerMs: number;
  /** Between two statements (`idle_in_transaction_session_timeout`): then Postgres drops what we may have forgotten. */
  readonly idleMs: number;
};

/** For webhooks, lanes, schedule, readiness, budgets and tokens: short statements, which others wait for. */
export const CONTROL_LIMITS: TransactionLimits = {
  connectionMs: 5_000,
  beginMs: 2_000,
  lockMs: 2_000,
  statementMs: 5_000,
  answerMs: 8_000,
  idleMs: 20_000,
};

/** For cards and the product's requests: HubSpot gives a card up after 15 s. */
export const WEB_LIMITS: TransactionLimits = {
  connectionMs: 4_000,
  beginMs: 3_000,
  lockMs: 4_000,
  statementMs: 10_000,
  answerMs: 13_000,
  idleMs: 20_000,
};

/** For the turns of lanes: a sweep compares all records of a portal. */
export const WORK_LIMITS: TransactionLimits = {
  connectionMs: 20_000,
  beginMs: 5_000,
  lockMs: 5_000,
  statementMs: 30_000,
  answerMs: 33_000,
  idleMs: 20_000,
};

/** A statement of the owner: migrations of large tables take their time. */
export const OWNER_STATEMENT_MS = 3_600_000;
