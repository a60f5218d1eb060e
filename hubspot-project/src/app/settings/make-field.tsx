import {
  Alert,
  Flex,
  Input,
  LoadingButton,
  Text,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import type { Mapping } from "./document.ts";
import { faultOf } from "./field-fault.ts";
import { fieldFaults } from "./field-refusal.ts";
import type { FieldFaults } from "./field-refusal.ts";
import type { ObjectType, Property } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** Makes a field that has the type and the options of a property (BN-010). It exists at once, without Save. */
export function MakeField({
  type,
  property,
  onMade,
}: {
  type: ObjectType;
  property: Property;
  onMade: (mapping: Mapping, note: string | null) => void;
}) {
  const { server, locked } = useAt();
  const productName = useProductName();
  const [name, setName] = useState("");
  const [label, setLabel] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [faults, setFaults] = useState<FieldFaults>({});
  const make = () => {
    setIsBusy(true);
    setFaults({});
    void server
      .makeField(type, {
        fromProperty: property.name,
        ...(name === "" ? {} : { name }),
        ...(label === "" ? {} : { label }),
      })
      .then((answer) => {
        setIsBusy(false);
        if (answer.kind === "failed") setFaults(fieldFaults(answer));
        else if (answer.value.mapping !== undefined)
          onMade(answer.value.mapping, answer.value.note ?? null);
      });
  };
  return (
    <Flex direction="column" gap="sm" testId="make-field">
      <Input
        label="Label"
        name="new-field-label"
        placeholder={property.label}
        description="If empty, that of the property"
        value={label}
        onInput={(typed) => {
          setLabel(typed);
          setFaults({});
        }}
        testId="new-field-label"
        {...faultOf(faults.label)}
      />
      <Input
        label="Name for developers"
        name="new-field-name"
        placeholder={property.name}
        description="If empty, that of the property. It can't be changed later."
        value={name}
        onInput={(typed) => {
          setName(typed);
          setFaults({});
        }}
        testId="new-field-name"
        {...faultOf(faults.name)}
      />
      {faults.other === undefined ? null : (
        <Alert title="No field was made" variant="danger" testId="make-fault">
          <Text>{sentenceOf(faults.other)}</Text>
        </Alert>
      )}
      <Text variant="microcopy">
        {`The field gets the type and the options of ${property.label}. It's made in ${productName} at once; only the mapping waits for Save.`}
      </Text>
      <Flex direction="row">
        <LoadingButton
          size="sm"
          variant="secondary"
          loading={isBusy}
          disabled={locked}
          onClick={make}
          testId="make-field-button"
        >
          Make field
        </LoadingButton>
      </Flex>
    </Flex>
  );
}
