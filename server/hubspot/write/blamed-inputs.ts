import type { ErrorBody } from "../errors.ts";
import { refusedObjectId } from "../write-error.ts";

type Blameable = {
  readonly traceId: string;
  readonly id: string | null;
  readonly properties: Readonly<Record<string, string>>;
};

/** What is wrong with a property whatever its value: every input that carries it would be refused. */
const wholeProperty = new Set([
  "PROPERTY_DOESNT_EXIST",
  "READ_ONLY_VALUE",
  "READ_ONLY_PROPERTY",
  "CALCULATED_PROPERTY",
]);

/**
 * The inputs that the refusal of a whole batch names, by trace id, by id, or by a property that no value suits. Empty
 * when it names none: the batch must be halved.
 */
export function blamedInputs<Input extends Blameable>(
  body: ErrorBody,
  inputs: readonly Input[],
): readonly Input[] {
  const traceIds = new Set(body.context["objectWriteTraceId"]);
  const refused = refusedObjectId(body);
  const ids = new Set([
    ...(body.context["ids"] ?? []),
    ...(refused === null ? [] : [refused]),
  ]);
  const named = inputs.filter(
    ({ traceId, id }) => traceIds.has(traceId) || (id !== null && ids.has(id)),
  );
  if (named.length > 0) return named;
  const properties = body.details
    .filter(({ code }) => code !== null && wholeProperty.has(code))
    .map(({ property }) => property)
    .filter((property) => property !== null);
  return inputs.filter((input) =>
    properties.some((property) => Object.hasOwn(input.properties, property)),
  );
}
