import {
  Button,
  Flex,
  Modal,
  ModalBody,
  ModalFooter,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import type { ReactNode } from "react";
import { counted } from "./words.ts";

type Props = {
  id: string;
  title: string;
  /** The button that does it: the same verb as the title. */
  label: string;
  /** "default" if nothing is lost. */
  tone?: "danger" | "default";
  onConfirm: () => void;
  children: ReactNode;
};

/** The question before something is overwritten or deleted: what is lost, and the way back. */
export function ConfirmModal({
  id,
  title,
  label,
  tone = "danger",
  onConfirm,
  children,
}: Props) {
  const actions = useExtensionActions<"crm.record.sidebar">();
  return (
    <Modal id={id} title={title} variant={tone} testId={id}>
      <ModalBody>
        <Flex direction="column" gap="xs">
          {children}
        </Flex>
      </ModalBody>
      <ModalFooter>
        <Button
          variant={tone === "danger" ? "destructive" : "primary"}
          onClick={() => {
            actions.closeOverlay(id);
            onConfirm();
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
  );
}

/** A list that is cut off: how much comes after. */
export function More({ count }: { count: number }) {
  return count > 0 ? (
    <Text variant="microcopy">{`and ${counted(count)} more`}</Text>
  ) : null;
}
