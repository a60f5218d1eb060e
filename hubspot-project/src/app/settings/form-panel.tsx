import {
  Button,
  Flex,
  Panel,
  PanelBody,
  PanelFooter,
  PanelSection,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import { useState } from "react";
import type { ReactNode } from "react";

/**
 * A button that opens a form in a panel. A table can have hundreds of rows, so the form is there only while its panel is
 * open, and begins anew each time.
 */
export function FormPanel({
  id,
  label,
  title,
  isNew,
  locked,
  children,
}: {
  id: string;
  label: string;
  title: string;
  /** Adds something, and so stands above a table; other panels are in its rows. */
  isNew: boolean;
  locked: boolean;
  children: ReactNode;
}) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Button
      size={isNew ? "sm" : "xs"}
      variant="secondary"
      disabled={locked}
      onClick={() => setIsOpen(true)}
      overlay={
        <Panel
          id={id}
          width="md"
          title={title}
          onClose={() => setIsOpen(false)}
          testId={id}
        >
          {isOpen ? children : null}
        </Panel>
      }
      testId={`${id}-open`}
    >
      {label}
    </Button>
  );
}

/** What a panel shows: a form, and below it the buttons that end it. Cancel leaves everything as it was. */
export function PanelForm({
  id,
  buttons,
  children,
}: {
  id: string;
  /** The buttons before Cancel. */
  buttons: ReactNode;
  children: ReactNode;
}) {
  const actions = useExtensionActions<"settings">();
  return (
    <>
      <PanelBody>
        <PanelSection>{children}</PanelSection>
      </PanelBody>
      <PanelFooter>
        <Flex direction="row" gap="sm">
          {buttons}
          <Button
            variant="secondary"
            onClick={() => actions.closeOverlay(id)}
            testId={`${id}-cancel`}
          >
            Cancel
          </Button>
        </Flex>
      </PanelFooter>
    </>
  );
}
