import {
  Button,
  Checkbox,
  Flex,
  Input,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { useState } from "react";
import type { Override } from "./document.ts";
import { FormPanel, PanelForm } from "./form-panel.tsx";
import { OwnerSelect } from "./owner-select.tsx";
import {
  ownerName,
  startsPulled,
  withOverride,
  withoutOverride,
} from "./overrides.ts";
import type { OwnerRow } from "./page-answer.ts";
import { useAt, useDraft } from "./use-settings.ts";

type Props = {
  id: string;
  label: string;
  row: OwnerRow;
  /** What it edits; null: a new one. */
  override: Override | null;
};

/** Opens an email of an owner in a panel. Done puts it into the draft, which Save saves. */
export function OwnerPanel(props: Props) {
  const { id, label, row } = props;
  const { locked } = useAt();
  return (
    <FormPanel
      id={id}
      label={label}
      title={`Owner: ${ownerName(row)}`}
      isNew={false}
      locked={locked}
    >
      <OverrideEditor {...props} />
    </FormPanel>
  );
}

/** A user's email is fixed, and the owner is chosen; an owner is fixed, and the email is typed. */
function OverrideEditor({ id, row, override }: Props) {
  const actions = useExtensionActions<"settings">();
  const productName = useProductName();
  const { draft, edit } = useDraft();
  const isUser = row.owner === null;
  const [email, setEmail] = useState(
    override?.email ?? (isUser ? (row.user?.email ?? "") : ""),
  );
  const [chosen, setChosen] = useState<OwnerRow | null>(isUser ? null : row);
  const [pulled, setPulled] = useState(
    override?.pulled ?? startsPulled(row, draft.owners),
  );
  const [isTried, setIsTried] = useState(false);
  const ownerId = chosen?.owner?.id ?? override?.ownerId ?? "";
  const typed = email.trim().toLowerCase();
  const faults = {
    email: /^[^@\s]+@[^@\s]+$/.test(typed)
      ? undefined
      : "Enter an email address.",
    owner: ownerId === "" ? "Choose an owner." : undefined,
  };
  const finish = (owners: Override[]) => {
    actions.closeOverlay(id);
    edit({ owners });
  };
  return (
    <PanelForm
      id={id}
      buttons={
        <>
          <Button
            variant="primary"
            onClick={() => {
              setIsTried(true);
              if (faults.email === undefined && faults.owner === undefined)
                finish(
                  withOverride(draft.owners, { email: typed, ownerId, pulled }),
                );
            }}
            testId={`${id}-done`}
          >
            Done
          </Button>
          {override === null ? null : (
            <Button
              variant="destructive"
              onClick={() =>
                finish(withoutOverride(draft.owners, override.email))
              }
              testId={`${id}-remove`}
            >
              Remove email
            </Button>
          )}
        </>
      }
    >
      <Flex direction="column" gap="sm">
        <Input
          label={`Email in ${productName}`}
          name="override-email"
          value={email}
          readOnly={isUser || override !== null}
          onInput={(text) => setEmail(text)}
          {...(isTried && faults.email !== undefined
            ? { error: true, validationMessage: faults.email }
            : {})}
          testId="override-email"
        />
        {isUser ? (
          <OwnerSelect
            label="Owner in HubSpot"
            chosen={chosen}
            fault={isTried ? faults.owner : undefined}
            onChoose={(owner) => {
              setChosen(owner);
              setPulled(startsPulled(owner, draft.owners));
            }}
            testId="override-owner"
          />
        ) : (
          <Text>{`Owner in HubSpot: ${ownerName(row)}`}</Text>
        )}
        <Checkbox
          name="override-pulled"
          checked={pulled}
          onChange={(isOn) => setPulled(isOn)}
          testId="override-pulled"
        >
          Pull this owner as this email
        </Checkbox>
        <Text variant="microcopy">
          {pulled
            ? `Records with this email have this owner in HubSpot. If HubSpot has this owner, ${productName} gets this email.`
            : `Records with this email have this owner in HubSpot. If HubSpot has this owner, ${productName} gets another email of this owner.`}
        </Text>
      </Flex>
    </PanelForm>
  );
}
