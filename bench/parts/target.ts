import { Client } from "pg";
import { callJson } from "./json.ts";

/** What an attacker knows of the scene: of its own portal, and how the scene's parts are reached. Plain values. */
export type TargetFacts = {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly databaseUrl: string;
  readonly secret: string;
  readonly portalId: number;
  readonly apiKey: string;
};

/** The scene as its attacker sees it, from a process of its own. */
export class Target {
  readonly url: string;
  readonly databaseUrl: string;
  readonly secret: string;
  readonly portalId: number;
  readonly apiKey: string;
  /** The owner's, for what the attacker would know anyway. */
  readonly sql: Client;
  readonly #sandboxUrl: string;

  private constructor(facts: TargetFacts, sql: Client) {
    this.url = facts.url;
    this.databaseUrl = facts.databaseUrl;
    this.secret = facts.secret;
    this.portalId = facts.portalId;
    this.apiKey = facts.apiKey;
    this.#sandboxUrl = facts.sandboxUrl;
    this.sql = sql;
  }

  static async open(facts: TargetFacts): Promise<Target> {
    const sql = new Client({ connectionString: facts.databaseUrl });
    await sql.connect();
    return new Target(facts, sql);
  }

  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return callJson<T>(method, `${this.#sandboxUrl}/sandbox${path}`, body);
  }

  inHubSpot<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.control<T>(method, `/portals/${this.portalId}${path}`, body);
  }

  close(): Promise<void> {
    return this.sql.end();
  }
}
