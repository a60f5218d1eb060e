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
import { asksFirst, PressQuestion } from "./press-question.tsx";
import type { Button, CompanyChoice, SyncView } from "./sync-view.ts";
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
  { value: "if-missing", label: "Push if not in HubSpot" },
  { value: "always", label: "Always push" },
  { value: "never", label: "Don’t push" },
];

/** Sync now, Pull and Push, each with what it would do, or why it cannot and what would make it possible. */
export function ActionSection({
  view,
  active,
  busy,
  wentWell,
  onPress,
}: Props) {
  const [withContacts, setWithContacts] = useState(false);
  const [chosen, setChosen] = useState<CompanyChoice | null>(null);
  const { sync, pull, push } = view;
  const company = chosen ?? push.company?.choice;
  const reasons = new Set([sync, pull, push].map(whyNot));
  const [reason = ""] = reasons;
  const shared = reasons.size === 1 && reason !== "" ? reason : null;
  const look = { busy, wentWell };
  const contacts = withContacts ? push.contacts : null;
  const doPush = (confirmed: boolean): void =>
    onPress({
      action: "push",
      ...(push.contacts === null ? {} : { contacts: withContacts }),
      ...(push.company === null || company === undefined ? {} : { company }),
      ...(confirmed ? { confirmed } : {}),
    });
  return (
    <Flex direction="column" gap="md" testId="actions">
      <Action
        {...look}
        name="sync"
        label="Sync now"
        doing="Syncing…"
        what={sync}
        said={shared === null}
        active={active === "sync"}
        urgent
        onClick={() => onPress({ action: "sync" })}
      />
      <Action
        {...look}
        name="pull"
        label="Pull from HubSpot"
        doing="Pulling…"
        what={pull}
        said={shared === null}
        active={active === "pull"}
        question={
          asksFirst(pull, null) ? (
            <PressQuestion
              action="pull"
              what={pull}
              contacts={null}
              onConfirm={() => onPress({ action: "pull", confirmed: true })}
            />
          ) : null
        }
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
        question={
          asksFirst(push, contacts) ? (
            <PressQuestion
              action="push"
              what={push}
              contacts={contacts}
              onConfirm={() => doPush(true)}
            />
          ) : null
        }
        onClick={() => doPush(false)}
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
            {`Also push its ${plural(push.contacts.count, "contact")} (${push.contacts.changed} with changes)`}
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
  name: "sync" | "pull" | "push";
  label: string;
  doing: string;
  what: Button;
  /** Whether the reason why this button is off is said here, or once for both below. */
  said: boolean;
  active: boolean;
  /** The one primary button. */
  urgent?: boolean;
  /** What a click opens in place of the action, which it then asks about. */
  question?: ReactNode;
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
  urgent = false,
  question = null,
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
        {...(question === null ? { onClick } : { overlay: question })}
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

function whyNot({ allowed, reason, remedy }: Button): string {
  return allowed ? "" : sentenceOf(reason, remedy);
}
