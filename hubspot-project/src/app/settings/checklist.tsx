import {
  Box,
  Button,
  Divider,
  Flex,
  Heading,
  Icon,
  LoadingButton,
  ProgressBar,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import {
  unnamedProduct,
  useProductName,
} from "counterpart-kit/product-name.ts";
import { dateAndTime } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { counted, plural, sentenceOf } from "counterpart-kit/words.ts";
import type { ReactNode } from "react";
import { PauseButton } from "./connection-tab.tsx";
import { settingsOf } from "./document.ts";
import type { Page, Step } from "./page-answer.ts";
import { PresetSelect } from "./preset-select.tsx";
import { TestPush } from "./test-push.tsx";
import { useAt } from "./use-settings.ts";

/** The steps of a set-up, in the recommended order; any order works, and each can be visited again. */
export function Checklist() {
  const {
    ready: { page },
  } = useAt();
  const { checklist } = page;
  const done = checklist.filter((step) => step.done).length;
  const next = checklist.find((step) => !step.done)?.step;
  return (
    <Flex direction="column" gap="sm" testId="checklist">
      <Heading>Set up sync</Heading>
      <ProgressBar
        title="Steps"
        value={done}
        maxValue={checklist.length}
        valueDescription={`${done} of ${checklist.length} done`}
      />
      {checklist.map(({ step, done: isDone }, place) => (
        <Flex key={step} direction="column" gap="xs" testId={`step-${step}`}>
          {place === 0 ? null : <Divider size="xs" />}
          <StepRow step={step} isDone={isDone} isNext={step === next} />
        </Flex>
      ))}
    </Flex>
  );
}

function StepRow({
  step,
  isDone,
  isNext,
}: {
  step: Step;
  isDone: boolean;
  /** Where the set-up goes on (BN-103). */
  isNext: boolean;
}) {
  const { ready, clock } = useAt();
  const productName = useProductName();
  const { title, body } = stepTexts[step](ready.page, productName, clock);
  return (
    <Flex direction="row" gap="sm" align="start">
      <Icon
        name={isDone ? "success" : "ellipses"}
        color={isDone ? "success" : "inherit"}
        screenReaderText={isDone ? "Done" : "Not done yet"}
      />
      <Box flex={1}>
        <Flex direction="column" gap="xs">
          <Flex direction="row" gap="sm" align="center">
            <Text format={{ fontWeight: "demibold" }}>{title}</Text>
            {isNext ? <Tag variant="info">Next</Tag> : null}
          </Flex>
          <Text variant="microcopy">{body}</Text>
          <StepButtons step={step} />
        </Flex>
      </Box>
    </Flex>
  );
}

type Texts = { title: string; body: string };

const stepTexts: Readonly<
  Record<Step, (page: Page, productName: string, clock: Clock) => Texts>
> = {
  connect: ({ connected, installation: { syncUser } }) => ({
    title: "Connect HubSpot",
    body: connected
      ? `Connected as ${syncUser.email}.`
      : "A super admin, or a user who may connect marketplace apps, can connect HubSpot.",
  }),
  name: (_page, productName) => ({
    title: "Name your product",
    body: sentenceOf(
      productName === unnamedProduct
        ? "Cards and this page use its name"
        : `Cards and this page call it ${productName}`,
      "A record link lets people open its records from HubSpot",
    ),
  }),
  map: (page) => ({
    title: "Map fields and stages",
    body: mappingText(page),
  }),
  rules: () => ({
    title: "Decide what syncs",
    body: "Rules say which new records sync, who wins a conflict, and what happens to deletions. Pushing a contact can create its company in HubSpot.",
  }),
  pull: (page, productName, clock) => ({
    title: "Pull from HubSpot",
    body: pullText(page, productName, clock),
  }),
  push: (page, productName) => ({
    title: "Push to HubSpot",
    body: page.checklist.some(({ step, done }) => step === "pull" && done)
      ? `New and changed records of ${productName} are pushed as your rules say. Start with ten, and look at them in HubSpot.`
      : "You can push when the first pull has ended, so that nothing is created twice.",
  }),
};

function mappingText({ settings, types, warnings }: Page): string {
  const counts = types.map(
    (type) =>
      `${plural(settingsOf(settings, type.type).mappings.length, "field")} of ${type.plural}`,
  );
  const mapped = `${counts.join(" and ")} are mapped.`;
  return warnings.length === 0
    ? mapped
    : `${mapped} ${counted(warnings.length)} ${warnings.length === 1 ? "doesn't" : "don't"} fit HubSpot.`;
}

function pullText(
  { installation, progress }: Page,
  productName: string,
  { now, locale }: Clock,
): string {
  const { state, windowEndsAt } = installation;
  const reads = `The first pull reads HubSpot's records into ${productName}. It changes nothing in HubSpot.`;
  switch (state) {
    case "setting-up":
      return windowEndsAt !== null && Date.parse(windowEndsAt) > now
        ? `${reads} It starts by itself on ${dateAndTime(windowEndsAt, locale)}.`
        : `${reads} It's about to start.`;
    case "first-pull":
      return progress === null || progress.total === null
        ? `In progress: ${counted(progress?.done ?? 0)} so far.`
        : `In progress: ${counted(progress.done)} of ${counted(progress.total)}.`;
    case "held":
      return `${reads} Sync is paused: it starts when you resume.`;
    case "active":
      return "The first pull has ended. Changes in HubSpot are pulled as they happen.";
    case "disconnected":
    case "uninstalled":
      return "Connect HubSpot first.";
  }
}

function StepButtons({ step }: { step: Step }) {
  const { ready, open } = useAt();
  const { page } = ready;
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
    case "push":
      return page.checklist.some((one) => one.step === "pull" && one.done) &&
        page.installation.state === "active" ? (
        <Row>
          {page.types
            .filter(({ pushes }) => pushes)
            .map((type) => (
              <TestPush key={type.type} type={type} />
            ))}
        </Row>
      ) : null;
    case "map":
    case "rules":
      return (
        <>
          {step === "rules" ? <PresetSelect /> : null}
          <Row>
            {page.types.map(({ type, label }) => (
              <Button
                key={type}
                size="xs"
                onClick={() =>
                  open(`${type}/${step === "map" ? "mapping" : "sync"}`)
                }
                testId={`step-${step}-${type}`}
              >
                {`${label.singular} ${step === "map" ? "mapping" : "rules"}`}
              </Button>
            ))}
          </Row>
        </>
      );
    case "pull":
      return page.installation.state === "setting-up" ? <StartButtons /> : null;
  }
}

function Row({ children }: { children: ReactNode }) {
  return (
    <Flex direction="row" gap="sm" wrap>
      {children}
    </Flex>
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
      <PauseButton label="Pause: don't start by itself" />
    </Row>
  );
}
