import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openDatabase } from "../../server/database/database.ts";
import { startEmbeddedPostgres } from "../../server/database/embedded.ts";
import type { EmbeddedPostgres } from "../../server/database/embedded.ts";
import { migrate } from "../../server/database/migrate.ts";
import { createLog } from "../../server/log.ts";

const TEMPLATE = "bench_template";

/**
 * One embedded Postgres for the whole run, on disk and with the settings that production has (fsync and
 * synchronous_commit on), and a migrated database to copy for each bench.
 */
export class Ground {
  readonly dir: string;
  readonly #postgres: EmbeddedPostgres;
  #made = 0;

  private constructor(dir: string, postgres: EmbeddedPostgres) {
    this.dir = dir;
    this.#postgres = postgres;
  }

  static async start(
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Ground> {
    const dir = await mkdtemp(join(tmpdir(), "counterpart-bench-"));
    // Root's account for Postgres has to get through.
    await chmod(dir, 0o755);
    const postgres = await startEmbeddedPostgres({
      dataDir: join(dir, "data"),
      // Logins come over TCP, as in production.
      tcp: true,
      settings: { max_connections: "200", ...settings },
    });
    const ground = new Ground(dir, postgres);
    await ground.#asAdmin(`create database ${TEMPLATE}`);
    const database = openDatabase({
      url: ground.#urlOf(TEMPLATE),
      poolSize: 2,
      log: createLog("silent"),
    });
    try {
      await migrate(database.owner);
    } finally {
      await database.close();
    }
    return ground;
  }

  /** A migrated database of its own; answers its address, for the owner. */
  async database(): Promise<string> {
    this.#made += 1;
    const name = `bench_${this.#made}`;
    await this.#asAdmin(`create database ${name} template ${TEMPLATE}`);
    return this.#urlOf(name);
  }

  /** Milliseconds that one small durable commit takes here: the floor of everything that commits. */
  async commitMs(): Promise<number> {
    const client = new Client({ connectionString: this.#postgres.url });
    await client.connect();
    try {
      await client.query("create table if not exists tick (at timestamptz)");
      const commits = 200;
      const started = performance.now();
      for (let n = 0; n < commits; n += 1)
        await client.query("insert into tick values (now())");
      return (performance.now() - started) / commits;
    } finally {
      await client.end();
    }
  }

  async drop(url: string): Promise<void> {
    await this.#asAdmin(
      `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`,
    );
  }

  async stop(): Promise<void> {
    await this.#postgres.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  #urlOf(name: string): string {
    const url = new URL(this.#postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async #asAdmin(statement: string): Promise<void> {
    const client = new Client({ connectionString: this.#postgres.url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}
