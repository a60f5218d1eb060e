import { Client } from "pg";
import type { ClonedDatabase } from "../../database.ts";

/** The address of a cluster's database on TCP, for one of its roles. */
export function overTcp(
  port: string,
  role: string,
  password: string,
  database: string,
): string {
  return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * A database whose owner may log in and create roles, and is no superuser: what a managed Postgres gives out. `admin` is
 * the address of the cluster's superuser, on its socket.
 */
export async function makePlainOwner(
  admin: string,
  name: string,
): Promise<ClonedDatabase> {
  const asAdmin = async (...statements: string[]): Promise<void> => {
    const client = new Client({ connectionString: admin });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await asAdmin(
    `create role ${name} login createrole nosuperuser password '${name}-password'`,
    `create database ${name} owner ${name}`,
  );
  const port = new URL(admin).searchParams.get("port") ?? "";
  return {
    name,
    url: overTcp(port, name, `${name}-password`, name),
    drop: () => asAdmin(`drop database if exists ${name} with (force)`),
  };
}
