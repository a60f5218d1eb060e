import { firstChildType } from "./object-types.ts";
import type { ChildrenOfType, Push } from "./sync-view.ts";

/** The children that can be pushed too, by type. A server of the previous version knows one type. */
export const childrenOf = ({ children, contacts }: Push): ChildrenOfType[] =>
  children.length > 0 || contacts === null
    ? children
    : [{ type: firstChildType, ...contacts }];

/** How many of some children have changes. */
export const changedOf = (children: readonly ChildrenOfType[]): number =>
  children.reduce((sum, { changed }) => sum + changed, 0);
