import { Flex, Heading, Text, Toggle } from "@hubspot/ui-extensions";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { useAt, useDraft } from "./use-settings.ts";

/** Whether changes sync by themselves, in each direction. */
export function AutomaticSection() {
  const { locked } = useAt();
  const {
    draft: { automatic },
    edit,
  } = useDraft();
  const productName = useProductName();
  const switches = [
    { key: "pull", label: `HubSpot → ${productName}` },
    { key: "push", label: `${atStart(productName)} → HubSpot` },
  ] as const;
  return (
    <Flex direction="column" gap="sm" testId="automatic-section">
      <Heading>Automatic sync</Heading>
      {switches.map(({ key, label }) => (
        <Flex key={key} direction="column" gap="flush">
          <Toggle
            label={label}
            name={`automatic-${key}`}
            checked={automatic[key]}
            readOnly={locked}
            onChange={(on) => edit({ automatic: { ...automatic, [key]: on } })}
            testId={`automatic-${key}`}
          />
          {automatic[key] ? null : (
            <Text variant="microcopy">
              Changes are kept and wait. Buttons and manual runs still sync
              them.
            </Text>
          )}
        </Flex>
      ))}
    </Flex>
  );
}
