import {
  Flex,
  Input,
  LoadingButton,
  Text,
  ToggleGroup,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { FormPanel, PanelForm } from "./form-panel.tsx";
import type { PermissionChoice, Person } from "./people-answer.ts";
import { usePeopleAction } from "./use-people-action.ts";
import type { FormFaults } from "./use-people-action.ts";
import { useAt } from "./use-settings.ts";

type FormProps = {
  /** Absent: a new one. */
  person?: Person;
  permissions: readonly PermissionChoice[];
  onDone: () => void;
};

const idOf = (person: Person | undefined): string =>
  person === undefined ? "add-person" : `edit-person-${person.id}`;

/** Adds or changes a person in a panel, at once. */
export function PersonPanel({
  label,
  locked,
  ...form
}: FormProps & { label: string; locked: boolean }) {
  const { person } = form;
  const id = idOf(person);
  return (
    <FormPanel
      id={id}
      label={label}
      title={person === undefined ? "Add a person" : `Edit ${person.email}`}
      isNew={person === undefined}
      locked={locked}
    >
      <PersonForm {...form} />
    </FormPanel>
  );
}

function PersonForm({ person, permissions, onDone }: FormProps) {
  const { server } = useAt();
  const actions = useExtensionActions<"settings">();
  const id = idOf(person);
  const [email, setEmail] = useState(person?.email ?? "");
  const [name, setName] = useState(person?.name ?? "");
  const [granted, setGranted] = useState<readonly string[]>(
    person?.permissions ??
      permissions.filter(({ usual }) => usual).map((one) => one.permission),
  );
  const [faults, setFaults] = useState<FormFaults>({});
  const { busy, act } = usePeopleAction(onDone);
  const save = async () => {
    const sent = { email, name, permissions: [...granted] };
    const outcome = await act(
      () =>
        person === undefined
          ? server.people.add(sent)
          : server.people.change(person.id, sent),
      person === undefined
        ? { title: "Person added", message: `${email} was added.` }
        : { title: "Person changed", message: `${email} was changed.` },
    );
    setFaults(outcome.ok ? {} : outcome.faults);
    if (outcome.ok) actions.closeOverlay(id);
  };
  return (
    <PanelForm
      id={id}
      buttons={
        <LoadingButton
          variant="primary"
          loading={busy}
          onClick={() => void save()}
          testId={`${id}-save`}
        >
          {person === undefined ? "Add person" : "Save person"}
        </LoadingButton>
      }
    >
      <Flex direction="column" gap="sm">
        <Input
          label="Email"
          name="email"
          required
          description="A click on a card belongs to the person with this email in HubSpot"
          value={email}
          onInput={setEmail}
          testId={`${id}-email`}
          {...faultOf(faults, "email")}
        />
        <Input
          label="Name"
          name="name"
          value={name}
          onInput={setName}
          testId={`${id}-name`}
          {...faultOf(faults, "name")}
        />
        <ToggleGroup
          toggleType="checkboxList"
          label="This person may"
          name={`${id}-permissions`}
          value={[...granted]}
          options={permissions.map(({ permission, label, sentence }) => ({
            value: permission,
            label,
            description: sentence,
          }))}
          onChange={(to: string[]) => setGranted(to)}
          testId={`${id}-permissions`}
          {...faultOf(faults, "permissions")}
        />
        <Text variant="microcopy">Changes apply at once.</Text>
      </Flex>
    </PanelForm>
  );
}

/** Properties of a field that say what is wrong with it: the server says "must be …" or "is …". */
function faultOf(
  faults: FormFaults,
  field: string,
): { error?: true; validationMessage?: string } {
  const found = faults[field];
  return found === undefined
    ? {}
    : { error: true, validationMessage: sentenceOf(`The ${field} ${found}`) };
}
