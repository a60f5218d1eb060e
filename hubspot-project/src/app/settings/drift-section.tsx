import {
  Button,
  Flex,
  Heading,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import { More } from "counterpart-kit/confirm-modal.tsx";
import { dateAndTime } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { CheckedLine } from "./checked-line.tsx";
import { useAt } from "./use-settings.ts";

/** The most findings that are listed; Mapping has each at its row. */
const MOST = 5;

/** What of the mappings no longer fits HubSpot, so that it's seen before a push fails. */
export function DriftSection() {
  const { ready, clock, open } = useAt();
  const { drift, types } = ready.page;
  return (
    <Flex direction="column" gap="sm" testId="drift-section">
      <Heading>Mappings and HubSpot</Heading>
      {drift.count === 0 ? (
        <Text testId="no-drift">All saved mappings fit what HubSpot has.</Text>
      ) : (
        <Table density="condensed">
          <TableHead>
            <TableRow>
              <TableHeader>What no longer fits</TableHeader>
              <TableHeader>Since</TableHeader>
              <TableHeader> </TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {drift.results
              .slice(0, MOST)
              .map(({ objectType, field, code, cause, fix, since }) => (
                <TableRow key={`${objectType} ${field} ${code}`}>
                  <TableCell>
                    <Text>{sentenceOf(cause)}</Text>
                    <Text variant="microcopy">{sentenceOf(fix)}</Text>
                  </TableCell>
                  <TableCell>{dateAndTime(since, clock.locale)}</TableCell>
                  <TableCell>
                    <Button
                      size="xs"
                      variant="secondary"
                      onClick={() => open(`${objectType}/mapping`)}
                      testId={`open-${objectType}-${field}-${code}`}
                    >
                      {`Open ${
                        types.find(({ type }) => type === objectType)
                          ?.singular ?? objectType
                      } mapping`}
                    </Button>
                  </TableCell>
                </TableRow>
              ))}
          </TableBody>
        </Table>
      )}
      <More count={drift.count - Math.min(drift.results.length, MOST)} />
      <CheckedLine />
    </Flex>
  );
}
