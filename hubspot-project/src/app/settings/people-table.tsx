import {
  Flex,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import { capitalized } from "counterpart-kit/words.ts";
import { ActiveButton } from "./active-button.tsx";
import { LinkButton } from "./link-button.tsx";
import type { PermissionChoice, Person } from "./people-answer.ts";
import { PersonPanel } from "./person-panel.tsx";

type Props = {
  permissions: readonly PermissionChoice[];
  locked: boolean;
  onChanged: () => void;
};

/** A page of people. */
export function PeopleTable({
  people,
  ...rest
}: Props & { people: readonly Person[] }) {
  return (
    <Table density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>Person</TableHeader>
          <TableHeader>Permissions</TableHeader>
          <TableHeader>In HubSpot</TableHeader>
          <TableHeader>Status</TableHeader>
          <TableHeader> </TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} {...rest} />
        ))}
      </TableBody>
    </Table>
  );
}

function PersonRow({
  person,
  permissions,
  locked,
  onChanged,
}: Props & { person: Person }) {
  const { id, email, name, active, isSyncUser, hubspot } = person;
  return (
    <TableRow testId={`person-${email}`}>
      <TableCell>
        <Text>{name === "" ? email : name}</Text>
        {name === "" ? null : <Text variant="microcopy">{email}</Text>}
      </TableCell>
      <TableCell>{grantedTo(person, permissions)}</TableCell>
      <TableCell>{hubspot.sentence}</TableCell>
      <TableCell>
        <Flex direction="column" gap="xs" align="start">
          <StatusTag variant={active ? "success" : "default"}>
            {active ? "Active" : "Deactivated"}
          </StatusTag>
          {isSyncUser ? <Tag>Sync user</Tag> : null}
        </Flex>
      </TableCell>
      <TableCell>
        <Flex direction="row" gap="xs" wrap>
          <PersonPanel
            key={id}
            label="Edit"
            person={person}
            permissions={permissions}
            locked={locked}
            onDone={onChanged}
          />
          <LinkButton person={person} locked={locked} />
          <ActiveButton person={person} locked={locked} onDone={onChanged} />
        </Flex>
      </TableCell>
    </TableRow>
  );
}

/** What a person may do, in words. Somebody who is deactivated keeps the permissions, and may do nothing. */
function grantedTo(
  { permissions, active }: Person,
  choices: readonly PermissionChoice[],
): string {
  if (!active) return "Nothing while deactivated";
  const labels = choices
    .filter(({ permission }) => permissions.includes(permission))
    .map(({ label }) => label.toLowerCase());
  return labels.length === 0 ? "Nothing" : capitalized(labels.join(", "));
}
