import type { History } from "./steps.ts";

/** Histories that failed once, shrunk. Each stays, so that what it found does not come back. */
export const fixedCases: readonly History[] = [];
