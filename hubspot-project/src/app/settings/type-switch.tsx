import {
  Alert,
  Button,
  Flex,
  List,
  LoadingSpinner,
  ProgressBar,
  Text,
  Toggle,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { counted, sentenceOf } from "counterpart-kit/words.ts";
import { settingsOf } from "./document.ts";
import type { ObjectType } from "./page-answer.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** Turns an optional type on or off, and says before it is saved what that does. */
export function TypeSwitch({ type }: { type: ObjectType }) {
  const { ready, locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const isOn = settings.enabled === true;
  const wasOn = settingsOf(ready.page.settings, type.type).enabled === true;
  const lacks = type.missing.length > 0;
  return (
    <Flex direction="column" gap="sm" testId="type-switch">
      <Toggle
        label={`Sync ${type.plural}`}
        name={`${type.type}-enabled`}
        checked={isOn}
        // Without its permissions, a type can only be turned off.
        readOnly={locked || (lacks && !isOn)}
        onChange={(enabled) => edit((now) => ({ ...now, enabled }))}
        testId="enabled"
      />
      {lacks ? <NotGranted type={type} isOn={wasOn} /> : null}
      {isOn && !wasOn && !lacks ? <WhatTurningOnDoes type={type} /> : null}
      {wasOn && !isOn ? <WhatTurningOffDoes type={type} /> : null}
      {type.pulling === null ? null : <Pulling type={type} />}
    </Flex>
  );
}

/** What an admin has to grant first, and what for. */
function NotGranted({ type, isOn }: { type: ObjectType; isOn: boolean }) {
  const { ready } = useAt();
  const these =
    type.missing.length === 1 ? "this permission" : "these permissions";
  return (
    <Alert
      title={`${type.label.plural} need permissions in HubSpot`}
      variant="warning"
      testId="not-granted"
    >
      <Flex direction="column" gap="xs" align="start">
        <Text>
          {isOn
            ? `${type.label.plural} don't sync until an admin connects HubSpot again and grants ${these}:`
            : `To turn on ${type.plural}, an admin connects HubSpot again and grants ${these}:`}
        </Text>
        <List variant="unordered-styled">
          {type.missing.map((words) => (
            <Text key={words}>{words}</Text>
          ))}
        </List>
        <Button
          size="xs"
          href={{ url: ready.page.connectUrl, external: true }}
          testId="grant"
        >
          Connect again
        </Button>
      </Flex>
    </Alert>
  );
}

function WhatTurningOnDoes({ type }: { type: ObjectType }) {
  const { server } = useAt();
  const { value, failure, again } = useLoaded(type.type, () =>
    server.typeForecast(type),
  );
  return (
    <Alert
      title={`What turning on ${type.plural} does`}
      variant="info"
      testId="turning-on"
    >
      {value !== null ? (
        <Text>{value.sentence}</Text>
      ) : failure === null ? (
        <LoadingSpinner
          label={`Counting ${type.plural} in HubSpot…`}
          showLabel
        />
      ) : (
        <Flex direction="column" gap="xs" align="start">
          <Text>{sentenceOf(failure.message)}</Text>
          <Button size="xs" onClick={again} testId="count-again">
            Try again
          </Button>
        </Flex>
      )}
    </Alert>
  );
}

function WhatTurningOffDoes({ type }: { type: ObjectType }) {
  const productName = useProductName();
  return (
    <Alert
      title={`What turning off ${type.plural} does`}
      variant="info"
      testId="turning-off"
    >
      <Text>
        {`Once you save, ${type.plural} stay in ${productName} and in HubSpot, and changes stay on their side. If you turn on ${type.plural} again, the changes sync.`}
      </Text>
    </Alert>
  );
}

/** How far the pull is that follows the switch. */
function Pulling({ type: { plural, pulling } }: { type: ObjectType }) {
  const total = pulling?.total ?? null;
  const done = pulling?.done ?? 0;
  return (
    <Flex direction="column" gap="xs" testId="pulling">
      <ProgressBar
        title={`Pulling ${plural} from HubSpot`}
        value={done}
        maxValue={Math.max(1, total ?? 1)}
        valueDescription={
          total === null
            ? `${counted(done)} so far`
            : `${counted(done)} of ${counted(total)}`
        }
      />
      <Text variant="microcopy">You can leave this page.</Text>
    </Flex>
  );
}
