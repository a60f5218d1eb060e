import type { Platform } from "../platform.ts";
import { oauthApiRoutes } from "../oauth/api-routes.ts";
import type { CallPlan } from "./call-plan.ts";

/** Plans a token call, or answers null when the path is none. `text` is the form as sent. */
export function planOAuthCall(
  platform: Platform,
  method: string,
  path: string,
  text: string,
): CallPlan | null {
  for (const route of oauthApiRoutes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (!match) continue;
    const form = new URLSearchParams(text);
    return {
      portalId: route.portalOf(platform, form, match),
      method,
      path,
      template: route.template,
      writes: false,
      oauth: true,
      perform: () => ({
        answer: route.handle(platform, form, match),
        headers: null,
      }),
    };
  }
  return null;
}
