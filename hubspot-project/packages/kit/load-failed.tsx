import { Button, ErrorState, Text } from "@hubspot/ui-extensions";

/** What is shown in place of what couldn't be loaded. */
export function LoadFailed({
  title,
  message,
  onAgain,
}: {
  title: string;
  message: string;
  onAgain: () => void;
}) {
  return (
    <ErrorState title={title} type="error">
      <Text>{message}</Text>
      <Button onClick={onAgain} testId="try-again">
        Try again
      </Button>
    </ErrorState>
  );
}
