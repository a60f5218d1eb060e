import { Flex, LoadingButton, Text } from "@hubspot/ui-extensions";
import { when } from "counterpart-kit/times.ts";
import { useAt } from "./use-settings.ts";

/** When HubSpot's definitions were last read and compared with the mappings, and the way to do that now. */
export function CheckedLine({
  what = "properties, options, and owners",
}: {
  /** What of HubSpot a tab is about. */
  what?: string;
}) {
  const { ready, session, clock, locked } = useAt();
  const { definitionsReadAt } = ready.page.installation;
  return (
    <Flex direction="row" gap="sm" align="center" wrap>
      <Text variant="microcopy" testId="checked">
        {definitionsReadAt === null
          ? `HubSpot's ${what} haven't been read yet.`
          : `HubSpot's ${what} were read ${when(definitionsReadAt, clock)}.`}
      </Text>
      <LoadingButton
        size="xs"
        variant="secondary"
        loading={ready.busy === "definitions"}
        disabled={locked || !ready.page.connected}
        onClick={() => session.move("definitions")}
        testId="check-now"
      >
        {ready.busy === "definitions" ? "Checking…" : "Check now"}
      </LoadingButton>
    </Flex>
  );
}
