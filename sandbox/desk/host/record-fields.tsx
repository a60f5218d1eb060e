import { useMemo, useState } from "react";
import type { DeskClient, ObjectType, WorkspaceRecord } from "./desk-client.ts";
import { PropertyField } from "./property-field.tsx";
import { SaveBar } from "./save-bar.tsx";
import { useAttempt } from "./toasts.tsx";
import { useEdits } from "./use-edits.ts";

type Props = {
  client: DeskClient;
  records: ObjectType["records"];
  /** The standard fields; the product's own follow. */
  fields: readonly string[];
  record: WorkspaceRecord;
  onSaved: () => Promise<void>;
};

/** The fields of a record with Save and Delete, as the product's user would have them. */
export function RecordFields({
  client,
  records,
  fields,
  record,
  onSaved,
}: Props) {
  const { properties } = record;
  const stored = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, text(value)]),
      ),
    [properties],
  );
  const own = Object.keys(properties).filter(
    (name) => !fields.includes(name) && typeof properties[name] !== "object",
  );
  const edits = useEdits(stored);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const deleted = Boolean(record.deletedAt);

  async function save() {
    setBusy(true);
    const changed = Object.entries(edits.changed).map(([name, value]) => [
      name,
      typed(name, value, properties[name]),
    ]);
    const saved = await attempt(async () => {
      await client.updateRecord(
        records,
        record.id,
        Object.fromEntries(changed),
      );
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
      {deleted && (
        <p className="deleted" role="status">
          This record is deleted in the workspace.
        </p>
      )}
      {[...fields, ...own].map((name) => (
        <PropertyField
          key={name}
          kind="field"
          name={name}
          label={wording(name)}
          value={edits.value(name)}
          saved={stored[name] ?? ""}
          options={undefined}
          disabled={busy || deleted}
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
          disabled={busy || deleted}
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

function text(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : JSON.stringify(value);
}

/** A blank is null; what was a number or a yes/no stays one where it reads as one, else goes as typed, for the server to refuse. */
function typed(
  name: string,
  value: string,
  before: unknown,
): string | number | boolean | null {
  if (value === "") return null;
  const number = NUMBERS.has(name) || typeof before === "number";
  if (number && Number.isFinite(Number(value))) return Number(value);
  if (typeof before === "boolean" && (value === "true" || value === "false"))
    return value === "true";
  return value;
}

/** "job_title" reads "Job title"; short forms are written as people write them. */
function wording(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replace(/\burl\b/, "URL")
    .replace("linkedin", "LinkedIn");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
