import { ErrorState, Text } from "@hubspot/ui-extensions";

/** What an extension shows if it was built without its server's address. */
export function NoServerAddress({ extension }: { extension: "card" | "page" }) {
  return (
    <ErrorState
      title={`This ${extension} has no server address`}
      type="support"
    >
      <Text>
        {
          "The app was built without API_ORIGIN. Ask your developer to set API_ORIGIN in the project's profile."
        }
      </Text>
    </ErrorState>
  );
}
