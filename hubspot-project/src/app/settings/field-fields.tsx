import { Button, Flex, Input, Select, Text } from "@hubspot/ui-extensions";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { useState } from "react";
import type { Mapping } from "./document.ts";
import { faultOf } from "./field-fault.ts";
import { MakeField } from "./make-field.tsx";
import { fieldLabel, fieldTypeLabels } from "./mappings.ts";
import type { Field, ObjectType, Property } from "./page-answer.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt } from "./use-settings.ts";

/** The choices of a field that is yet to be made, and of one that is only named. */
const NEW = "+";
const OTHER = "?";

type Props = {
  type: ObjectType;
  property: Property | undefined;
  /** The chosen field; empty: none yet. */
  field: string;
  /** Fields that other mappings have. */
  taken: readonly string[];
  readOnly: boolean;
  fault: string | undefined;
  onField: (field: string) => void;
  /** A field was made for the property, with this mapping. */
  onMade: (mapping: Mapping, note: string | null) => void;
};

/** The product's field of a mapping: one that fits the property, a new one for it, or one that only developers know. */
export function FieldFields(props: Props) {
  const { type, property, field, taken, readOnly, fault, onField, onMade } =
    props;
  const { server } = useAt();
  const productName = useProductName();
  const name = property?.name;
  const fields = useLoaded(JSON.stringify([type.type, name]), () =>
    server.fields(type.type, name),
  );
  const [way, setWay] = useState<"listed" | typeof NEW | typeof OTHER>(
    "listed",
  );
  const known = fields.value?.results ?? [];
  const isListed = known.some((one) => one.name === field);
  const make = {
    value: NEW,
    label: `Make a field for ${property?.label ?? "it"}…`,
  };
  return (
    <>
      <Select
        label={`${atStart(productName)} field`}
        name="field"
        required
        placeholder={fields.isLoading ? "Loading fields…" : "Choose a field"}
        description={
          property === undefined
            ? "Choose a property first to see the fields that fit it."
            : `Fields that fit ${property.label}`
        }
        value={way === "listed" ? field : way}
        readOnly={readOnly}
        options={[
          ...(property?.custom === true ? [make] : []),
          ...(isListed || field === "" || way !== "listed"
            ? []
            : [{ value: field, label: fieldLabel(type, field) }]),
          ...known
            .filter((one) => one.name === field || !taken.includes(one.name))
            .map(labelled),
          ...(property === undefined || property.custom ? [] : [make]),
          { value: OTHER, label: "Another field, by its name…" },
        ]}
        onChange={(chosen) => {
          const to = String(chosen);
          setWay(to === NEW || to === OTHER ? to : "listed");
          onField(to === NEW || to === OTHER ? "" : to);
        }}
        testId="field"
        {...(way === "listed" ? faultOf(fault) : {})}
      />
      {fields.failure === null ? null : (
        <Flex direction="column" gap="xs" align="start" testId="no-fields">
          <Text variant="microcopy">{"Fields couldn't be loaded."}</Text>
          <Button size="xs" onClick={fields.again} testId="load-fields">
            Try again
          </Button>
        </Flex>
      )}
      {way === OTHER ? (
        <Input
          label="Field name"
          name="own-field"
          description="As developers write it: letters, digits, and underscores. Values of such a field aren't checked."
          required
          value={field}
          onInput={onField}
          testId="own-field"
          {...faultOf(fault)}
        />
      ) : null}
      {way === NEW && property !== undefined ? (
        <MakeField
          type={type}
          property={property}
          onMade={(mapping, note) => {
            setWay("listed");
            fields.again();
            onMade(mapping, note);
          }}
        />
      ) : null}
    </>
  );
}

const labelled = ({
  name,
  label,
  type,
  options,
}: Field): { value: string; label: string } => ({
  value: name,
  label: `${label} (${name}) · ${fieldTypeLabels[type] ?? type}${options > 0 ? ` (${options})` : ""}`,
});
