import {
  Alert,
  Button,
  Flex,
  LoadingSpinner,
  Text,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import type { ObjectType, Pipeline } from "./page-answer.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt } from "./use-settings.ts";

/** What a pipeline's change in the draft will do, in numbers, before it is saved (AP-041). */
export function PipelineEffects({
  type,
  pipeline: { id, label },
  selected,
}: {
  type: ObjectType;
  pipeline: Pipeline;
  selected: boolean;
}) {
  const { server } = useAt();
  const productName = useProductName();
  const { value, failure, again } = useLoaded(
    `${type.type} ${id} ${selected}`,
    () => server.checkPipeline(type, id, selected),
  );
  const sentences = value?.effects.map(({ sentence }) => sentence) ?? [];
  return (
    <Alert
      title={`What ${selected ? "checking" : "unchecking"} ${label} does once you save`}
      variant={selected ? "info" : "warning"}
      testId={`effects-${id}`}
    >
      {value !== null ? (
        <Text>
          {sentenceOf(
            ...(sentences.length > 0
              ? sentences
              : [`No ${type.plural} of it are in ${productName}`]),
          )}
        </Text>
      ) : failure === null ? (
        <LoadingSpinner label={`Counting ${type.plural}…`} showLabel />
      ) : (
        <Flex direction="column" gap="xs" align="start">
          <Text>{sentenceOf(failure.message)}</Text>
          <Button size="xs" onClick={again} testId={`effects-${id}-again`}>
            Try again
          </Button>
        </Flex>
      )}
    </Alert>
  );
}
