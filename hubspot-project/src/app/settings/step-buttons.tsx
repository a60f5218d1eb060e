import { Button, Flex, LoadingButton, Text } from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { plural } from "counterpart-kit/words.ts";
import { useState } from "react";
import type { ReactNode } from "react";
import { PauseButton } from "./connection-tab.tsx";
import { isBeforeFirstPull } from "./page-answer.ts";
import type { ChecklistEntry, Step } from "./page-answer.ts";
import { PresetSelect } from "./preset-select.tsx";
import { TestPush } from "./test-push.tsx";
import { TryRecord } from "./try-record.tsx";
import { useAt, useDraft } from "./use-settings.ts";

/** What can be done about a step of the set-up. */
export function StepButtons({ entry }: { entry: ChecklistEntry }) {
  const { ready } = useAt();
  const { page } = ready;
  const { step, done } = entry;
  const hasPulled = page.checklist.some(
    (one) => one.step === "pull" && one.done,
  );
  switch (step) {
    case "connect":
      return page.connected ? null : (
        <Row>
          <Button
            size="xs"
            href={{ url: page.connectUrl, external: true }}
            testId="step-connect-open"
          >
            Connect HubSpot
          </Button>
        </Row>
      );
    // Its fields are below, on the same tab.
    case "name":
      return null;
    case "map":
      return (
        <Row>
          <TypeButtons step={step} part="mapping" label="mapping" />
          <Mark entry={entry} />
        </Row>
      );
    case "rules":
      return (
        <>
          <PresetSelect />
          <Row>
            <TypeButtons step={step} part="sync" label="rules" />
            <Mark entry={entry} />
          </Row>
        </>
      );
    case "try":
      return (
        <TryStep>
          <Mark entry={entry} />
        </TryStep>
      );
    case "pull":
      return isBeforeFirstPull(page) && page.connected ? (
        <StartButtons />
      ) : null;
    case "test":
      return (
        <Row>
          {hasPulled && page.installation.state === "active"
            ? page.types
                .filter(({ pushes, synced }) => pushes && synced)
                .map((type) => <TestPush key={type.type} type={type} />)
            : null}
          {done ? null : <AutomaticPush to={false} />}
          <Mark entry={entry} />
        </Row>
      );
    case "push":
      return (
        <Row>
          {hasPulled ? <AutomaticPush to={true} /> : null}
          <Mark entry={entry} />
        </Row>
      );
    case "key":
    case "card":
      return (
        <Row>
          <Mark entry={entry} />
        </Row>
      );
  }
}

function Row({ children }: { children: ReactNode }) {
  return (
    <Flex direction="row" gap="sm" wrap>
      {children}
    </Flex>
  );
}

function OpenButton({
  id,
  to,
  label,
}: {
  id: string;
  to: string;
  label: string;
}) {
  const { open } = useAt();
  return (
    <Button size="xs" onClick={() => open(to)} testId={id}>
      {label}
    </Button>
  );
}

/** A button for each type, to a part of its tab. */
function TypeButtons({
  step,
  part,
  label: what,
}: {
  step: Step;
  part: string;
  label: string;
}) {
  const { ready } = useAt();
  return ready.page.types.map(({ type, label }) => (
    <OpenButton
      key={type}
      id={`step-${step}-${type}`}
      to={`${type}/${part}`}
      label={`${label.singular} ${what}`}
    />
  ));
}

/** Of one type at a time, once it's chosen. */
function TryStep({ children }: { children: ReactNode }) {
  const {
    ready: { page },
    session,
  } = useAt();
  const [chosen, choose] = useState<string | null>(null);
  const type = page.types.find((one) => one.type === chosen);
  return (
    <>
      <Row>
        {page.types.map(({ type: name, singular }) => (
          <Button
            key={name}
            size="xs"
            disabled={!page.canChange}
            onClick={() => choose(name)}
            testId={`step-try-${name}`}
          >
            {`Choose a ${singular}`}
          </Button>
        ))}
        {children}
      </Row>
      {type === undefined ? null : (
        <TryRecord key={type.type} type={type} onTried={session.refresh} />
      )}
    </>
  );
}

/** For a step that only a person can call done, or not done after all. */
function Mark({ entry: { step, can } }: { entry: ChecklistEntry }) {
  const { session, locked } = useAt();
  if (can === null) return null;
  return (
    <Button
      size="xs"
      variant="transparent"
      disabled={locked}
      onClick={() => session.mark(step, can === "mark")}
      testId={`mark-${step}`}
    >
      {can === "mark" ? "Mark as done" : "Mark as not done"}
    </Button>
  );
}

/** Turns automatic push on or off in the draft; nothing, if the draft has it so already. */
function AutomaticPush({ to }: { to: boolean }) {
  const { locked } = useAt();
  const { draft, edit } = useDraft();
  const { automatic } = draft;
  if (automatic.push === to) return null;
  return (
    <Button
      size="xs"
      disabled={locked}
      onClick={() => edit({ automatic: { ...automatic, push: to } })}
      testId={to ? "step-push-on" : "step-push-off"}
    >
      {to ? "Turn on automatic push" : "Turn off automatic push"}
    </Button>
  );
}

function StartButtons() {
  const { ready, session, locked } = useAt();
  const productName = useProductName();
  return (
    <Row>
      <LoadingButton
        size="sm"
        variant="primary"
        loading={ready.busy === "start"}
        disabled={locked}
        overlay={
          <ConfirmModal
            id="confirm-start"
            title="Start the first pull now?"
            label="Start sync"
            tone="default"
            onConfirm={() => session.move("start")}
          >
            <Text>
              {`HubSpot's records are copied to ${productName} under the saved settings. You can change settings later.`}
            </Text>
            {ready.unsaved > 0 ? (
              <Text>
                {`${plural(ready.unsaved, "change")} on this page ${ready.unsaved === 1 ? "isn't" : "aren't"} saved, and won't apply.`}
              </Text>
            ) : null}
          </ConfirmModal>
        }
        testId="start"
      >
        Start now
      </LoadingButton>
      {ready.page.installation.state === "setting-up" ? (
        <PauseButton label="Pause: don't start by itself" />
      ) : null}
    </Row>
  );
}
