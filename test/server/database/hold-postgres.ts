import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";

// A process for the launcher's tests: starts Postgres on the folder given, says where, and stays until it is stopped.
const postgres = await startEmbeddedPostgres({
  dataDir: process.argv[2] ?? "",
  settings: { fsync: "off" },
});
process.on("SIGTERM", () => {
  process.stdin.destroy();
  void postgres.stop();
});
process.stdin.resume();
process.stdout.write(`${postgres.url}\n`);
