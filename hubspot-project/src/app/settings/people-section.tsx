import {
  Button,
  EmptyState,
  Flex,
  Heading,
  LoadingSpinner,
  SearchInput,
  Text,
  useDebounce,
} from "@hubspot/ui-extensions";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { useState } from "react";
import { PageButtons, useListPages } from "./list-pages.tsx";
import { PeopleTable } from "./people-table.tsx";
import { PersonPanel } from "./person-panel.tsx";
import { useAnswer } from "./use-answer.ts";
import { useAt } from "./use-settings.ts";

/** How long a search waits for more letters, in milliseconds. */
const TYPING_MS = 300;

/** The product's people, a page at a time, with what each of them may do. */
export function PeopleSection() {
  const { server, session, locked } = useAt();
  const productName = useProductName();
  const [search, setSearch] = useState("");
  const searched = useDebounce(search, TYPING_MS);
  const pages = useListPages();
  const { answer, isAsking, again } = useAnswer(
    JSON.stringify([searched, pages.cursor]),
    () => server.people.list(searched, pages.cursor),
  );
  // What the page says of the sync user, and who may change settings, may have changed too.
  const changed = () => {
    again();
    session.refresh();
  };
  const lookFor = (text: string) => {
    setSearch(text);
    pages.toFirst();
  };
  if (answer === null)
    return (
      <LoadingSpinner label="Loading people…" showLabel layout="centered" />
    );
  if (answer.kind === "failed")
    return (
      <LoadFailed
        title={answer.title}
        message={answer.message}
        onAgain={again}
      />
    );
  const { permissions, results, next } = answer.value;
  return (
    <Flex direction="column" gap="sm" testId="people-section">
      <Heading>{`People of ${productName}`}</Heading>
      <Text>
        {`What they may do on cards in HubSpot, and in ${productName}. Changes to this list apply at once, without Save.`}
      </Text>
      <Flex direction="row" gap="sm" align="end" wrap>
        <SearchInput
          label="Search"
          name="people-search"
          placeholder="Search name or email"
          value={search}
          onInput={lookFor}
          testId="people-search"
        />
        <PersonPanel
          label="Add a person"
          permissions={permissions}
          locked={locked}
          onDone={changed}
        />
        {isAsking ? <Text variant="microcopy">Updating…</Text> : null}
      </Flex>
      {results.length > 0 ? (
        <PeopleTable
          people={results}
          permissions={permissions}
          locked={locked}
          onChanged={changed}
        />
      ) : searched.trim() === "" ? (
        <EmptyState title="No people yet" layout="vertical" testId="no-people">
          <Text>
            {`Add the people of ${productName} to decide what each of them may do. ${atStart(productName)}'s developers can add them too.`}
          </Text>
        </EmptyState>
      ) : (
        <EmptyState
          title="No people match"
          layout="vertical"
          testId="no-people-match"
        >
          <Button size="xs" onClick={() => lookFor("")} testId="clear-search">
            Clear search
          </Button>
        </EmptyState>
      )}
      <PageButtons pages={pages} next={next} />
    </Flex>
  );
}
