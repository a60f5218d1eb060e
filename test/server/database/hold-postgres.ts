import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";

// A process for the launcher's tests: starts Postgres on the folder given, says where, and stays until it is stopped.
const postgres = await startEmbeddedPostgres({
  dataDir: process.argv[2] ?? "",
  settings: { fsync: "off" },
});
process.stdout.write(`${postgres.url}\n`);
process.on("SIGTERM", () => void postgres.stop());
process.stdin.resume();
process.on("SIGTERM", () => process.stdin.destroy());
