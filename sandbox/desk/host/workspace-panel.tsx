import { useMemo, useState } from "react";
import type { DeskClient, ObjectType, RecordAnswer } from "./desk-client.ts";
import { Icon } from "./kit/icon.tsx";
import { PropertyField } from "./property-field.tsx";
import { SaveBar } from "./save-bar.tsx";
import { useAttempt } from "./toasts.tsx";
import { useEdits } from "./use-edits.ts";

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
      ) : linked && type.records ? (
        <RecordFields
          key={linked.id}
          client={client}
          records={type.records}
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

function Note({ icon, children }: { icon: string; children: React.ReactNode }) {
  return (
    <p className="note">
      <Icon name={icon} size="md" />
      <span>{children}</span>
    </p>
  );
}

type FieldsProps = {
  client: DeskClient;
  records: "contacts" | "companies";
  record: Extract<RecordAnswer, { state: "linked" }>["record"];
  onSaved: () => Promise<void>;
};

function RecordFields({ client, records, record, onSaved }: FieldsProps) {
  const stored = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(record.properties).flatMap(([name, value]) =>
          value !== null && typeof value === "object"
            ? []
            : [[name, text(value)]],
        ),
      ),
    [record],
  );
  const names = Object.keys(stored).toSorted((a, b) => rank(a) - rank(b));
  const numbers = new Set(names.filter((name) => NUMBERS.has(name)));
  const edits = useEdits(stored);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();

  async function save() {
    setBusy(true);
    const changed = Object.fromEntries(
      Object.entries(edits.changed).map(([name, value]) => [
        name,
        typed(value, numbers.has(name)),
      ]),
    );
    const saved = await attempt(async () => {
      await client.updateRecord(records, record.id, changed);
      await onSaved();
    }, "Record saved in the workspace");
    if (saved) edits.reset();
    setBusy(false);
  }

  return (
    <form
      className="properties two-columns"
      onSubmit={(event) => {
        event.preventDefault();
        if (edits.count > 0) void save();
      }}
    >
      {record.deletedAt && (
        <Note icon="delete">This record is deleted in the workspace.</Note>
      )}
      {names.map((name) => (
        <PropertyField
          key={name}
          kind="field"
          name={name}
          label={wording(name)}
          value={edits.value(name)}
          saved={stored[name] ?? ""}
          options={undefined}
          disabled={busy || Boolean(record.deletedAt)}
          onChange={(value) => {
            edits.edit(name, value);
          }}
        />
      ))}
      <div className="bar">
        <SaveBar
          count={edits.count}
          busy={busy}
          onSave={() => void save()}
          onCancel={edits.reset}
        />
        <button
          type="button"
          className="k-button k-button-transparent k-size-sm"
          disabled={busy || Boolean(record.deletedAt)}
          onClick={() => {
            void attempt(async () => {
              await client.deleteRecord(records, record.id);
              await onSaved();
            }, "Record deleted in the workspace");
          }}
        >
          Delete record
        </button>
      </div>
    </form>
  );
}

const NUMBERS = new Set(["employees", "annual_revenue"]);
const ORDER = [
  "first_name",
  "last_name",
  "name",
  "email",
  "domain",
  "phone",
  "mobile_phone",
  "job_title",
  "website_url",
];

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

function text(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : JSON.stringify(value);
}

/** A blank is null; a number goes as a number where it reads as one, else as typed, for the server to refuse. */
function typed(value: string, number: boolean): string | number | null {
  if (value === "") return null;
  return number && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** "job_title" reads "Job title"; short forms are written as people write them. */
function wording(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replace(/\burl\b/, "URL")
    .replace("linkedin", "LinkedIn");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
