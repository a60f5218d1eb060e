import { Accordion, Flex, List, Text } from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { ObjectType } from "./page-answer.ts";

/** What to do about duplicates that were synced already: the two settings that clear up both sides at once (AP-022). */
export function DuplicatesSection({ type }: { type: ObjectType }) {
  const productName = useProductName();
  if (!type.merges || !type.deletes) return null;
  return (
    <Accordion
      title="Duplicates already synced?"
      size="sm"
      testId={`${type.type}-duplicates`}
    >
      <Flex direction="column" gap="xs">
        <Text>
          {`Two settings above clear up duplicate ${type.plural} on both sides. Turn on one or both of them, save, and then clear up in HubSpot:`}
        </Text>
        <List variant="unordered-styled">
          <Text>
            {`Merged in HubSpot: with "Merge in ${productName} too", merging two ${type.plural} in HubSpot merges them in ${productName} as well. Blanks are filled with the other one's values.`}
          </Text>
          <Text>
            {`Deleted on one side: with "Delete on the other side too", deleting a duplicate on one side deletes it on the other side as well. It can be restored for 90 days.`}
          </Text>
        </List>
        <Text>
          {`Both apply from the time that you save. ${type.label.plural} that were merged or deleted before stay as they are.`}
        </Text>
      </Flex>
    </Accordion>
  );
}
