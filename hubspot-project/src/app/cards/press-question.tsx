import { Text } from "@hubspot/ui-extensions";
import { ConfirmModal, More } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { changedOf } from "./children.ts";
import { countedOf, pictures } from "./object-types.ts";
import type { ChildrenOfType, Pull } from "./sync-view.ts";
import { beforeAfter, isolated } from "counterpart-kit/value-text.ts";
import { counted, plural } from "counterpart-kit/words.ts";

type Props = {
  action: "pull" | "push";
  what: Pull;
  /** What is pushed too, by type. */
  alsoPushed: readonly ChildrenOfType[];
  onConfirm: () => void;
};

/** Whether a click needs confirmation: it undoes newer values, or changes children together with their parent. */
export const asksFirst = (
  { undoes }: Pull,
  alsoPushed: readonly ChildrenOfType[],
): boolean => undoes.length > 0 || changedOf(alsoPushed) > 0;

/** The most lines that a question lists; the rest is counted. */
const mostLines = 5;
/** The most lines of values if children are listed too. */
const mostValuesBesideChildren = 3;

/** What Pull or Push would undo, value by value, and the children that would change, by name. */
export function PressQuestion({ action, what, alsoPushed, onConfirm }: Props) {
  const productName = useProductName();
  const { undoes, moreUndoes } = what;
  const count = undoes.length + moreUndoes;
  const place = action === "pull" ? productName : "HubSpot";
  const changing = alsoPushed.filter(({ changed }) => changed > 0);
  const [first, ...others] = changing;
  const values = undoes.slice(
    0,
    first === undefined ? mostLines : mostValuesBesideChildren,
  );
  const mostNamed = Math.floor(
    (mostLines - values.length) / Math.max(1, changing.length),
  );
  return (
    <ConfirmModal
      id={`confirm-${action}`}
      title={
        count > 0
          ? `Replace ${plural(count, "newer value")} in ${place}?`
          : `Push ${changing.map(({ type, changed }) => countedOf(type, changed)).join(" and ")}?`
      }
      label={
        count > 0
          ? "Replace values"
          : first !== undefined && others.length === 0
            ? `Push ${pictures[first.type]}`
            : "Push all"
      }
      onConfirm={onConfirm}
    >
      {values.map(({ field, label, before, after }) => (
        <Text key={field}>{`${label}: ${beforeAfter(before, after)}`}</Text>
      ))}
      <More count={count - values.length} />
      {changing.map((children) => (
        <ChangingChildren
          key={children.type}
          ofType={children}
          most={Math.max(1, mostNamed)}
        />
      ))}
    </ConfirmModal>
  );
}

/** The children of one type that would change, by name. */
function ChangingChildren({
  ofType: { type, count, changed, named },
  most,
}: {
  ofType: ChildrenOfType;
  most: number;
}) {
  const shown = named.slice(0, most);
  return (
    <>
      <Text>{`${countedOf(type, count)}, ${counted(changed)} with changes:`}</Text>
      {shown.map(({ id, name, creates }) => (
        <Text key={id}>
          {creates ? `${isolated(name)} (new in HubSpot)` : isolated(name)}
        </Text>
      ))}
      <More count={changed - shown.length} />
    </>
  );
}
