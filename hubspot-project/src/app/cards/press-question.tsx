import { Text } from "@hubspot/ui-extensions";
import { ConfirmModal, More } from "./confirm-modal.tsx";
import type { ContactsChanged, Pull } from "./sync-view.ts";
import { plural, quoted } from "./wording.ts";

type Props = {
  action: "pull" | "push";
  what: Pull;
  /** A company's contacts that are pushed along, or null. */
  contacts: ContactsChanged | null;
  onConfirm: () => void;
};

/** Whether a press has to be confirmed: it undoes newer values, or changes contacts along with their company. */
export const asksFirst = (
  { undoes }: Pull,
  contacts: ContactsChanged | null,
): boolean => undoes.length > 0 || (contacts !== null && contacts.changed > 0);

const shown = 5;

/** What Pull or Push would undo, value by value, and the contacts that would change, by name. */
export function PressQuestion({ action, what, contacts, onConfirm }: Props) {
  const { undoes, moreUndoes } = what;
  const count = undoes.length + moreUndoes;
  const place = action === "pull" ? "the workspace" : "HubSpot";
  const changed = contacts?.changed ?? 0;
  const named = contacts?.named ?? [];
  return (
    <ConfirmModal
      id={`confirm-${action}`}
      title={
        count > 0
          ? `Replace ${plural(count, "newer value")} in ${place}?`
          : `Push ${plural(changed, "contact")}?`
      }
      label={count > 0 ? "Replace values" : "Push contacts"}
      onConfirm={onConfirm}
    >
      {undoes.slice(0, shown).map(({ field, label, before, after }) => (
        <Text key={field}>
          {`${label}: ${quoted(before)} → ${quoted(after)}`}
        </Text>
      ))}
      <More count={count - Math.min(count, shown)} one="value" />
      {changed > 0 ? (
        <Text>{`${plural(contacts?.count ?? 0, "contact")}, ${changed} with changes:`}</Text>
      ) : null}
      {named.map(({ id, name, creates }) => (
        <Text key={id}>{creates ? `${name} (new in HubSpot)` : name}</Text>
      ))}
      <More count={changed - named.length} one="contact" />
    </ConfirmModal>
  );
}
