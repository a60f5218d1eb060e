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

type StackProps = Common & {
  direction?: string;
  distance?: string;
  justify?: string;
  align?: string;
  width?: string;
};

export function Stack({
  direction = "column",
  distance = "flush",
  width,
  ...rest
}: StackProps) {
  const { justify, align, children, testId } = rest;
  const name = classes(
    "k-flex",
    `k-direction-${direction}`,
    `k-gap-${sizeOf(distance, "flush")}`,
    justify && `k-justify-${justify}`,
    align && `k-align-${align}`,
    width === "100%" && "k-full",
  );
  return (
    <div className={name} data-testid={testId}>
      {children}
    </div>
  );
}

export function Inline({
  justify,
  align,
  gap = "small",
  children,
  testId,
}: FlexProps) {
  const name = classes(
    "k-flex k-direction-row k-wrap",
    `k-gap-${sizeOf(gap, "sm")}`,
    justify && `k-justify-${justify}`,
    `k-align-${align ?? "center"}`,
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

type GridProps = Common & {
  columnWidth: number;
  gap?: string;
  flexible?: boolean;
};

export function AutoGrid({
  columnWidth,
  gap,
  flexible,
  children,
  testId,
}: GridProps) {
  const fill = flexible ? "auto-fit" : "auto-fill";
  const template = `repeat(${fill}, minmax(min(100%, ${columnWidth}px), 1fr))`;
  return (
    <div
      className={`k-grid k-gap-${sizeOf(gap, "flush")}`}
      style={{ gridTemplateColumns: template }}
      data-testid={testId}
    >
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

export function Spacer({ size }: { size?: string }) {
  return <div className={`k-spacer-${sizeOf(size, "sm")}`} />;
}

export function Card({ children, testId }: Common) {
  return (
    <section className="k-card" data-testid={testId}>
      {children}
    </section>
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
