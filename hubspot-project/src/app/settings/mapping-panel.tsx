import {
  Button,
  Flex,
  Panel,
  PanelBody,
  PanelFooter,
  PanelSection,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import { useState } from "react";
import type { Mapping } from "./document.ts";
import { MappingForm } from "./mapping-form.tsx";
import { fittingConversions, formFaults, propertyLabel } from "./mappings.ts";
import type { ObjectType, Property } from "./page-answer.ts";
import { useTypeDraft } from "./use-settings.ts";

type Props = {
  id: string;
  label: string;
  type: ObjectType;
  properties: readonly Property[];
  /** The mapping that the form begins with. */
  start: () => Mapping;
  /** The field whose mapping it edits; absent for a new one. */
  field?: string;
  locked: boolean;
  /** With null, the mapping is removed. */
  onDone: (mapping: Mapping | null) => void;
};

/** Opens one mapping in a panel. Done puts it into the draft, which Save saves. */
export function MappingPanel({ id, label, locked, ...rest }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const { field, properties, start } = rest;
  return (
    <Button
      size={field === undefined ? "sm" : "xs"}
      variant="secondary"
      disabled={locked}
      onClick={() => setIsOpen(true)}
      overlay={
        <Panel
          id={id}
          width="md"
          title={
            field === undefined
              ? "Add a mapping"
              : `Mapping of ${propertyLabel(properties, start().property)}`
          }
          onClose={() => setIsOpen(false)}
          testId={id}
        >
          {isOpen ? <MappingEditor id={id} {...rest} /> : null}
        </Panel>
      }
      testId={`${id}-open`}
    >
      {label}
    </Button>
  );
}

/** A table can have hundreds of rows, so a form is there only while its panel is open. */
function MappingEditor({
  id,
  type,
  properties,
  start,
  field,
  onDone,
}: Omit<Props, "label" | "locked">) {
  const actions = useExtensionActions<"settings">();
  const { settings } = useTypeDraft(type);
  const [mapping, setMapping] = useState(start);
  const [isTried, setIsTried] = useState(false);
  const property = properties.find(({ name }) => name === mapping.property);
  const others = settings.mappings.filter((one) => one.field !== field);
  // A property that HubSpot doesn't have anymore fits whatever it fitted; the row says that it is gone.
  const fits =
    property === undefined ||
    mapping.direction === "push" ||
    fittingConversions(property, type, mapping.field).length > 0;
  const faults = formFaults(mapping, others, fits);
  const finish = (to: Mapping | null) => {
    actions.closeOverlay(id);
    onDone(to);
  };
  return (
    <>
      <PanelBody>
        <PanelSection>
          <MappingForm
            type={type}
            properties={properties}
            mapping={mapping}
            taken={others.map((one) => one.field)}
            isIdentity={field !== undefined && field === type.identityField}
            faults={isTried ? faults : {}}
            onChange={setMapping}
          />
        </PanelSection>
      </PanelBody>
      <PanelFooter>
        <Flex direction="row" gap="sm">
          <Button
            variant="primary"
            onClick={() => {
              setIsTried(true);
              if (Object.keys(faults).length === 0) finish(mapping);
            }}
            testId={`${id}-done`}
          >
            Done
          </Button>
          {field === undefined || field === type.identityField ? null : (
            <Button
              variant="destructive"
              onClick={() => finish(null)}
              testId={`${id}-remove`}
            >
              Remove mapping
            </Button>
          )}
          <Button
            variant="secondary"
            onClick={() => actions.closeOverlay(id)}
            testId={`${id}-cancel`}
          >
            Cancel
          </Button>
        </Flex>
      </PanelFooter>
    </>
  );
}
