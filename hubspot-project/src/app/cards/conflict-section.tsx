import {
  ButtonRow,
  Flex,
  Heading,
  LoadingButton,
  Text,
  Tile,
} from "@hubspot/ui-extensions";
import type { Press } from "./ask-server.ts";
import { BothValues } from "./both-values.tsx";
import { FieldEffects } from "./field-effects.tsx";
import { conflictsOf } from "./said-once.ts";
import type { Held, SyncView } from "./sync-view.ts";
import { plural, quoted, sentenceOf } from "counterpart-kit/words.ts";

type Resolve = Extract<Press, { action: "resolve" }>;
type Side = "workspace" | "hubspot";
type Props = {
  view: SyncView;
  busy: boolean;
  settling: Resolve | null;
  onResolve: (press: Resolve) => void;
};

/** Conflicts to resolve: both values, what they were when they were last in sync, and the choice. */
export function ConflictSection({ view, busy, settling, onResolve }: Props) {
  const { held, moreHeld, fields, productName, unpermitted } = view;
  // To keep a side's value is to write it to the other side.
  const stops = { workspace: unpermitted.push, hubspot: unpermitted.pull };
  const said = new Set(Object.values(stops));
  const count = held.length + moreHeld;
  const keepAll = (choice: Side, label: string) => (
    <LoadingButton
      size="xs"
      variant="secondary"
      loading={
        settling !== null && "all" in settling && settling.choice === choice
      }
      disabled={busy || stops[choice] !== null}
      onClick={() => onResolve({ action: "resolve", all: true, choice })}
      testId={`keep-all-${choice}`}
    >
      {label}
    </LoadingButton>
  );
  if (held.length === 0) return null;
  return (
    <Flex direction="column" gap="sm" testId="held">
      <Heading>{conflictsOf(view)}</Heading>
      {[...said].map((stop) =>
        stop === null ? null : (
          <Text key={stop} variant="microcopy" testId="held-refused">
            {sentenceOf(stop)}
          </Text>
        ),
      )}
      {count > 1 ? (
        <ButtonRow>
          {keepAll("hubspot", "Use HubSpot's for all")}
          {keepAll("workspace", `Use ${productName}'s for all`)}
        </ButtonRow>
      ) : null}
      {held.map((one, place) => {
        const effects = fields.find(({ field }) => field === one.field);
        const mine =
          settling !== null &&
          "attentionId" in settling &&
          settling.attentionId === one.id
            ? settling.choice
            : null;
        const keep = (choice: Side, label: string) => (
          <LoadingButton
            size="xs"
            variant="secondary"
            loading={mine === choice}
            disabled={busy || stops[choice] !== null}
            onClick={() =>
              onResolve({ action: "resolve", attentionId: one.id, choice })
            }
            testId={`keep-${choice}-${one.id}`}
          >
            {label}
          </LoadingButton>
        );
        return (
          <Tile key={one.id} compact testId={`held-${one.id}`}>
            <Flex direction="column" gap="xs">
              <Text format={{ fontWeight: "demibold" }}>
                {count > 1
                  ? `${one.label} (${place + 1} of ${count})`
                  : one.label}
              </Text>
              <BothValues of={one} newer={null} />
              <Text variant="microcopy">{lastInSync(one, productName)}</Text>
              {effects === undefined ? null : (
                <FieldEffects field={effects} view={view} />
              )}
              <ButtonRow>
                {keep("hubspot", `Use HubSpot's ${one.label}`)}
                {keep("workspace", `Use ${productName}'s ${one.label}`)}
              </ButtonRow>
            </Flex>
          </Tile>
        );
      })}
      {moreHeld > 0 ? (
        <Text variant="microcopy">{`and ${plural(moreHeld, "more conflict")}`}</Text>
      ) : null}
    </Flex>
  );
}

function lastInSync({ base }: Held, productName: string): string {
  if (base.workspace === null && base.hubspot === null)
    return "These values have never been in sync.";
  if (base.workspace === base.hubspot)
    return sentenceOf(`Last in sync: ${quoted(base.workspace)}`);
  return sentenceOf(
    `Last in sync: ${quoted(base.workspace)} in ${productName} and ${quoted(base.hubspot)} in HubSpot`,
  );
}
