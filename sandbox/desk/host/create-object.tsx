import { useState } from "react";
import type { DeskClient, ObjectType } from "./desk-client.ts";
import { closeOverlay, LayerBody, LayerFooter, Modal } from "./kit/overlay.tsx";
import { PropertyField } from "./property-field.tsx";
import { followingEdits, optionsInPipelines } from "./pipeline-options.ts";
import { useAttempt } from "./toasts.tsx";
import { usePipelines } from "./use-pipelines.ts";

type Props = {
  client: DeskClient;
  type: ObjectType;
  onCreated: (id: string) => void;
};

/** The dialog in which a HubSpot user creates an object. */
export function CreateObject(props: Props) {
  return (
    <Modal
      id="create"
      title={`Create ${props.type.singular.toLowerCase()}`}
      width="md"
    >
      <NewObject {...props} />
    </Modal>
  );
}

function NewObject({ client, type, onCreated }: Props) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const pipelines = usePipelines(client, type);
  const valueOf = (name: string) => values[name] ?? "";

  async function create() {
    setBusy(true);
    const given = Object.fromEntries(
      Object.entries(values).filter(([, value]) => value !== ""),
    );
    await attempt(async () => {
      const { id } = await client.create(type.id, given);
      onCreated(id);
    });
    setBusy(false);
  }

  return (
    <>
      <LayerBody>
        <form
          id="create-form"
          className="properties"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          {type.properties.slice(0, 7).map((property) => (
            <PropertyField
              key={property.name}
              kind="property"
              name={property.name}
              label={property.label}
              value={valueOf(property.name)}
              saved={valueOf(property.name)}
              options={
                optionsInPipelines(type, pipelines, property, valueOf) ??
                property.options
              }
              disabled={busy}
              onChange={(value) => {
                setValues((all) => ({
                  ...all,
                  [property.name]: value,
                  ...Object.fromEntries(
                    followingEdits(type, pipelines, property, value),
                  ),
                }));
              }}
            />
          ))}
        </form>
      </LayerBody>
      <LayerFooter>
        <button
          type="submit"
          form="create-form"
          className="k-button k-button-primary k-size-sm"
          disabled={busy}
        >
          Create
        </button>
        <button
          type="button"
          className="k-button k-button-secondary k-size-sm"
          onClick={() => {
            closeOverlay("create");
          }}
        >
          Cancel
        </button>
      </LayerFooter>
    </>
  );
}
