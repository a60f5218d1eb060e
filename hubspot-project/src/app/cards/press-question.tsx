import { Text } from "@hubspot/ui-extensions";
import { ConfirmModal, More } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { ContactsChanged, Pull } from "./sync-view.ts";
import { beforeAfter, isolated } from "counterpart-kit/value-text.ts";
import { counted, plural } from "counterpart-kit/words.ts";

type Props = {
  action: "pull" | "push";
  what: Pull;
  /** A company's contacts that are pushed along, or null. */
  contacts: ContactsChanged | null;
  onConfirm: () => void;
};

/** Whether a click needs confirmation: it undoes newer values, or changes contacts together with their company. */
export const asksFirst = (
  { undoes }: Pull,
  contacts: ContactsChanged | null,
): boolean => undoes.length > 0 || (contacts !== null && contacts.changed > 0);

/** The most lines that a question lists; the rest is counted. */
const mostLines = 5;
/** The most lines of values if contacts are listed too. */
const mostValuesBesideContacts = 3;

/** What Pull or Push would undo, value by value, and the contacts that would change, by name. */
export function PressQuestion({ action, what, contacts, onConfirm }: Props) {
  const productName = useProductName();
  const { undoes, moreUndoes } = what;
  const count = undoes.length + moreUndoes;
  const place = action === "pull" ? productName : "HubSpot";
  const changed = contacts?.changed ?? 0;
  const values = undoes.slice(
    0,
    changed > 0 ? mostValuesBesideContacts : mostLines,
  );
  const named = (contacts?.named ?? []).slice(0, mostLines - values.length);
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
      {values.map(({ field, label, before, after }) => (
        <Text key={field}>{`${label}: ${beforeAfter(before, after)}`}</Text>
      ))}
      <More count={count - values.length} />
      {changed > 0 ? (
        <Text>{`${plural(contacts?.count ?? 0, "contact")}, ${counted(changed)} with changes:`}</Text>
      ) : null}
      {named.map(({ id, name, creates }) => (
        <Text key={id}>
          {creates ? `${isolated(name)} (new in HubSpot)` : isolated(name)}
        </Text>
      ))}
      <More count={changed - named.length} />
    </ConfirmModal>
  );
}
