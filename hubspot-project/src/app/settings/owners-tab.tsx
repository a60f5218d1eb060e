import {
  Alert,
  EmptyState,
  Flex,
  LoadingSpinner,
  SearchInput,
  Select,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
  useDebounce,
} from "@hubspot/ui-extensions";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { plural, sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { none, outcomeOf, useFollowedRuns } from "./follow-runs.ts";
import { PageButtons, useListPages } from "./list-pages.tsx";
import { OwnerPanel } from "./owner-panel.tsx";
import { emailsOf } from "./overrides.ts";
import type { OwnerRow } from "./page-answer.ts";
import { ReassignButton, recordsOf } from "./reassign-button.tsx";
import { useAnswer } from "./use-answer.ts";
import { useAt, useDraft } from "./use-settings.ts";

const SEARCH_MS = 300;

const filters = [
  { value: "", label: "All" },
  { value: "without_user", label: "Without a user" },
  { value: "without_owner", label: "Without an owner" },
  { value: "departed", label: "Departed" },
];

/** Which of HubSpot's owners are which of the product's emails, and whose records need another owner. */
export function OwnersTab() {
  const productName = useProductName();
  const [state, setState] = useState("");
  const [typed, setTyped] = useState("");
  const search = useDebounce(typed.trim(), SEARCH_MS);
  const reassigning = useReassigning();
  return (
    <Flex direction="column" gap="sm" testId="owners">
      <Text>
        {`An owner is known by email. If someone has another email in ${productName} than in HubSpot, set the owner here.`}
      </Text>
      <OwnerFaults />
      {reassigning.said === null ? null : (
        <Alert
          title={reassigning.isBusy ? "Reassigning…" : "Reassignment ended"}
          variant="info"
          testId="reassigned"
        >
          <Text>{reassigning.said}</Text>
        </Alert>
      )}
      <Flex direction="row" gap="sm" align="end" wrap>
        <Select
          label="Show"
          name="owner-state"
          value={state}
          options={filters}
          onChange={(to) => setState(String(to))}
          testId="owner-state"
        />
        <SearchInput
          label="Search"
          name="owner-search"
          placeholder="Search names and emails"
          value={typed}
          onInput={(text) => setTyped(text)}
          testId="owner-search"
        />
      </Flex>
      <OwnerList
        // A page of one list is none of another.
        key={`${state} ${search}`}
        state={state}
        search={search}
        turn={reassigning.ended}
        isBusy={reassigning.isBusy}
        onReassign={reassigning.start}
      />
    </Flex>
  );
}

/** What the last check of the draft, or HubSpot's owners as last read, say against owners. */
function OwnerFaults() {
  const {
    ready: { page, draft, faults },
  } = useAt();
  const said = [
    ...faults
      .filter(({ path }) => path.startsWith("settings.owners"))
      .map(({ path, message }) => [draft.owners[at(path, 2)]?.email, message]),
    ...page.warnings
      .filter(({ path }) => path.startsWith("owners"))
      .map(({ path, message }) => [
        page.settings.owners[at(path, 1)]?.email,
        message,
      ]),
  ];
  return said.length === 0 ? null : (
    <Alert
      title={`${plural(said.length, "problem")} with owners`}
      variant="warning"
      testId="owner-faults"
    >
      {said.map(([email, message], index) => (
        <Text key={index}>
          {email === undefined ? message : `${email}: ${message}`}
        </Text>
      ))}
    </Alert>
  );
}

const at = (path: string, part: number): number =>
  Number(path.split(".")[part] ?? "");

type ListProps = {
  state: string;
  search: string;
  /** Another number: what is listed may be otherwise. */
  turn: number;
  isBusy: boolean;
  onReassign: (row: OwnerRow, to: string) => void;
};

function OwnerList({ state, search, turn, isBusy, onReassign }: ListProps) {
  const { ready, server } = useAt();
  const productName = useProductName();
  const pages = useListPages();
  const { answer, again } = useAnswer(
    JSON.stringify([state, search, pages.cursor, ready.page.version, turn]),
    () => server.owners(state, search, pages.cursor),
  );
  if (answer === null)
    return (
      <LoadingSpinner label="Loading owners…" showLabel layout="centered" />
    );
  if (answer.kind === "failed")
    return (
      <LoadFailed
        title={answer.title}
        message={answer.message}
        onAgain={again}
      />
    );
  const { results, next } = answer.value;
  if (results.length === 0)
    return <NoOwners isFiltered={state !== "" || search !== ""} />;
  return (
    <>
      <Table density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Owner</TableHeader>
            <TableHeader>{`${atStart(productName)} email`}</TableHeader>
            <TableHeader>Records</TableHeader>
            <TableHeader> </TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {results.map((row) => (
            <Row
              key={keyOf(row)}
              row={row}
              isBusy={isBusy}
              onReassign={(to) => onReassign(row, to)}
            />
          ))}
        </TableBody>
      </Table>
      <PageButtons pages={pages} next={next} />
    </>
  );
}

const keyOf = ({ owner, user }: OwnerRow): string =>
  owner?.id ?? user?.email ?? "";

const states = {
  matched: ["success", "Matched"],
  without_user: ["default", "Without a user"],
  without_owner: ["warning", "Without an owner"],
  departed: ["error", "Departed"],
} as const;

function Row({
  row,
  isBusy,
  onReassign,
}: {
  row: OwnerRow;
  isBusy: boolean;
  onReassign: (to: string) => void;
}) {
  const { ready } = useAt();
  const { draft } = useDraft();
  const key = keyOf(row);
  const { name, email } = row.owner ?? row.user ?? { name: "", email: "" };
  const emails = emailsOf(row, draft.owners);
  const [variant, label] = states[row.state];
  const isSet = emails.some(({ override }) => override !== null);
  const records = recordsOf(row, ready.page.types);
  return (
    <TableRow testId={`owner-${key}`}>
      <TableCell>
        <Text>{name === "" ? email : name}</Text>
        {name === "" ? null : <Text variant="microcopy">{email}</Text>}
        <Tag variant={variant}>{label}</Tag>
      </TableCell>
      <TableCell>
        {emails.map(({ email: each, how, override }) => (
          <Flex key={each} direction="row" gap="xs" align="center" wrap>
            <Text>{each}</Text>
            <Text variant="microcopy">{how}</Text>
            {override === null ? null : (
              <OwnerPanel
                id={`override-${each}`}
                label="Edit"
                row={row}
                override={override}
              />
            )}
          </Flex>
        ))}
        {emails.length === 0 ? <Text variant="microcopy">None</Text> : null}
      </TableCell>
      <TableCell>{records === "" ? "None" : records}</TableCell>
      <TableCell>
        <Flex direction="row" gap="xs" wrap>
          {row.state === "departed" || (row.owner === null && isSet) ? null : (
            <OwnerPanel
              id={`add-override-${key}`}
              label={row.owner === null ? "Set owner" : "Add email"}
              row={row}
              override={null}
            />
          )}
          {records === "" ? null : (
            <ReassignButton row={row} isBusy={isBusy} onReassign={onReassign} />
          )}
        </Flex>
      </TableCell>
    </TableRow>
  );
}

function NoOwners({ isFiltered }: { isFiltered: boolean }) {
  return (
    <EmptyState
      title={isFiltered ? "No owners match" : "No owners yet"}
      layout="vertical"
      testId="no-owners"
    >
      <Text>
        {isFiltered
          ? "Show all, or search for something else."
          : "HubSpot's owners are listed here once they've been read."}
      </Text>
    </EmptyState>
  );
}

type Reassigning =
  | { kind: "idle" }
  | { kind: "starting" }
  | { kind: "following"; runIds: readonly string[]; records: number }
  | { kind: "said"; text: string };

/** One reassignment at a time: what was asked for, and what came of it. */
function useReassigning() {
  const { server, session } = useAt();
  const [now, setNow] = useState<Reassigning>({ kind: "idle" });
  const [ended, setEnded] = useState(0);
  const say = (text: string) => {
    setNow({ kind: "said", text });
    setEnded((before) => before + 1);
  };
  useFollowedRuns(now.kind === "following" ? now.runIds : none, (runs) => {
    say(outcomeOf(runs));
    // What the page says of records may be otherwise now.
    session.refresh();
  });
  return {
    ended,
    isBusy: now.kind === "starting" || now.kind === "following",
    said:
      now.kind === "following"
        ? `${plural(now.records, "record")} get another owner. You can leave this page.`
        : now.kind === "said"
          ? now.text
          : null,
    start: ({ emails }: OwnerRow, to: string) => {
      setNow({ kind: "starting" });
      void server
        .reassign(
          emails.map(({ email }) => email),
          to,
        )
        .then((answer) => {
          if (answer.kind === "failed")
            return say(sentenceOf(answer.message || answer.title));
          const { results } = answer.value;
          const runIds = results.flatMap(({ runId }) => runId ?? []);
          if (runIds.length === 0) return say("There was nothing to do.");
          setNow({
            kind: "following",
            runIds,
            records: results.reduce((sum, { records }) => sum + records, 0),
          });
        });
    },
  };
}
