import {
  Checkbox,
  Flex,
  LoadingButton,
  Select,
  Text,
} from "@hubspot/ui-extensions";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Press } from "./ask-server.ts";
import type { CompanyChoice, Pull, SyncView } from "./sync-view.ts";
import { plural, sentenceOf } from "./wording.ts";

type Props = {
  view: SyncView;
  /** The button whose press is under way, if any. */
  active: Press["action"] | null;
  busy: boolean;
  wentWell: boolean;
  onPress: (press: Press) => void;
};

const companyChoices: { value: CompanyChoice; label: string }[] = [
  { value: "if-missing", label: "Push it if HubSpot lacks it" },
  { value: "always", label: "Push it too" },
  { value: "never", label: "Leave it out" },
];

/** Pull and Push, each with what it would do, or why it cannot and what would make it possible. */
export function ActionSection({
  view,
  active,
  busy,
  wentWell,
  onPress,
}: Props) {
  const [withContacts, setWithContacts] = useState(false);
  const [chosen, setChosen] = useState<CompanyChoice | null>(null);
  const { pull, push } = view;
  const company = chosen ?? push.company?.choice;
  const shared =
    !pull.allowed && !push.allowed && whyNot(pull) === whyNot(push)
      ? whyNot(pull)
      : null;
  const look = { busy, wentWell };
  return (
    <Flex direction="column" gap="md" testId="actions">
      <Action
        {...look}
        name="pull"
        label="Pull from HubSpot"
        doing="Pulling…"
        what={pull}
        said={shared === null}
        active={active === "pull"}
        urgent={view.code === "waiting_pull"}
        onClick={() => onPress({ action: "pull" })}
      />
      <Action
        {...look}
        name="push"
        label="Push to HubSpot"
        doing="Pushing…"
        what={push}
        said={shared === null}
        active={active === "push"}
        urgent={view.code === "waiting_push"}
        onClick={() =>
          onPress({
            action: "push",
            ...(push.contacts === null ? {} : { contacts: withContacts }),
            ...(push.company === null || company === undefined
              ? {}
              : { company }),
          })
        }
      >
        {push.allowed && push.contacts !== null && push.contacts.count > 0 ? (
          <Checkbox
            name="contacts"
            variant="small"
            checked={withContacts}
            readOnly={busy}
            onChange={setWithContacts}
            testId="with-contacts"
          >
            {`and its ${plural(push.contacts.count, "contact")}`}
          </Checkbox>
        ) : null}
        {push.allowed && push.company !== null && company !== undefined ? (
          <Select
            label={`Its company, ${push.company.name}`}
            name="company"
            value={company}
            readOnly={busy}
            options={companyChoices}
            onChange={(value) =>
              setChosen(
                companyChoices.find((choice) => choice.value === value)
                  ?.value ?? null,
              )
            }
            testId="company-choice"
          />
        ) : null}
      </Action>
      {shared === null ? null : (
        <Text variant="microcopy" testId="actions-reason">
          {shared}
        </Text>
      )}
    </Flex>
  );
}

type ActionProps = {
  name: "pull" | "push";
  label: string;
  doing: string;
  what: Pull;
  /** Whether the reason why this button is off is said here, or once for both below. */
  said: boolean;
  active: boolean;
  urgent: boolean;
  busy: boolean;
  wentWell: boolean;
  onClick: () => void;
  children?: ReactNode;
};

function Action({
  name,
  label,
  doing,
  what,
  said,
  active,
  urgent,
  busy,
  wentWell,
  onClick,
  children,
}: ActionProps) {
  const sentence = what.allowed
    ? sentenceOf(what.summary)
    : said
      ? whyNot(what)
      : "";
  return (
    <Flex direction="column" gap="xs" align="start">
      <LoadingButton
        size="sm"
        variant={urgent ? "primary" : "secondary"}
        loading={active}
        disabled={busy || !what.allowed}
        resultIconName={wentWell ? "success" : "warning"}
        onClick={onClick}
        testId={name}
      >
        {active ? doing : label}
      </LoadingButton>
      {sentence === "" ? null : (
        <Text variant="microcopy" testId={`${name}-says`}>
          {sentence}
        </Text>
      )}
      {children}
    </Flex>
  );
}

function whyNot({ reason, remedy }: Pull): string {
  return sentenceOf(reason, remedy);
}
