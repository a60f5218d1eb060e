import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from "kysely";

/**
 * bigint arrives as text, since HubSpot's ids may outgrow a double. These columns are numbers in our own code: small
 * counts and portal ids. They are known by name in the result, also in raw SQL, as they stand or in camel case; under
 * any other alias they stay text.
 */
export const numberColumns: ReadonlySet<string> = new Set([
  "portal_id",
  "app_id",
  "sync_user_id",
  "revision",
  "settled_revision",
  "token",
  "token_generation",
  "portalId",
  "appId",
  "syncUserId",
  "settledRevision",
  "tokenGeneration",
]);

/** Turns the columns above into numbers in every result. */
export class NumberColumns implements KyselyPlugin {
  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    return args.node;
  }

  transformResult({
    result,
  }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const first = result.rows[0];
    if (!first) return Promise.resolve(result);
    const names = Object.keys(first).filter((name) => numberColumns.has(name));
    if (names.length > 0) {
      for (const row of result.rows) {
        for (const name of names) {
          const value = row[name];
          if (typeof value === "string") row[name] = Number(value);
        }
      }
    }
    return Promise.resolve(result);
  }
}
