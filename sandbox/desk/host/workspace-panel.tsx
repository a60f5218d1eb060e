import type { ReactNode } from "react";
import type { DeskClient, ObjectType, RecordAnswer } from "./desk-client.ts";
import { Icon } from "./kit/icon.tsx";
import { RecordFields } from "./record-fields.tsx";

type Props = {
  client: DeskClient;
  type: ObjectType;
  answer: RecordAnswer | null;
  error: string | null;
  onSaved: () => Promise<void>;
};

/** The product's side of the pair: the record in the workspace, edited as the product's own user would. */
export function WorkspacePanel({
  client,
  type,
  answer,
  error,
  onSaved,
}: Props) {
  const linked = answer?.state === "linked" ? answer.record : null;
  return (
    <section className="panel workspace" aria-label="Workspace record">
      <header>
        <h2>
          <Icon name="workflows" size="sm" /> In your product
        </h2>
        {linked && (
          <code title="The record's id in the workspace">
            {linked.id.slice(0, 8)}
          </code>
        )}
      </header>
      {error !== null ? (
        <Note icon="warning">{error}</Note>
      ) : answer === null ? (
        <Note icon="clock">Looking for the record…</Note>
      ) : linked ? (
        <RecordFields
          key={linked.id}
          client={client}
          records={type.records}
          fields={type.fields}
          record={linked}
          onSaved={onSaved}
        />
      ) : answer.state === "not-installed" ? (
        <Note icon="link">The app is not installed in this portal.</Note>
      ) : (
        <Note icon="contact">
          No record in the workspace is linked with this{" "}
          {type.singular.toLowerCase()}. Pull it from the card to create one.
        </Note>
      )}
    </section>
  );
}

function Note({ icon, children }: { icon: string; children: ReactNode }) {
  return (
    <p className="note">
      <Icon name={icon} size="md" />
      <span>{children}</span>
    </p>
  );
}
