import { Button, useExtensionActions } from "@hubspot/ui-extensions";
import { useState } from "react";
import type { Mapping } from "./document.ts";
import { FormPanel, PanelForm } from "./form-panel.tsx";
import { MappingForm } from "./mapping-form.tsx";
import { formFaults, propertyLabel } from "./mappings.ts";
import type { ObjectType, Properties } from "./page-answer.ts";
import { useFitting } from "./use-fitting.ts";
import { useTypeDraft } from "./use-settings.ts";

type Props = {
  id: string;
  label: string;
  type: ObjectType;
  known: Properties;
  /** The mapping that the form begins with. */
  start: () => Mapping;
  /** The field whose mapping it edits; absent for a new one. */
  field?: string;
  locked: boolean;
  /** A field was made, at once. */
  onFieldMade: () => void;
  /** With null, the mapping is removed. */
  onDone: (mapping: Mapping | null) => void;
};

/** Opens one mapping in a panel. Done puts it into the draft, which Save saves. */
export function MappingPanel({ id, label, locked, ...rest }: Props) {
  const { field, known, start } = rest;
  return (
    <FormPanel
      id={id}
      label={label}
      title={
        field === undefined
          ? "Add a mapping"
          : `Mapping of ${propertyLabel(known.results, start().property)}`
      }
      isNew={field === undefined}
      locked={locked}
    >
      <MappingEditor id={id} {...rest} />
    </FormPanel>
  );
}

/** A table can have hundreds of rows, so a form is there only while its panel is open. */
function MappingEditor({
  id,
  type,
  known,
  start,
  field,
  onFieldMade,
  onDone,
}: Omit<Props, "label" | "locked">) {
  const actions = useExtensionActions<"settings">();
  const { settings } = useTypeDraft(type);
  const [mapping, setMapping] = useState(start);
  const [isTried, setIsTried] = useState(false);
  const property = known.results.find(({ name }) => name === mapping.property);
  const others = settings.mappings.filter((one) => one.field !== field);
  const isIdentity = field !== undefined && field === type.identityField;
  // A property that HubSpot doesn't have anymore fits whatever it fitted; the row says that it is gone.
  const fitting = useFitting(type.type, property?.name ?? null, mapping.field);
  const fits =
    fitting.value === null ||
    mapping.direction === "push" ||
    fitting.value.fittings.length > 0;
  const nameFault = fitting.value?.fault ?? null;
  const faults = {
    ...formFaults(mapping, others, fits),
    ...(nameFault === null ? {} : { field: nameFault }),
  };
  const isChecked = !fitting.isLoading || isIdentity;
  const finish = (to: Mapping | null) => {
    actions.closeOverlay(id);
    onDone(to);
  };
  return (
    <PanelForm
      id={id}
      buttons={
        <>
          <Button
            variant="primary"
            disabled={!isChecked}
            onClick={() => {
              setIsTried(true);
              if (Object.keys(faults).length === 0) finish(mapping);
            }}
            testId={`${id}-done`}
          >
            Done
          </Button>
          {field === undefined || isIdentity ? null : (
            <Button
              variant="destructive"
              onClick={() => finish(null)}
              testId={`${id}-remove`}
            >
              Remove mapping
            </Button>
          )}
        </>
      }
    >
      <MappingForm
        type={type}
        known={known}
        mapping={mapping}
        fitting={fitting}
        taken={others.map((one) => one.field)}
        isIdentity={isIdentity}
        faults={
          isTried ? faults : nameFault === null ? {} : { field: nameFault }
        }
        onFieldMade={onFieldMade}
        onChange={setMapping}
      />
    </PanelForm>
  );
}
