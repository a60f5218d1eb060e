import { Flex, Heading, ToggleGroup } from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { useAt, useDraft } from "./use-settings.ts";

/** Whether HubSpot users who aren't among the product's people can pull and push. */
export function UnknownUsersSection() {
  const { locked } = useAt();
  const { draft, edit, faultAt } = useDraft();
  const productName = useProductName();
  if (draft.unknownUsers === undefined) return null;
  return (
    <Flex direction="column" gap="sm" testId="unknown-users-section">
      <Heading>Everybody else in HubSpot</Heading>
      <ToggleGroup
        toggleType="radioButtonList"
        label={`HubSpot users who aren't people of ${productName}`}
        name="unknown-users"
        value={draft.unknownUsers}
        options={[
          {
            value: "allow",
            label: "Can pull and push",
            description: "Whoever sees the card can use its buttons",
            readOnly: locked,
          },
          {
            value: "deny",
            label: "Can only look",
            description:
              "The buttons on the card are disabled, and say that an admin can add this user",
            readOnly: locked,
          },
        ]}
        onChange={(unknownUsers: string) => edit({ unknownUsers })}
        testId="unknown-users"
        {...faultAt("unknownUsers")}
      />
    </Flex>
  );
}
