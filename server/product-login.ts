import { createProductLogin } from "./database/product-login.ts";
import { runPortalCommand } from "./portal-command.ts";

// npx node server/product-login.ts <portalId>: prints the address under which a product reads and writes that portal's
// views. Each call gives the login a new password.
await runPortalCommand({
  usage: "npx node server/product-login.ts <portalId>",
  run: (database, portalId) => createProductLogin(database, portalId),
});
