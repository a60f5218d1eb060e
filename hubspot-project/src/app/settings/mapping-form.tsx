import {
  Checkbox,
  Flex,
  Input,
  Select,
  Text,
  ToggleGroup,
} from "@hubspot/ui-extensions";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { useState } from "react";
import type { Mapping } from "./document.ts";
import {
  conversionLabels,
  conversionOf,
  fittingConversions,
  groupLabel,
  withPolicy,
} from "./mappings.ts";
import type { formFaults } from "./mappings.ts";
import { OptionPairs } from "./option-pairs.tsx";
import type { ObjectType, Property } from "./page-answer.ts";
import { policyOptions } from "./sync-form.tsx";

type Props = {
  type: ObjectType;
  properties: readonly Property[];
  mapping: Mapping;
  /** Fields that other mappings have. */
  taken: readonly string[];
  /** What tells records apart stays what it is. */
  isIdentity: boolean;
  faults: ReturnType<typeof formFaults>;
  onChange: (mapping: Mapping) => void;
};

/** Stands for a field of the product's own, whose name is typed. */
const OWN = "+";
/** Stands for every group, and for the policy of the type: HubSpot takes an empty value for none. */
const ALL = "*";
const USUAL = "*";

/** The form of one mapping. */
export function MappingForm(props: Props) {
  const { type, properties, mapping, isIdentity, faults, onChange } = props;
  const productName = useProductName();
  const property = properties.find(({ name }) => name === mapping.property);
  const set = (some: Partial<Mapping>) => {
    const next = { ...mapping, ...some };
    const chosen = properties.find(({ name }) => name === next.property);
    onChange(chosen === undefined ? next : fitted(next, chosen, type));
  };
  return (
    <Flex direction="column" gap="md">
      <PropertyFields
        {...props}
        onProperty={(name) => set({ property: name })}
      />
      <FieldFields {...props} onField={(field) => set({ field })} />
      <ToggleGroup
        toggleType="radioButtonList"
        label="Direction"
        name="direction"
        value={mapping.direction}
        options={[
          {
            value: "both",
            label: "Both ways",
            readOnly: property?.readOnly === true,
          },
          { value: "pull", label: `To ${productName}` },
          {
            value: "push",
            label: "To HubSpot",
            readOnly: property?.readOnly === true,
          },
        ]}
        onChange={(direction: string) =>
          set({ direction: direction as Mapping["direction"] })
        }
        testId="direction"
      />
      {property?.readOnly === true ? (
        <Text variant="microcopy">
          {`Apps can't change this property, so it can only be copied to ${productName}.`}
        </Text>
      ) : null}
      {isIdentity ? null : (
        <ConversionFields {...props} property={property} onSet={set} />
      )}
      <Select
        label="Changed on both sides"
        name="policy"
        value={mapping.policy ?? USUAL}
        options={[
          { value: USUAL, label: `As usual for ${type.plural}` },
          ...policyOptions(productName, mapping.policy).map(
            ({ value, label }) => ({ value, label }),
          ),
        ]}
        onChange={(policy) =>
          onChange(
            withPolicy(mapping, policy === USUAL ? null : String(policy)),
          )
        }
        testId="policy"
      />
      <Checkbox
        name="clear"
        checked={mapping.clear}
        description="If a value is deleted on one side, it's deleted on the other side too"
        onChange={(clear) => set({ clear })}
        testId="clear"
      >
        A blank may clear data
      </Checkbox>
      {faults.conversion === undefined ? null : (
        <Text testId="conversion-fault">{faults.conversion}</Text>
      )}
    </Flex>
  );
}

/** A mapping whose direction and conversion fit its property and field; what fits already stays. */
function fitted(
  mapping: Mapping,
  property: Property,
  type: ObjectType,
): Mapping {
  const fitting = fittingConversions(property, type, mapping.field);
  const kind = fitting.includes(mapping.conversion.kind)
    ? mapping.conversion.kind
    : fitting[0];
  return {
    ...mapping,
    direction: property.readOnly ? "pull" : mapping.direction,
    conversion:
      kind === undefined
        ? mapping.conversion
        : conversionOf(kind, mapping.conversion),
  };
}

