import { classes, cardEvent } from "./props.ts";
import type { Common, Handler } from "./props.ts";
import { Icon } from "./icon.tsx";
import { useOverlay } from "./overlay.tsx";
import type { ReactNode } from "react";

type Format = {
  fontWeight?: string;
  italic?: boolean;
  lineDecoration?: string;
  textTransform?: string;
};
type TextProps = Common & {
  variant?: string;
  inline?: boolean;
  format?: Format;
  truncate?: boolean | { maxWidth?: number; tooltipText?: string };
};

export function Text({
  variant = "bodytext",
  inline,
  format = {},
  truncate,
  children,
  testId,
}: TextProps) {
  const name = classes(
    `k-text k-${variant}`,
    format.fontWeight && `k-weight-${format.fontWeight}`,
    format.italic && "k-italic",
    format.lineDecoration && `k-line-${format.lineDecoration}`,
    format.textTransform && `k-transform-${format.textTransform}`,
    Boolean(truncate) && "k-truncate",
  );
  const limits = typeof truncate === "object" ? truncate : {};
  const Tag = inline ? "span" : "div";
  return (
    <Tag
      className={name}
      style={{ maxWidth: limits.maxWidth }}
      title={limits.tooltipText}
      data-testid={testId}
    >
      {children}
    </Tag>
  );
}

export function Heading({
  inline,
  children,
  testId,
}: Common & { inline?: boolean }) {
  return (
    <h3
      className={classes("k-heading", inline && "k-inline")}
      data-testid={testId}
    >
      {children}
    </h3>
  );
}

type Href = string | { url: string; external?: boolean };
type LinkProps = Common & {
  href: Href;
  variant?: string;
  onClick?: Handler;
  preventDefault?: boolean;
  overlay?: ReactNode;
};

export function Link({
  href,
  variant = "primary",
  onClick,
  preventDefault,
  overlay,
  children,
  testId,
}: LinkProps) {
  const { open, layer } = useOverlay(overlay);
  const url = typeof href === "string" ? href : href.url;
  const external = typeof href === "object" && href.external === true;
  return (
    <>
      <a
        className={`k-link k-link-${variant}`}
        href={url}
        target={external ? "_blank" : undefined}
        rel="noreferrer"
        data-testid={testId}
        onClick={(event) => {
          if (preventDefault || overlay) event.preventDefault();
          void onClick?.(cardEvent("click"));
          open();
        }}
      >
        {children}
        {external && (
          <Icon
            name="right"
            size="sm"
            screenReaderText="Opens in a new window"
          />
        )}
      </a>
      {layer}
    </>
  );
}

export function DescriptionList({
  direction = "column",
  children,
  testId,
}: Common & { direction?: string }) {
  return (
    <dl
      className={`k-descriptions k-descriptions-${direction}`}
      data-testid={testId}
    >
      {children}
    </dl>
  );
}

export function DescriptionListItem({
  label,
  children,
  testId,
}: Common & { label: string }) {
  return (
    <div className="k-description" data-testid={testId}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
