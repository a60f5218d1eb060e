import type { ReactNode } from "react";
import { cardEvent, classes } from "./props.ts";
import type { Common, Handler } from "./props.ts";
import { Icon } from "./icon.tsx";
import { useOverlay } from "./overlay.tsx";

type StatusTagProps = Common & {
  variant?: string;
  hollow?: boolean;
  onClick?: () => unknown;
  showRemoveIcon?: boolean;
  onRemoveClick?: () => unknown;
};

export function StatusTag(props: StatusTagProps) {
  const {
    variant = "default",
    hollow,
    onClick,
    showRemoveIcon,
    onRemoveClick,
    children,
    testId,
  } = props;
  return (
    <span
      className={classes(`k-status k-tone-${variant}`, hollow && "k-hollow")}
      data-variant={variant}
      data-testid={testId}
      onClick={onClick && (() => void onClick())}
    >
      <i aria-hidden="true" />
      {children}
      {showRemoveIcon && (
        <button
          type="button"
          aria-label="Remove"
          onClick={() => void onRemoveClick?.()}
        >
          <Icon name="remove" />
        </button>
      )}
    </span>
  );
}

type TagProps = Common & {
  variant?: string;
  onClick?: Handler;
  overlay?: ReactNode;
  inline?: boolean;
};

export function Tag({
  variant = "default",
  onClick,
  overlay,
  children,
  testId,
}: TagProps) {
  const { open, layer } = useOverlay(overlay);
  const name = `k-tag k-tone-${variant}`;
  if (!onClick && !overlay) {
    return (
      <span className={name} data-testid={testId}>
        {children}
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        className={name}
        data-testid={testId}
        onClick={() => {
          void onClick?.(cardEvent("click"));
          open();
        }}
      >
        {children}
      </button>
      {layer}
    </>
  );
}
