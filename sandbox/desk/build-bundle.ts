import { remoteBuild } from "@hubspot/ui-extensions-dev-server/build";

/** One run of HubSpot's production builder: `node build-bundle.ts <root> <entry point> <output folder>`. */
const [root, entryPoint, outputDir] = process.argv.slice(2);
if (!root || !entryPoint || !outputDir)
  throw new Error("Three paths are needed: root, entry point, output folder.");
await remoteBuild({ root, entryPoint, outputDir, logLevel: "error" });
