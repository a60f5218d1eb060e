import {
  Button,
  Flex,
  Modal,
  ModalBody,
  ModalFooter,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { counted, plural } from "counterpart-kit/words.ts";
import { useState } from "react";
import { OwnerSelect } from "./owner-select.tsx";
import { emailOf, ownerName } from "./overrides.ts";
import type { ObjectType, OwnerRow } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** "2 contacts, 1 company"; "" if there are none. */
export const recordsOf = (
  { records }: OwnerRow,
  types: readonly ObjectType[],
): string =>
  records
    .filter(({ count, atLeast }) => count > 0 || atLeast)
    .map(({ objectType, count, atLeast }) => {
      const type = types.find((one) => one.type === objectType);
      const [one, many] = [type?.singular ?? objectType, type?.plural];
      return atLeast
        ? `${counted(count)} or more ${many ?? objectType}`
        : plural(count, one, many);
    })
    .join(", ");

/** Gives all records of a row, which has some, to another owner, after a question that names them. Acts at once. */
export function ReassignButton({
  row,
  isBusy,
  onReassign,
}: {
  row: OwnerRow;
  isBusy: boolean;
  onReassign: (to: string) => void;
}) {
  const { ready, locked } = useAt();
  const actions = useExtensionActions<"settings">();
  const productName = useProductName();
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState<OwnerRow | null>(null);
  const key = row.owner?.id ?? row.user?.email ?? "";
  const id = `reassign-${key}`;
  const total = row.records.reduce((sum, { count }) => sum + count, 0);
  const label = `Reassign ${plural(total, "record")}`;
  const to = chosen === null ? undefined : emailOf(chosen);
  const records = recordsOf(row, ready.page.types);
  return (
    <Button
      size="xs"
      variant="secondary"
      disabled={locked || isBusy}
      onClick={() => {
        setChosen(null);
        setIsOpen(true);
      }}
      overlay={
        <Modal
          id={id}
          title={`${label}?`}
          variant="danger"
          onClose={() => setIsOpen(false)}
          testId={id}
        >
          <ModalBody>
            {isOpen ? (
              <Flex direction="column" gap="sm">
                <Text>{`${records} of ${ownerName(row)} get another owner in ${productName}, and HubSpot follows as your saved settings say.`}</Text>
                <OwnerSelect
                  label="New owner"
                  without={row.owner?.id ?? null}
                  chosen={chosen}
                  onChoose={setChosen}
                  testId={`${id}-to`}
                />
                <Text variant="microcopy">
                  This starts at once, without Save.
                </Text>
              </Flex>
            ) : null}
          </ModalBody>
          <ModalFooter>
            <Button
              variant="destructive"
              disabled={to === undefined}
              onClick={() => {
                actions.closeOverlay(id);
                if (to !== undefined) onReassign(to);
              }}
              testId={`${id}-confirm`}
            >
              {label}
            </Button>
            <Button
              variant="secondary"
              onClick={() => actions.closeOverlay(id)}
              testId={`${id}-cancel`}
            >
              Cancel
            </Button>
          </ModalFooter>
        </Modal>
      }
      testId={`${id}-open`}
    >
      {label}
    </Button>
  );
}
