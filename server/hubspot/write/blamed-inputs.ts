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

/** What is wrong with a value, whichever object is to have it. */
const ofValue = new Set(["INVALID_OPTION"]);

/**
 * The inputs that the refusal of a whole batch names: by trace id, by id, by a property that no value suits, or by one
 * that all of them give the same value, as new objects get their source. Empty when it names none: the batch must be
 * halved.
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
  const carry = (names: readonly string[]): readonly Input[] =>
    inputs.filter((input) =>
      names.some((property) => Object.hasOwn(input.properties, property)),
    );
  return properties.length > 0
    ? carry(properties)
    : carry(sharedValues(body, inputs));
}

/** The properties of a refusal, if each has one value in all inputs and nothing but that value is wrong. */
function sharedValues(
  { details }: ErrorBody,
  inputs: readonly Blameable[],
): readonly string[] {
  const properties = details.flatMap(({ code, property }) =>
    code !== null && ofValue.has(code) && property !== null ? [property] : [],
  );
  const isShared = (property: string): boolean =>
    new Set(
      inputs.flatMap(({ properties: values }) =>
        Object.hasOwn(values, property) ? [values[property]] : [],
      ),
    ).size === 1;
  return properties.length === details.length && properties.every(isShared)
    ? properties
    : [];
}
