import { Alert, Button, Flex, Text } from "@hubspot/ui-extensions";
import type { Notice } from "./notice.ts";

/** What stays to be read or done after a click. */
export function NoticeAlert({
  notice: { tone, title, message, again },
  onAgain,
}: {
  notice: Notice;
  onAgain: () => void;
}) {
  return (
    <Alert title={title} variant={tone} testId="notice">
      <Flex direction="column" gap="xs" align="start">
        {message === "" ? null : <Text>{message}</Text>}
        {again === null ? null : (
          <Button size="xs" onClick={onAgain} testId="again">
            {again.label}
          </Button>
        )}
      </Flex>
    </Alert>
  );
}
