import { startSandbox } from "../../sandbox/app.ts";
import type { SandboxQuestion } from "./sandbox.ts";

/** The sandbox as a process of its own, so that its share of the time is its own. Talks to the bench by messages. */
const [portText = "0", secret = ""] = process.argv.slice(2);

const sandbox = await startSandbox({
  port: Number(portText),
  app: { appId: 500_001, clientId: "bench-client", clientSecret: secret },
});
tell({ url: sandbox.url, authorizeUrl: sandbox.authorizeUrl });

process.on("message", (question: SandboxQuestion) => {
  switch (question.ask) {
    case "publicUrl":
      sandbox.setPublicUrl(question.url);
      tell({});
      return;
    case "cpu": {
      const { user, system } = process.cpuUsage();
      tell({ seconds: (user + system) / 1_000_000 });
      return;
    }
    case "token":
      tell({ token: tokenFor(question.portalId) });
  }
});
process.once("disconnect", () => {
  process.exit(0);
});

/** An access token beside the server's, for the calls by which a limit is measured. */
function tokenFor(portalId: number): string {
  const { grants } = sandbox.platform;
  const install = grants.installOf(portalId);
  if (install === null) throw new Error("The app is not installed there.");
  const { userId, scopes } = install;
  const refresh = grants.rotate({ value: "", portalId, userId, scopes });
  return grants.issueAccessToken(refresh, 3600).value;
}

function tell(answer: Record<string, unknown>): void {
  process.send?.(answer);
}
