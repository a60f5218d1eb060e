import {
  Alert,
  Checkbox,
  Flex,
  Input,
  LoadingButton,
  LoadingSpinner,
  PanelBody,
  Select,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import type { Failure } from "counterpart-kit/ask.ts";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { faultOf } from "./field-fault.ts";
import { FieldOptions } from "./field-options.tsx";
import { fieldFaults } from "./field-refusal.ts";
import { FormPanel, PanelForm } from "./form-panel.tsx";
import { fieldTypeLabels } from "./mappings.ts";
import type { Field, ObjectType, Option, OwnField } from "./page-answer.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt } from "./use-settings.ts";

type Props = {
  type: ObjectType;
  /** The field to change; null to add one. */
  field: Field | null;
  locked: boolean;
  onSaved: () => void;
};

const idOf = (field: Field | null): string =>
  field === null ? "add-field" : `edit-field-${field.name}`;

/** Opens a field in a panel. Its button saves at once. */
export function FieldPanel({ locked, ...rest }: Props) {
  const { field } = rest;
  const id = idOf(field);
  return (
    <FormPanel
      id={id}
      label={field === null ? "Add a field" : "Edit"}
      title={field === null ? "Add a field" : `Field ${field.label}`}
      isNew={field === null}
      locked={locked}
    >
      <LoadedField {...rest} />
    </FormPanel>
  );
}

function LoadedField(props: Omit<Props, "locked">) {
  const { type, field } = props;
  const { server } = useAt();
  const loaded = useLoaded(field?.name ?? null, () =>
    server.field(type.type, field?.name ?? ""),
  );
  if (field === null) return <FieldEditor {...props} start={null} />;
  if (loaded.value !== null)
    return <FieldEditor {...props} start={loaded.value} />;
  return (
    <PanelBody>
      {loaded.failure === null ? (
        <LoadingSpinner label="Loading field…" showLabel />
      ) : (
        <LoadFailed
          title={loaded.failure.title}
          message={loaded.failure.message}
          onAgain={loaded.again}
        />
      )}
    </PanelBody>
  );
}

const hasOptions = (type: string): boolean =>
  type === "option" || type === "options";

function FieldEditor({
  type,
  field,
  start,
  onSaved,
}: Omit<Props, "locked"> & { start: OwnField | null }) {
  const { server } = useAt();
  const actions = useExtensionActions<"settings">();
  const [name, setName] = useState("");
  const [label, setLabel] = useState(start?.label ?? "");
  const [kind, setKind] = useState(start?.type ?? "text");
  const [options, setOptions] = useState<readonly Option[]>(
    start?.options ?? [],
  );
  const [force, setForce] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const faults = failure === null ? {} : fieldFaults(failure);
  const id = idOf(field);
  const sent = {
    ...(label === "" ? {} : { label }),
    type: kind,
    ...(hasOptions(kind)
      ? {
          options: options.map(({ value, label: words }) => ({
            value,
            label: words === "" ? value : words,
          })),
        }
      : {}),
  };
  const save = () => {
    setIsBusy(true);
    setFailure(null);
    const asked =
      start === null
        ? server.makeField(type, { name, ...sent })
        : server.changeField(type, start.name, changed(start, sent, force));
    void asked.then((answer) => {
      setIsBusy(false);
      if (answer.kind === "failed") return setFailure(answer);
      actions.closeOverlay(id);
      actions.addAlert({
        type: "success",
        title: start === null ? "Field added" : "Field saved",
        message:
          start === null
            ? `Add a mapping to sync ${answer.value.label}.`
            : `${answer.value.label} is as you see it from now on.`,
      });
      onSaved();
    });
  };
  return (
    <PanelForm
      id={id}
      buttons={
        <LoadingButton
          variant="primary"
          loading={isBusy}
          disabled={start === null && name === ""}
          onClick={save}
          testId={`${id}-save`}
        >
          {start === null ? "Add field" : "Save field"}
        </LoadingButton>
      }
    >
      <Flex direction="column" gap="md">
        <Input
          label="Label"
          name="field-label"
          value={label}
          onInput={setLabel}
          testId="field-label"
          {...faultOf(faults.label)}
        />
        {start === null ? (
          <Input
            label="Name for developers"
            name="field-name"
            required
            description="Letters, digits, and underscores. It can't be changed later."
            value={name}
            onInput={setName}
            testId="field-name"
            {...faultOf(faults.name)}
          />
        ) : (
          <Text variant="microcopy">
            {`Developers know this field as ${start.name}, which can't be changed.`}
          </Text>
        )}
        <Select
          label="Type"
          name="field-type"
          value={kind}
          options={Object.entries(fieldTypeLabels).map(([value, words]) => ({
            value,
            label: words,
          }))}
          onChange={(to) => setKind(String(to))}
          testId="field-type"
          {...faultOf(faults.type)}
        />
        {hasOptions(kind) ? (
          <FieldOptions
            options={options}
            faults={faults.options ?? {}}
            onChange={setOptions}
          />
        ) : null}
        {otherOf(faults.other, start === null ? undefined : faults.name) ===
        undefined ? null : (
          <Alert
            title="Nothing was saved"
            variant="danger"
            testId="field-fault"
          >
            <Text>
              {sentenceOf(
                otherOf(
                  faults.other,
                  start === null ? undefined : faults.name,
                ) ?? null,
              )}
            </Text>
          </Alert>
        )}
        {failure?.refusal?.code === "options_in_use" ? (
          <Checkbox
            name="force"
            checked={force}
            description="Records keep their values until the next change"
            onChange={(to) => setForce(to === true)}
            testId="force"
          >
            Remove these options all the same
          </Checkbox>
        ) : null}
      </Flex>
    </PanelForm>
  );
}

/** A fault without a field of its own: of a field that exists, the name has none. */
const otherOf = (...faults: (string | undefined)[]): string | undefined =>
  faults.find((fault) => fault !== undefined);

/** What was changed of a field, and no more: what stays isn't checked again. */
function changed(
  start: OwnField,
  sent: { label?: string; type: string; options?: Option[] },
  force: boolean,
): { label?: string; type?: string; options?: Option[]; force?: boolean } {
  const isOther =
    sent.type !== start.type ||
    JSON.stringify(sent.options ?? []) !== JSON.stringify(start.options);
  return {
    ...(sent.label !== undefined && sent.label !== start.label
      ? { label: sent.label }
      : {}),
    ...(sent.type === start.type ? {} : { type: sent.type }),
    ...(isOther && sent.options !== undefined ? { options: sent.options } : {}),
    ...(force ? { force } : {}),
  };
}
