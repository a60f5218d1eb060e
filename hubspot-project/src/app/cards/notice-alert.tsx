import { Alert, Button, Flex, Link, Text } from "@hubspot/ui-extensions";
import { ChangeLines } from "./change-lines.tsx";
import type { Notice } from "./notice.ts";

/** What came of the last press. */
export function NoticeAlert({
  notice,
  onAgain,
}: {
  notice: Notice;
  onAgain: () => void;
}) {
  const { tone, title, message, changes, objectUrl, again } = notice;
  return (
    <Alert title={title} variant={tone} testId="notice">
      <Flex direction="column" gap="xs" align="start">
        {message === "" ? null : <Text>{message}</Text>}
        <ChangeLines changes={changes} atMost={8} />
        {objectUrl === null ? null : (
          <Link href={objectUrl} testId="object-link">
            Open in HubSpot
          </Link>
        )}
        {again === null ? null : (
          <Button size="xs" onClick={onAgain} testId="again">
            {again.label}
          </Button>
        )}
      </Flex>
    </Alert>
  );
}
