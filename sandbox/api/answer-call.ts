import type { ServerResponse } from "node:http";
import type { Answer } from "../crm/answer.ts";
import { errorOfStatus, htmlError } from "../errors.ts";
import type { Misfortune } from "../faults.ts";
import { sendAnswer } from "../http/send.ts";
import type { Platform } from "../platform.ts";
import type { CallPlan } from "./call-plan.ts";

/** The status under which a call without an answer is counted. */
const NO_ANSWER = 0;

/** Carries a planned call out and answers it, with whatever misfortune befalls it. */
export async function answerCall(
  platform: Platform,
  plan: CallPlan,
  response: ServerResponse,
): Promise<void> {
  const misfortune = platform.faults.strike(plan);
  if (!misfortune) {
    const { answer, headers } = plan.perform();
    count(platform, plan, answer.status);
    sendAnswer(response, answer, headers);
    return;
  }
  if (misfortune.refuse) {
    breakOff(platform, plan, response);
    return;
  }
  await platform.timers.sleep(misfortune.latencyMs / 2);
  await strike(platform, plan, response, misfortune);
}

async function strike(
  platform: Platform,
  plan: CallPlan,
  response: ServerResponse,
  misfortune: Misfortune,
): Promise<void> {
  const { latencyMs, lateMs, dropAfterWrite, status } = misfortune;
  const wayBack = (): Promise<void> => platform.timers.sleep(latencyMs / 2);
  if (lateMs !== null) platform.late.after(lateMs, () => plan.perform());
  else if (dropAfterWrite) plan.perform();
  else if (status === null) {
    const { answer, headers } = plan.perform();
    await wayBack();
    count(platform, plan, answer.status);
    sendAnswer(response, answer, headers);
    return;
  }
  await wayBack();
  if (status === null) breakOff(platform, plan, response);
  else {
    count(platform, plan, status);
    sendAnswer(response, faultAnswer(status, misfortune), null);
  }
}

function faultAnswer(status: number, { html, policyName }: Misfortune): Answer {
  if (typeof html === "string") return { ...htmlError(status), body: html };
  return html ? htmlError(status) : errorOfStatus(status, policyName);
}

function breakOff(
  platform: Platform,
  plan: CallPlan,
  response: ServerResponse,
): void {
  count(platform, plan, NO_ANSWER);
  response.socket?.destroy();
}

function count(platform: Platform, plan: CallPlan, status: number): void {
  platform.requests.record(plan.portalId, plan.method, plan.template, status);
}
