import { Link, Text } from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { Duplicate } from "./sync-view.ts";
import { isolated } from "counterpart-kit/value-text.ts";

/** Others that may be the same person or company: quiet, since nothing has to be done about them. */
export function DuplicateLine({ duplicates }: { duplicates: Duplicate[] }) {
  const productName = useProductName();
  if (duplicates.length === 0) return null;
  return (
    <Text variant="microcopy" testId="duplicates">
      {"Possibly the same as "}
      {duplicates.map(({ id, name, url }, place) => (
        <Text key={id} inline variant="microcopy">
          {place === 0 ? "" : ", "}
          {url === null ? (
            `${isolated(name)} (in ${productName})`
          ) : (
            <Link href={url} testId={`duplicate-${id}`}>
              {isolated(name)}
            </Link>
          )}
        </Text>
      ))}
      {
        ". If they're the same, merge them in HubSpot: open the one to keep, then click Actions and Merge."
      }
    </Text>
  );
}
