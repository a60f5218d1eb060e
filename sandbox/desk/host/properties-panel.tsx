import { useMemo, useState } from "react";
import type { Option } from "../crm-properties.ts";
import type {
  CrmObject,
  DeskClient,
  ObjectType,
  Owner,
  Pipeline,
  Property,
} from "./desk-client.ts";
import { followingEdits, optionsInPipelines } from "./pipeline-options.ts";
import { PropertyField } from "./property-field.tsx";
import { SaveBar } from "./save-bar.tsx";
import { useAttempt } from "./toasts.tsx";
import { useEdits } from "./use-edits.ts";

type Props = {
  client: DeskClient;
  type: ObjectType;
  object: CrmObject;
  owners: Owner[];
  pipelines: readonly Pipeline[];
  onSaved: () => Promise<void>;
};

/** HubSpot's left column: the object's properties, edited as a HubSpot user would. */
export function PropertiesPanel({
  client,
  type,
  object,
  owners,
  pipelines,
  onSaved,
}: Props) {
  const stored = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(object.properties).map(([name, value]) => [
          name,
          value ?? "",
        ]),
      ),
    [object],
  );
  const edits = useEdits(stored);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const known = new Set(type.properties.map(({ name }) => name));
  const others = Object.entries(object.properties).filter(
    ([name, value]) => value && !known.has(name),
  );

  async function save() {
    setBusy(true);
    const saved = await attempt(async () => {
      await client.update(type.id, object.id, edits.changed);
      await onSaved();
    }, `${type.singular} saved in HubSpot`);
    if (saved) edits.reset();
    setBusy(false);
  }

  return (
    <section className="panel" aria-label="HubSpot properties">
      <header>
        <h2>About this {type.singular.toLowerCase()}</h2>
      </header>
      <form
        className="properties"
        onSubmit={(event) => {
          event.preventDefault();
          if (edits.count > 0) void save();
        }}
      >
        {type.properties.map((property) => (
          <PropertyField
            key={property.name}
            kind="property"
            name={property.name}
            label={property.label}
            value={edits.value(property.name)}
            saved={stored[property.name] ?? ""}
            options={
              optionsInPipelines(type, pipelines, property, edits.value) ??
              optionsOf(property, owners)
            }
            disabled={object.archived || busy}
            onChange={(value) => {
              edits.edit(property.name, value);
              for (const [name, first] of followingEdits(
                type,
                pipelines,
                property,
                value,
              ))
                edits.edit(name, first);
            }}
          />
        ))}
        <SaveBar
          count={edits.count}
          busy={busy}
          onSave={() => void save()}
          onCancel={edits.reset}
        />
      </form>
      {others.length > 0 && (
        <details className="others">
          <summary>All other properties ({others.length})</summary>
          <dl>
            {others
              .toSorted(([a], [b]) => a.localeCompare(b))
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd data-testid={`other:${name}`}>{value}</dd>
                </div>
              ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function optionsOf(
  property: Property,
  owners: Owner[],
): readonly Option[] | undefined {
  if (!property.owner || owners.length === 0) return property.options;
  return owners.map(({ id, email, firstName, lastName }) => ({
    value: id,
    label: [firstName, lastName].filter(Boolean).join(" ") || email || id,
  }));
}
