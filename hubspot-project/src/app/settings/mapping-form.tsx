import {
  Checkbox,
  Flex,
  Select,
  Text,
  ToggleGroup,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useState } from "react";
import { ConversionFields } from "./conversion-fields.tsx";
import type { Mapping } from "./document.ts";
import { FieldFields } from "./field-fields.tsx";
import { fitted, withPolicy, withWrite } from "./mappings.ts";
import type { formFaults } from "./mappings.ts";
import type { Fittings, ObjectType, Properties } from "./page-answer.ts";
import { PropertyFields } from "./property-fields.tsx";
import { policyOptions } from "./sync-form.tsx";
import type { Loaded } from "./use-loaded.ts";

type Props = {
  type: ObjectType;
  known: Properties;
  mapping: Mapping;
  /** How the property and the field fit, as the server says. */
  fitting: Loaded<Fittings>;
  /** Fields that other mappings have. */
  taken: readonly string[];
  /** The mapping by which records are matched stays as it is. */
  isIdentity: boolean;
  faults: ReturnType<typeof formFaults>;
  onFieldMade: () => void;
  onChange: (change: (mapping: Mapping) => Mapping) => void;
};

/** The choice of the policy of the type: HubSpot takes an empty value for none. */
const USUAL = "*";

/** The form of one mapping. */
export function MappingForm(props: Props) {
  const { type, known, mapping, fitting, isIdentity, faults, onChange } = props;
  const property = known.results.find(({ name }) => name === mapping.property);
  // A mapping that is only looked at stays as it was saved, whatever would fit better.
  const [isChosen, setIsChosen] = useState(false);
  const [madeNote, setMadeNote] = useState<string | null>(null);
  const fittings = fitting.value?.fittings;
  useEffect(() => {
    if (isChosen && fittings !== undefined)
      onChange((now) => fitted(now, fittings));
  }, [isChosen, fittings]);
  const choose = (some: Partial<Mapping>) => {
    setIsChosen(true);
    setMadeNote(null);
    onChange((now) => ({ ...now, ...some }));
  };
  const onlyPull =
    property?.readOnly === true ||
    fittings?.find(
      ({ conversion }) => conversion.kind === mapping.conversion.kind,
    )?.direction === "pull";
  return (
    <Flex direction="column" gap="md">
      {isIdentity ? (
        <Text testId="fixed">
          {`This pair is fixed, because ${type.plural} on both sides are matched by it. You can choose below what happens to its values.`}
        </Text>
      ) : null}
      <PropertyFields
        known={known}
        property={mapping.property}
        readOnly={isIdentity}
        fault={faults.property}
        onProperty={(name) => choose({ property: name })}
      />
      <FieldFields
        type={type}
        property={property}
        field={mapping.field}
        taken={props.taken}
        readOnly={isIdentity}
        fault={faults.field}
        onField={(field) => choose({ field })}
        onMade={(made, note) => {
          setIsChosen(false);
          onChange((now) => ({ ...now, ...made }));
          setMadeNote(note);
          props.onFieldMade();
        }}
      />
      {madeNote === null ? null : (
        <Text variant="microcopy" testId="made-note">
          {sentenceOf(madeNote)}
        </Text>
      )}
      <Direction
        mapping={mapping}
        onlyPull={onlyPull}
        isReadOnly={property?.readOnly === true}
        onChange={onChange}
      />
      {isIdentity || property === undefined ? null : (
        <ConversionFields
          type={type}
          mapping={mapping}
          fitting={fitting}
          onChange={(to) => onChange(() => to)}
        />
      )}
      {faults.conversion === undefined ? null : (
        <Text testId="conversion-fault">{faults.conversion}</Text>
      )}
      <Rules type={type} mapping={mapping} onChange={onChange} />
    </Flex>
  );
}

function Direction({
  mapping,
  onlyPull,
  isReadOnly,
  onChange,
}: Pick<Props, "mapping" | "onChange"> & {
  onlyPull: boolean;
  isReadOnly: boolean;
}) {
  const productName = useProductName();
  return (
    <>
      <ToggleGroup
        toggleType="radioButtonList"
        label="Direction"
        name="direction"
        value={mapping.direction}
        options={[
          { value: "both", label: "Both ways", readOnly: onlyPull },
          { value: "pull", label: `To ${productName}` },
          { value: "push", label: "To HubSpot", readOnly: onlyPull },
        ]}
        onChange={(direction: string) =>
          onChange((now) => ({
            ...now,
            direction: direction as Mapping["direction"],
          }))
        }
        testId="direction"
      />
      {isReadOnly ? (
        <Text variant="microcopy">
          {`Apps can't change this property, so it can only be copied to ${productName}.`}
        </Text>
      ) : null}
    </>
  );
}

/** Who wins, and what may be overwritten. */
function Rules({
  type,
  mapping,
  onChange,
}: Pick<Props, "type" | "mapping" | "onChange">) {
  const productName = useProductName();
  return (
    <>
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
          onChange((now) =>
            withPolicy(now, policy === USUAL ? null : String(policy)),
          )
        }
        testId="policy"
      />
      <Checkbox
        name="fill"
        checked={mapping.write === "fill"}
        description="A value that is there stays. A person's click replaces it all the same"
        onChange={(fillOnly) =>
          onChange((now) => withWrite(now, fillOnly === true))
        }
        testId="fill"
      >
        Only fill in blanks
      </Checkbox>
      <Checkbox
        name="clear"
        checked={mapping.clear}
        description="If a value is deleted on one side, it's deleted on the other side too"
        onChange={(clear) =>
          onChange((now) => ({ ...now, clear: clear === true }))
        }
        testId="clear"
      >
        A blank may clear data
      </Checkbox>
    </>
  );
}
