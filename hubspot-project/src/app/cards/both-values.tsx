import { Box, Flex, Text } from "@hubspot/ui-extensions";

type Sides = { workspace: string | null; hubspot: string | null };

/** What each side holds, next to each other. */
export function BothValues({ workspace, hubspot }: Sides) {
  return (
    <Flex direction="row" gap="sm">
      <Side name="Workspace" value={workspace} />
      <Side name="HubSpot" value={hubspot} />
    </Flex>
  );
}

function Side({ name, value }: { name: string; value: string | null }) {
  const blank = value === null || value === "";
  return (
    <Box flex={1}>
      <Text variant="microcopy">{name}</Text>
      {blank ? (
        <Text format={{ italic: true }}>empty</Text>
      ) : (
        <Text truncate={value.length > 120 ? { tooltipText: value } : false}>
          {value}
        </Text>
      )}
    </Box>
  );
}
