import {
  Button,
  DescriptionList,
  DescriptionListItem,
  Flex,
  Link,
  StatusTag,
  Text,
} from "@hubspot/ui-extensions";
import type { ReactNode } from "react";
import type { SyncView } from "./sync-view.ts";
import { startedBy, when } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { capitalized } from "counterpart-kit/words.ts";
import { statusTags } from "./wording.ts";

type Props = {
  view: SyncView;
  clock: Clock;
  refreshing: boolean;
  busy: boolean;
  onRefresh: () => void;
  children: ReactNode;
};

/** The status, why, the link to the record, and when values last synced. */
export function StatusHeader({
  view,
  clock,
  refreshing,
  busy,
  onRefresh,
  children,
}: Props) {
  const tag = statusTags[view.status];
  return (
    <Flex direction="column" gap="xs">
      <Flex direction="row" justify="between" align="center" gap="sm">
        <StatusTag
          variant={tag.variant}
          hollow={["not_synced", "not_checked"].includes(view.status)}
          testId="status"
        >
          {tag.label}
        </StatusTag>
        <Button
          variant="transparent"
          size="xs"
          disabled={refreshing || busy}
          onClick={onRefresh}
          testId="refresh"
        >
          {refreshing ? "Refreshing…" : "Refresh"}
        </Button>
      </Flex>
      {children}
      {view.record === null || view.record.url === null ? null : (
        <Link
          href={{ url: view.record.url, external: true }}
          testId="open-record"
        >
          {`Open in ${view.productName}`}
        </Link>
      )}
      {view.lastPull !== null || view.lastPush !== null ? (
        <DescriptionList direction="row" testId="last">
          <DescriptionListItem label="Last pulled">
            <Text>{moved(view.lastPull, clock, view.productName)}</Text>
          </DescriptionListItem>
          <DescriptionListItem label="Last pushed">
            <Text>{moved(view.lastPush, clock, view.productName)}</Text>
          </DescriptionListItem>
        </DescriptionList>
      ) : null}
    </Flex>
  );
}

const moved = (
  stamp: SyncView["lastPull"],
  clock: Clock,
  productName: string,
): string =>
  stamp === null
    ? "Never"
    : `${capitalized(when(stamp.at, clock))} ${startedBy(stamp.by, productName)}`;
