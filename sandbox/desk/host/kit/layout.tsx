import { classes, sizeOf } from "./props.ts";
import type { Common } from "./props.ts";

type FlexProps = Common & {
  direction?: string;
  justify?: string;
  align?: string;
  alignSelf?: string;
  wrap?: boolean | string;
  gap?: string;
};

export function Flex({
  direction = "row",
  justify,
  align,
  alignSelf,
  wrap,
  gap,
  children,
  testId,
}: FlexProps) {
  const name = classes(
    "k-flex",
    `k-direction-${direction}`,
    `k-gap-${sizeOf(gap, "flush")}`,
    justify && `k-justify-${justify}`,
    align && `k-align-${align}`,
    alignSelf && `k-self-${alignSelf}`,
    (wrap === true || wrap === "wrap") && "k-wrap",
  );
  return (
    <div className={name} data-testid={testId}>
      {children}
    </div>
  );
}

export function Box({
  alignSelf,
  flex,
  children,
  testId,
}: Common & { alignSelf?: string; flex?: string | number }) {
  const name = classes("k-box", alignSelf && `k-self-${alignSelf}`);
  return (
    <div className={name} style={{ flex }} data-testid={testId}>
      {children}
    </div>
  );
}

export function Divider({
  distance,
  size,
}: {
  distance?: string;
  size?: string;
}) {
  return (
    <hr className={`k-divider k-distance-${sizeOf(distance ?? size, "sm")}`} />
  );
}

export function Tile({
  compact,
  flush,
  children,
  testId,
}: Common & { compact?: boolean; flush?: boolean }) {
  return (
    <section
      className={classes("k-tile", compact && "k-compact", flush && "k-flush")}
      data-testid={testId}
    >
      {children}
    </section>
  );
}
