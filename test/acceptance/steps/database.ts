import { Client } from "pg";
import type { QueryResultRow } from "pg";
import type { World } from "../world.ts";

async function ended<T>(
  client: Client,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Works with a connection of the product's own login, which sees the world's portal and no other. */
export const asProduct = async <T>(
  world: World,
  work: (product: Client) => Promise<T>,
): Promise<T> => ended(await world.sql(), work);

/** One statement of the product's; answers its rows. */
export async function inSql<Row extends QueryResultRow>(
  world: World,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const product = await world.product();
  return (await product.query<Row>(text, [...values])).rows;
}

/** Works with a connection of the database's owner: for looking inside, and for letting time pass. */
export async function asOwner<T>(
  world: World,
  work: (owner: Client) => Promise<T>,
): Promise<T> {
  const owner = new Client({ connectionString: world.database.url });
  await owner.connect();
  return ended(owner, work);
}
