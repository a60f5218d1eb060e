import { runDatabaseCommand } from "./database-command.ts";
import { DEPLOYMENT_ID } from "./database/deployment.ts";
import { createRoles } from "./database/group-roles.ts";

// npx node server/create-roles.ts <deploymentId>: creates the roles that a backup of that deployment names, before it is
// restored in a cluster that does not have them. docs/operations.md has the steps.
await runDatabaseCommand({
  usage: "npx node server/create-roles.ts <deploymentId>",
  parse: ([id = "", ...rest]) =>
    DEPLOYMENT_ID.test(id) && rest.length === 0 ? id : null,
  run: async ({ owner }, id) => {
    await owner.transaction().execute((db) => createRoles(db, id));
    return `The roles of deployment ${id} exist.`;
  },
});
