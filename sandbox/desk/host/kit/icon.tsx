import type { ReactNode } from "react";
import { sizeOf } from "./props.ts";

const circle = <circle cx="12" cy="12" r="9" />;

/** Outlines on a 24 by 24 grid, in our own hand. A name without one shows as a small ring. */
const SHAPES: Record<string, ReactNode> = {
  add: <path d="M12 5v14M5 12h14" />,
  block: (
    <>
      {circle}
      <path d="M6 6l12 12" />
    </>
  ),
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
  companies: <path d="M5 21V4h9v17M14 9h5v12M8 8h3M8 12h3M8 16h3M3 21h18" />,
  contact: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c1-4 4-6 7.500-6s6.500 2 7.500 6" />
    </>
  ),
  copy: (
    <>
      <rect x="8" y="8" width="12" height="12" rx="2" />
      <path d="M16 8V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3" />
    </>
  ),
  dataSync: (
    <path d="M4 12a8 8 0 0 1 13.500-5.800L20 8.500M20 4v4.500h-4.500M20 12a8 8 0 0 1-13.500 5.800L4 15.500M4 20v-4.500h4.500" />
  ),
  delete: <path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6" />,
  downCarat: <path d="M6 9.500l6 6 6-6" />,
  download: <path d="M12 4v11M7 11l5 5 5-5M4 20h16" />,
  edit: <path d="M4 20l1-5L16 4l4 4L9 19z" />,
  ellipses: <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3" />,
  email: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2" />
      <path d="M3.500 7l8.500 6 8.500-6" />
    </>
  ),
  exclamation: <path d="M12 5v9M12 18.500v.01" strokeWidth="2.600" />,
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
  search: (
    <>
      <circle cx="10.500" cy="10.500" r="6.500" />
      <path d="M15.500 15.500L21 21" />
    </>
  ),
  success: <path d="M5 12.500l4.500 4.500L19 7.500" />,
  upCarat: <path d="M6 14.500l6-6 6 6" />,
  upload: <path d="M12 20V9M7 13l5-5 5 5M4 4h16" />,
  warning: <path d="M12 4l9 16H3zM12 10v5M12 17.500v.01" />,
  workflows: <path d="M5 5h6v5H5zM13 14h6v5h-6zM8 10v7h5" />,
};

/** HubSpot has more than one name for some icons. */
const OTHER_NAMES: Record<string, string> = {
  time: "clock",
  delay: "clock",
  date: "clock",
  contacts: "contact",
  duplicate: "copy",
  questionCircle: "question",
  xCircle: "block",
  undo: "left",
  rotate: "refresh",
  ellipsis: "ellipses",
  home: "companies",
};

type IconProps = {
  name: string;
  color?: string;
  size?: string;
  screenReaderText?: string;
  testId?: string;
};

export function Icon({
  name,
  color = "inherit",
  size,
  screenReaderText,
  testId,
}: IconProps) {
  const shape = SHAPES[OTHER_NAMES[name] ?? name] ?? (
    <circle cx="12" cy="12" r="6" />
  );
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
      data-testid={testId}
    >
      {shape}
    </svg>
  );
}
