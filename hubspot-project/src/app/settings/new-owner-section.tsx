import { Flex, Heading, Text, ToggleGroup } from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { Answer } from "counterpart-kit/ask.ts";
import type { NewOwner } from "./document.ts";
import { emailOf } from "./overrides.ts";
import type { ObjectType, Owners } from "./page-answer.ts";
import type { Choices } from "./people-answer.ts";
import { PersonSelect } from "./person-select.tsx";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** Which owner a new object in HubSpot gets, of a type whose records have owners (AP-023, BN-017). */
export function NewOwnerSection({ type }: { type: ObjectType }) {
  const { ready, server, locked } = useAt();
  const { settings, edit, faultAt } = useTypeDraft(type);
  const productName = useProductName();
  const { newOwner } = settings;
  if (newOwner === undefined) return null;
  const { syncUser, chosenSyncUser } = ready.page.installation;
  const set = (to: NewOwner) => edit((now) => ({ ...now, newOwner: to }));
  const options = [
    {
      value: "none",
      label: "No owner",
      description: `The ${type.singular} has no owner until someone assigns one`,
    },
    {
      value: "sync_user",
      label: "The sync user",
      description: (chosenSyncUser ?? syncUser).email,
    },
    { value: "owner", label: "One owner", description: "Always the same" },
  ];
  const warning = ready.page.warnings.find(({ path }) =>
    path.startsWith(`${type.type}.newOwner`),
  );
  return (
    <Flex direction="column" gap="sm" testId={`${type.type}-new-owner`}>
      <Heading>{`Owner of new ${type.plural} in HubSpot`}</Heading>
      <Text>
        {`A new ${type.singular} in HubSpot gets the owner that it has in ${productName}. If it has none, the person who pushes it becomes its owner, if that person is an owner in HubSpot.`}
      </Text>
      <ToggleGroup
        toggleType="radioButtonList"
        label="In all other cases, it gets"
        name={`${type.type}-new-owner`}
        value={newOwner.rule}
        options={options.map((option) => ({ ...option, readOnly: locked }))}
        onChange={(rule: string) =>
          set(rule === "owner" ? { rule, ownerEmail: "" } : { rule })
        }
        testId="new-owner"
        {...(newOwner.rule === "owner" ? {} : faultAt("newOwner"))}
      />
      {newOwner.rule === "owner" ? (
        <PersonSelect
          label="Owner"
          name={`${type.type}-owner`}
          value={newOwner.ownerEmail ?? ""}
          by="email"
          readOnly={locked}
          search={async (text) =>
            choicesIn(await server.ownerChoices(text), newOwner.ownerEmail)
          }
          onChange={(ownerEmail) => set({ rule: "owner", ownerEmail })}
          testId="new-owner-email"
          {...(newOwner.ownerEmail === "" && faultAt("newOwner").error
            ? { error: true, validationMessage: "Choose an owner." }
            : faultAt("newOwner"))}
        />
      ) : null}
      {warning === undefined ? null : (
        <Text variant="microcopy" testId="new-owner-warning">
          {warning.message}
        </Text>
      )}
    </Flex>
  );
}

/**
 * Owners as people are chosen: by the email that was chosen before, if it's this owner, or else by one that is. An owner
 * without an email in the product can't be chosen.
 */
const choicesIn = (
  answer: Answer<Owners>,
  chosen: string | undefined,
): Answer<Choices> =>
  answer.kind === "failed"
    ? answer
    : {
        kind: "answered",
        value: {
          results: answer.value.results.flatMap((row) => {
            const email = row.emails.some((one) => one.email === chosen)
              ? chosen
              : emailOf(row);
            return row.owner === null || email === undefined
              ? []
              : [{ id: row.owner.id, email, name: row.owner.name }];
          }),
          more: answer.value.next !== null,
        },
      };
