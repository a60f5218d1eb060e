import type { Question } from "./extension-on-a-page.tsx";
import type { OpenPage } from "./settings-on-a-page.tsx";

/** The path that a request is for. */
export const pathOf = ({ url }: Pick<Question, "url">): string => url.pathname;

/** Turns a switch off and opens the question that Save asks first. */
export async function pushOff(open: OpenPage): Promise<void> {
  open.trigger("automatic-push", "onChange", false);
  await open.says("1 change isn't saved");
  open.trigger("confirm-save", "onOpen");
}
