import { Link, Text } from "@hubspot/ui-extensions";
import type { Help } from "./sync-view.ts";

/** What helps if the card can't: the page to go to, and who can do it. */
export function HelpLine({ help }: { help: NonNullable<Help> }) {
  const { label, url, who } = help;
  return url === null ? (
    <Text variant="microcopy" testId="help">
      {who}
    </Text>
  ) : (
    <Text testId="help">
      <Link href={{ url, external: true }}>{label}</Link>
      <Text inline variant="microcopy">{` ${who}`}</Text>
    </Text>
  );
}
