import {
  Accordion,
  Checkbox,
  Flex,
  NumberInput,
  Text,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { TypeSettings } from "./document.ts";
import type { ObjectType } from "./page-answer.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

type Brakes = TypeSettings["brakes"];

/** How many automatic changes at once wait for someone's approval. */
export function BrakeSection({ type }: { type: ObjectType }) {
  const { locked } = useAt();
  const { settings, edit, faultAt } = useTypeDraft(type);
  const productName = useProductName();
  const { brakes } = settings;
  const set = (some: Partial<Brakes>) =>
    edit((now) => ({ ...now, brakes: { ...now.brakes, ...some } }));
  const number = (
    path: string,
    label: string,
    value: number,
    onChange: (value: number) => void,
  ) => (
    <NumberInput
      label={label}
      name={path}
      min={0}
      value={value}
      readOnly={locked}
      onChange={onChange}
      testId={path}
      {...faultAt(`brakes.${path}`)}
    />
  );
  const limits = (["creations", "updates"] as const).flatMap((kind) =>
    (["toHubSpot", "toWorkspace"] as const).map((side) => ({ kind, side })),
  );
  return (
    <Accordion title="Approval of many changes at once" size="sm">
      <Flex direction="column" gap="sm" testId="brakes">
        <Text variant="microcopy">
          Automatic changes above a limit wait until someone approves them on a
          card. What people do with buttons isn't limited.
        </Text>
        <Checkbox
          name="deletions"
          checked={brakes.deletions !== null}
          readOnly={locked}
          onChange={(isOn) =>
            set({ deletions: isOn ? { count: 20, share: 0.05 } : null })
          }
          testId="brake-deletions"
        >
          Many deletions need approval
        </Checkbox>
        {brakes.deletions === null ? null : (
          <>
            {number(
              "deletions.count",
              "At least so many deletions",
              brakes.deletions.count,
              (count) =>
                brakes.deletions !== null &&
                set({ deletions: { ...brakes.deletions, count } }),
            )}
            {number(
              "deletions.share",
              `And more than so many percent of the linked ${type.plural}`,
              Math.round(brakes.deletions.share * 10_000) / 100,
              (percent) =>
                brakes.deletions !== null &&
                set({
                  deletions: { ...brakes.deletions, share: percent / 100 },
                }),
            )}
          </>
        )}
        {limits.map(({ kind, side }) => {
          const value = brakes[kind][side];
          const place = `${kind}.${side}`;
          const what = `${kind === "creations" ? "new" : "changed"} ${type.plural} in ${side === "toHubSpot" ? "HubSpot" : productName}`;
          const limit = (to: number | null) =>
            set({ [kind]: { ...brakes[kind], [side]: to } });
          return (
            <Flex key={place} direction="column" gap="xs">
              <Checkbox
                name={place}
                checked={value !== null}
                readOnly={locked}
                onChange={(isOn) => limit(isOn ? 1_000 : null)}
                testId={`brake-${place}`}
              >
                {`Many ${what} need approval`}
              </Checkbox>
              {value === null
                ? null
                : number(place, `More than so many ${what}`, value, limit)}
            </Flex>
          );
        })}
        {number(
          "windowMinutes",
          "Changes within so many minutes count as at once",
          brakes.windowMinutes,
          (windowMinutes) => set({ windowMinutes }),
        )}
        {number(
          "expiryDays",
          "An approval stays open for so many days",
          brakes.expiryDays,
          (expiryDays) => set({ expiryDays }),
        )}
      </Flex>
    </Accordion>
  );
}
