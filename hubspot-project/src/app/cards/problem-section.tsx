import { Alert, Flex, Link, LoadingButton, Text } from "@hubspot/ui-extensions";
import type { Press } from "./ask-server.ts";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { HelpLine } from "./help-line.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { Problem, SyncView } from "./sync-view.ts";
import { when } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { isolated, withIsolatedQuotes } from "counterpart-kit/value-text.ts";
import { capitalized, plural, sentenceOf } from "counterpart-kit/words.ts";

type Props = {
  view: Pick<
    SyncView,
    | "problem"
    | "problems"
    | "moreProblems"
    | "fields"
    | "objectType"
    | "unpermitted"
  >;
  clock: Clock;
  busy: boolean;
  press: Press | null;
  onPress: (press: Press) => void;
};

/** Every problem: what went wrong, what to do, and the buttons that resolve it. */
export function ProblemSection({ view, clock, busy, press, onPress }: Props) {
  // A server of the previous version gives only the first problem.
  const problems =
    view.problems.length > 0
      ? view.problems
      : view.problem === null
        ? []
        : [view.problem];
  const count = problems.length + view.moreProblems;
  return (
    <>
      {problems.map((problem, place) => (
        <OneProblem
          key={problem.id}
          problem={problem}
          objectType={view.objectType}
          place={count > 1 ? `${place + 1} of ${count}` : ""}
          what={count > 1 ? nameOf(problem, place, view.fields) : ""}
          mark={place === 0 ? "" : `-${problem.id}`}
          mayLink={view.unpermitted.push === null}
          clock={clock}
          busy={busy}
          press={press}
          onPress={onPress}
        />
      ))}
      {view.moreProblems > 0 ? (
        <Text variant="microcopy">{`and ${plural(view.moreProblems, "more problem")}`}</Text>
      ) : null}
    </>
  );
}

/** Distinguishes the Retry buttons of several problems: by the field, or by the place. */
function nameOf(
  { field, record }: Problem,
  place: number,
  fields: SyncView["fields"],
): string {
  const known = fields.find((one) => one.field === field);
  return record === null && known !== undefined
    ? ` ${known.label}`
    : ` problem ${place + 1}`;
}

type OneProps = Omit<Props, "view"> & {
  problem: Problem;
  objectType: string;
  place: string;
  what: string;
  /** Distinguishes the test ids of further problems from those of the first. */
  mark: string;
  /** A person who may not push can't link either; the reason is that of Retry. */
  mayLink: boolean;
};

function OneProblem({
  problem,
  objectType,
  place,
  what,
  mark,
  mayLink,
  clock,
  busy,
  press,
  onPress,
}: OneProps) {
  const { id, record, cause, fix, since, attempts, retry, help } = problem;
  const productName = useProductName();
  const { correlationId } = problem;
  const retrying = press?.action === "retry" && press.attentionId === id;
  return (
    <Alert
      title={withIsolatedQuotes(cause)}
      variant="danger"
      testId={`problem${mark}`}
    >
      <Flex direction="column" gap="xs" align="start">
        {place === "" ? null : <Text variant="microcopy">{place}</Text>}
        {record === null ? null : (
          <Text>{`This problem is about ${isolated(record.name)} in ${productName}.`}</Text>
        )}
        <Text testId={`fix${mark}`}>{sentenceOf(fix)}</Text>
        <Text variant="microcopy">
          {sentenceOf(
            `First seen ${when(since, clock)}, tried ${plural(attempts, "time")}`,
            correlationId === null
              ? null
              : `For HubSpot's support: ${correlationId}`,
          )}
        </Text>
        {problem.objects.map((object) => (
          <LinkChoice
            key={object.id}
            object={object}
            objectType={objectType}
            isMatch={problem.code === "match_to_confirm"}
            several={problem.objects.length > 1 || place !== ""}
            busy={busy || !mayLink}
            active={
              press?.action === "resolve" &&
              press.choice === "link_existing" &&
              press.linkTo === object.id
            }
            onLink={() =>
              onPress({
                action: "resolve",
                attentionId: id,
                choice: "link_existing",
                linkTo: object.id,
              })
            }
          />
        ))}
        <LoadingButton
          size="xs"
          variant="secondary"
          loading={retrying}
          disabled={busy || !retry.allowed}
          onClick={() => onPress({ action: "retry", attentionId: id })}
          testId={`retry${mark}`}
        >
          {retrying ? "Retrying…" : `Retry${what}`}
        </LoadingButton>
        {retry.allowed || retry.reason === null ? null : (
          <Text variant="microcopy" testId={`retry-reason${mark}`}>
            {sentenceOf(retry.reason)}
          </Text>
        )}
        {help === null ? null : <HelpLine help={help} />}
      </Flex>
    </Alert>
  );
}

/**
 * An object in HubSpot that the record may be linked to, in place of a creation or because both are the same; another
 * record that has it loses it, so that is asked first.
 */
function LinkChoice({
  object,
  objectType,
  isMatch,
  several,
  busy,
  active,
  onLink,
}: {
  object: Problem["objects"][number];
  objectType: string;
  isMatch: boolean;
  /** Whether other buttons on the card link as well. */
  several: boolean;
  busy: boolean;
  active: boolean;
  onLink: () => void;
}) {
  const { id, url, holder } = object;
  const target = several ? `${objectType} ${id}` : "it";
  return (
    <Flex direction="row" gap="sm" align="center" wrap>
      <LoadingButton
        size="xs"
        variant="secondary"
        loading={active}
        disabled={busy}
        {...(holder === null
          ? { onClick: onLink }
          : {
              overlay: (
                <ConfirmModal
                  id={`confirm-link-${id}`}
                  title={`Link to this ${objectType} instead?`}
                  label={`Link ${objectType}`}
                  onConfirm={onLink}
                >
                  <Text>{`${isolated(holder)} will be unlinked from it.`}</Text>
                </ConfirmModal>
              ),
            })}
        testId={`link-${id}`}
      >
        {`Link to ${target}${isMatch ? "" : " instead"}`}
      </LoadingButton>
      <Link href={url}>{`${capitalized(objectType)} ${id} in HubSpot`}</Link>
    </Flex>
  );
}
