import { Flex, Heading, Input, NumberInput } from "@hubspot/ui-extensions";
import { useAt, useDraft } from "./use-settings.ts";

/** What the product is called, where its records open, and how long history is kept. */
export function ProductSection() {
  const { locked } = useAt();
  const { draft, edit, faultAt } = useDraft();
  const { productName, recordUrl, retention } = draft;
  return (
    <Flex direction="column" gap="sm" testId="product-section">
      <Heading>Your product</Heading>
      <Input
        label="Name"
        name="productName"
        description="What cards and this page call your product"
        value={productName}
        readOnly={locked}
        onInput={(name) => edit({ productName: name })}
        testId="product-name"
        {...faultAt("productName")}
      />
      <Input
        label="Record link"
        name="recordUrl"
        description="The address that opens a record. {id} is the record's id, and {type} its type."
        placeholder="https://app.example.com/contacts/{id}"
        value={recordUrl ?? ""}
        readOnly={locked}
        onInput={(url) => edit({ recordUrl: url === "" ? null : url })}
        testId="record-url"
        {...faultAt("recordUrl")}
      />
      <NumberInput
        label="Keep history for (days)"
        name="journalDays"
        description="How long changes and ended runs can be looked at and undone: 1 to 3,650"
        min={1}
        max={3650}
        value={retention.journalDays}
        readOnly={locked}
        onChange={(journalDays) =>
          edit({ retention: { ...retention, journalDays } })
        }
        testId="journal-days"
        {...faultAt("retention.journalDays")}
      />
    </Flex>
  );
}
