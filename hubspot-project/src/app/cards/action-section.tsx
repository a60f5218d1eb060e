import {
  ButtonRow,
  Checkbox,
  Flex,
  LoadingButton,
} from "@hubspot/ui-extensions";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Press } from "./ask-server.ts";
import { ButtonLines } from "./button-lines.tsx";
import { changedOf, childrenOf } from "./children.ts";
import { countedOf, firstChildType, pictures } from "./object-types.ts";
import type { ObjectType } from "./object-types.ts";
import { asksFirst, PressQuestion } from "./press-question.tsx";
import type { Button, SyncView } from "./sync-view.ts";
import { isolated } from "counterpart-kit/value-text.ts";
import { counted } from "counterpart-kit/words.ts";

type Props = {
  view: SyncView;
  /** The button whose action is in progress, if any. */
  active: Press["action"] | null;
  busy: boolean;
  wentWell: boolean;
  onPress: (press: Press) => void;
};

/** Sync now, Pull and Push, what else a push may do, and what each would do or why it can't. */
export function ActionSection({
  view,
  active,
  busy,
  wentWell,
  onPress,
}: Props) {
  const [along, setAlong] = useState<readonly ObjectType[]>([]);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const { sync, pull, push } = view;
  const children = childrenOf(push);
  const alsoPushed = children.filter(({ type }) => along.includes(type));
  // A choice is only there to make while HubSpot doesn't have the company.
  const company = push.company?.missing === true ? push.company : null;
  const usual = company !== null && company.choice !== "never";
  const withCompany = chosen ?? usual;
  const pushesMore =
    changedOf(alsoPushed) > 0 || (company !== null && withCompany && !usual);
  const doPush = (confirmed: boolean): void =>
    onPress({
      action: "push",
      ...(children.length === 0
        ? {}
        : {
            children: alsoPushed.map(({ type }) => type),
            contacts: along.includes(firstChildType),
          }),
      ...(company === null
        ? {}
        : {
            company: !withCompany
              ? "never"
              : usual
                ? company.choice
                : "if-missing",
          }),
      ...(confirmed ? { confirmed } : {}),
    });
  const look = { active, busy, wentWell };
  return (
    <Flex direction="column" gap="sm" testId="actions">
      <ButtonRow>
        <Action
          {...look}
          name="sync"
          label="Sync now"
          doing="Syncing…"
          what={sync}
          onClick={() => onPress({ action: "sync" })}
        />
        <Action
          {...look}
          name="pull"
          label="Pull from HubSpot"
          doing="Pulling…"
          what={pull}
          question={
            asksFirst(pull, []) ? (
              <PressQuestion
                action="pull"
                what={pull}
                alsoPushed={[]}
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
          what={pushesMore ? { ...push, idle: false } : push}
          question={
            asksFirst(push, alsoPushed) ? (
              <PressQuestion
                action="push"
                what={push}
                alsoPushed={alsoPushed}
                onConfirm={() => doPush(true)}
              />
            ) : null
          }
          onClick={() => doPush(false)}
        />
      </ButtonRow>
      {push.allowed
        ? children
            .filter(({ count }) => count > 0)
            .map(({ type, count, changed }) => (
              <Checkbox
                key={type}
                name={pictures[type]}
                variant="small"
                checked={along.includes(type)}
                readOnly={busy}
                onChange={(checked) =>
                  setAlong((before) => [
                    ...before.filter((other) => other !== type),
                    ...(checked ? [type] : []),
                  ])
                }
                testId={`with-${pictures[type]}`}
              >
                {`Also push its ${countedOf(type, count)} (${counted(changed)} with changes)`}
              </Checkbox>
            ))
        : null}
      {push.allowed && company !== null ? (
        <Checkbox
          name="company"
          variant="small"
          checked={withCompany}
          readOnly={busy}
          onChange={setChosen}
          testId="with-company"
        >
          {`Also create ${isolated(company.name)} in HubSpot`}
        </Checkbox>
      ) : null}
      <ButtonLines
        view={view}
        silent={
          (company !== null && withCompany !== usual) ||
          // "Nothing to do" isn't true of a push that takes children along.
          (push.idle && pushesMore)
            ? "push"
            : null
        }
      />
    </Flex>
  );
}

type ActionProps = {
  name: "sync" | "pull" | "push";
  label: string;
  doing: string;
  what: Button;
  active: Press["action"] | null;
  /** A question that a click opens first; null: a click acts at once. */
  question?: ReactNode;
  busy: boolean;
  wentWell: boolean;
  onClick: () => void;
};

function Action({
  name,
  label,
  doing,
  what,
  active,
  question = null,
  busy,
  wentWell,
  onClick,
}: ActionProps) {
  const loading = active === name;
  return (
    <LoadingButton
      size="sm"
      variant={name === "sync" ? "primary" : "secondary"}
      loading={loading}
      disabled={busy || !what.allowed || what.idle}
      resultIconName={wentWell ? "success" : "warning"}
      {...(question === null ? { onClick } : { overlay: question })}
      testId={name}
    >
      {loading ? doing : label}
    </LoadingButton>
  );
}
