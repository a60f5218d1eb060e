import type { ReactNode } from "react";
import { sizeOf } from "./props.ts";

const circle = <circle cx="12" cy="12" r="9" />;

/** Outlines on a 24 by 24 grid, in our own hand. A name without one shows as a small ring. */
const SHAPES: Record<string, ReactNode> = {
  add: <path d="M12 5v14M5 12h14" />,
  checkCircle: (
    <>
      {circle}
      <path d="M8 12.5l2.8 2.8L16 9.5" />
    </>
  ),
  clock: (
    <>
      {circle}
      <path d="M12 7v5l3.5 2" />
    </>
  ),
  contact: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c1-4 4-6 7.500-6s6.500 2 7.500 6" />
    </>
  ),
  downCarat: <path d="M6 9.500l6 6 6-6" />,
  exclamationCircle: (
    <>
      {circle}
      <path d="M12 7v6M12 16.500v.01" />
    </>
  ),
  info: (
    <>
      {circle}
      <path d="M12 11v5.500M12 7.500v.01" />
    </>
  ),
  left: <path d="M14.500 6l-6 6 6 6" />,
  link: (
    <path d="M10 14l4-4M8.500 11.500L6 14a3.500 3.500 0 0 0 5 5l2.500-2.500M15.500 12.500L18 10a3.500 3.500 0 0 0-5-5l-2.500 2.500" />
  ),
  locked: (
    <>
      <rect x="5" y="11" width="14" height="9" rx="2" />
      <path d="M8 11V8a4 4 0 0 1 8 0v3" />
    </>
  ),
  question: (
    <>
      {circle}
      <path d="M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.4-1 .8-1 1.700M12 16.800v.01" />
    </>
  ),
  refresh: <path d="M19.500 12a7.500 7.500 0 1 1-2.200-5.300L20 9M20 4v5h-5" />,
  remove: <path d="M6 6l12 12M18 6L6 18" />,
  right: <path d="M9.500 6l6 6-6 6" />,
  success: <path d="M5 12.500l4.500 4.500L19 7.500" />,
  warning: <path d="M12 4l9 16H3zM12 10v5M12 17.500v.01" />,
  workflows: <path d="M5 5h6v5H5zM13 14h6v5h-6zM8 10v7h5" />,
};

type IconProps = {
  name: string;
  color?: string;
  size?: string;
  screenReaderText?: string;
};

export function Icon({
  name,
  color = "inherit",
  size,
  screenReaderText,
}: IconProps) {
  const shape = SHAPES[name] ?? <circle cx="12" cy="12" r="6" />;
  return (
    <svg
      className={`k-icon k-icon-${sizeOf(size, "sm")} k-icon-${color}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      role={screenReaderText ? "img" : undefined}
      aria-label={screenReaderText}
      aria-hidden={screenReaderText ? undefined : true}
      data-icon={name}
    >
      {shape}
    </svg>
  );
}
