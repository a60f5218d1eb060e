import type { Config } from "../config.ts";
import type { Database } from "../database/database.ts";
import type { Log } from "../log.ts";
import { createBudget } from "./budget/budget.ts";
import { createBudgetTable, createOpenBudget } from "./budget/budget-table.ts";
import { createCallSlots } from "./call-slots.ts";
import { createCaller } from "./caller.ts";
import { createOAuth } from "./create-oauth.ts";
import type { HubSpot } from "./hubspot.ts";
import type { CallMetrics } from "./metrics.ts";
import { createPortalGateway } from "./portal-gateway.ts";
import { seal } from "./seal.ts";
import { createAccessTokens } from "./tokens/access-tokens.ts";
import { createTokenRows } from "./tokens/token-rows.ts";
import { createTransport } from "./transport.ts";

/** Everything that knows HubSpot's API, for one process. */
export function createHubSpot({
  config,
  database,
  log,
  metrics,
}: {
  config: Pick<Config, "hubspot" | "tokenKeys">;
  database: Database;
  log: Log;
  metrics?: CallMetrics | undefined;
}): HubSpot {
  const transport = createTransport(config.hubspot.apiUrl);
  const oauth = createOAuth(config.hubspot, transport);
  const budget = createBudget(
    config.hubspot.callLimit === "unlimited"
      ? createOpenBudget()
      : createBudgetTable(database),
  );
  const slots = createCallSlots();
  const tokens = createAccessTokens({
    rows: createTokenRows(database),
    oauth,
    keys: config.tokenKeys,
    log,
  });
  return {
    appId: config.hubspot.appId,
    portal: (portalId, about) =>
      createPortalGateway(
        createCaller({
          portalId,
          transport,
          budget,
          slots,
          log: about === undefined ? log : log.child(about),
          metrics,
          tokens,
        }),
        () => tokens.forget(portalId),
      ),
    oauth,
    seal: (portalId, token) => seal(config.tokenKeys, portalId, token),
    forget: (portalId) => tokens.forget(portalId),
    close: () => transport.close(),
  };
}
