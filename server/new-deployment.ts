import { runDatabaseCommand } from "./database-command.ts";
import { becomeNewDeployment } from "./database/group-roles.ts";

// npx node server/new-deployment.ts: makes a copy of a database a deployment of its own, with roles and logins that the
// original does not share. docs/operations.md has the steps.
await runDatabaseCommand({
  usage: "npx node server/new-deployment.ts",
  parse: (args) => (args.length === 0 ? args : null),
  run: async ({ owner }) =>
    `This database is deployment ${await becomeNewDeployment(owner)}. Create its products' logins again.`,
});