/** The property, found by HubSpot's groups. */
function PropertyFields({
  properties,
  mapping,
  isIdentity,
  faults,
  onProperty,
}: Props & { onProperty: (name: string) => void }) {
  const chosen = properties.find(({ name }) => name === mapping.property);
  const [group, setGroup] = useState(chosen?.group ?? ALL);
  const groups = [...new Set(properties.map((property) => property.group))];
  const offered = properties.filter(
    (property) => group === ALL || property.group === group,
  );
  // One that is gone from HubSpot, or in another group, stays chosen.
  const isOffered = offered.some(({ name }) => name === mapping.property);
  return (
    <>
      <Select
        label="Property group"
        name="group"
        value={group}
        readOnly={isIdentity}
        options={[
          { value: ALL, label: "All groups" },
          ...groups.map((name) => ({ value: name, label: groupLabel(name) })),
        ]}
        onChange={(to) => setGroup(String(to))}
        testId="group"
      />
      <Select
        label="HubSpot property"
        name="property"
        required
        placeholder="Choose a property"
        value={mapping.property}
        readOnly={isIdentity}
        options={[
          ...(isOffered || mapping.property === ""
            ? []
            : [
                {
                  value: mapping.property,
                  label:
                    chosen?.label ?? `${mapping.property} (not in HubSpot)`,
                },
              ]),
          ...offered.map(({ name, label, readOnly }) => ({
            value: name,
            label: `${label} (${name}${readOnly ? ", read-only" : ""})`,
          })),
        ]}
        onChange={(name) => onProperty(String(name))}
        testId="property"
        {...faultOf(faults.property)}
      />
    </>
  );
}

/** The product's field: a standard one, or one of its own by name. */
function FieldFields({
  type,
  mapping,
  taken,
  isIdentity,
  faults,
  onField,
}: Props & { onField: (field: string) => void }) {
  const productName = useProductName();
  const isStandard = type.fields.some(({ field }) => field === mapping.field);
  const [isOwn, setIsOwn] = useState(!isStandard && mapping.field !== "");
  return (
    <>
      <Select
        label={`${atStart(productName)} field`}
        name="field"
        required
        placeholder="Choose a field"
        value={isOwn ? OWN : mapping.field}
        readOnly={isIdentity}
        options={[
          ...type.fields
            .filter(({ field }) => !taken.includes(field))
            .map(({ field, label }) => ({
              value: field,
              label: `${label} (${field})`,
            })),
          { value: OWN, label: "A field of your own…" },
        ]}
        onChange={(field) => {
          setIsOwn(field === OWN);
          onField(field === OWN ? "" : String(field));
        }}
        testId="field"
        {...(isOwn ? {} : faultOf(faults.field))}
      />
      {isOwn ? (
        <Input
          label="Field name"
          name="own-field"
          description="As developers write it: letters, digits, and underscores"
          required
          value={mapping.field}
          onInput={onField}
          testId="own-field"
          {...faultOf(faults.field)}
        />
      ) : null}
    </>
  );
}

/** How values are converted, of the conversions that fit; option by option if that is chosen. */
function ConversionFields({
  type,
  mapping,
  property,
  onSet,
}: Props & {
  property: Property | undefined;
  onSet: (some: Partial<Mapping>) => void;
}) {
  if (property === undefined) return null;
  const { conversion } = mapping;
  const fitting = fittingConversions(property, type, mapping.field);
  const kinds = [...new Set([...fitting, conversion.kind])];
  return (
    <>
      <Select
        label="Value"
        name="conversion"
        value={conversion.kind}
        options={kinds.map((kind) => ({
          value: kind,
          label: conversionLabels[kind] ?? kind,
        }))}
        onChange={(kind) =>
          onSet({ conversion: conversionOf(String(kind), conversion) })
        }
        testId="conversion"
      />
      {conversion.kind === "options" ? (
        <OptionPairs
          type={type.type}
          property={property.name}
          conversion={conversion}
          onChange={(to) => onSet({ conversion: to })}
        />
      ) : null}
    </>
  );
}

const faultOf = (
  message: string | undefined,
): { error?: true; validationMessage?: string } =>
  message === undefined ? {} : { error: true, validationMessage: message };
