import { z } from "zod";
import { Refusal } from "../crm/refusal.ts";
import { answerOf } from "../api/crm-call.ts";
import type { WebAnswer, WebCall, WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";

/** A control call that cannot be done: answered with this status and message. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ControlError";
    this.status = status;
  }
}

/** A control route whose errors are answers: 400 for bad input, HubSpot's own body where HubSpot would refuse. */
export function control(
  method: string,
  template: string,
  handle: (call: WebCall) => WebAnswer | Promise<WebAnswer>,
): WebRoute {
  return {
    method,
    template: `/sandbox${template}`,
    handle: async (call) => {
      try {
        return await handle(call);
      } catch (error) {
        return errorAnswer(error);
      }
    },
  };
}

/** The body as JSON of a given shape; an empty body counts as `{}`. @throws ControlError or ZodError */
export function readJson<Schema extends z.ZodType>(
  schema: Schema,
  call: WebCall,
): z.output<Schema> {
  let value: unknown;
  try {
    value = call.text.trim() === "" ? {} : JSON.parse(call.text);
  } catch {
    throw new ControlError(400, "the body is not JSON");
  }
  return schema.parse(value);
}

/** The portal that the path names. @throws ControlError 404 */
export function portalOf(platform: Platform, call: WebCall): PortalEntry {
  const entry = platform.registry.entry(Number(call.params["portalId"]));
  if (!entry)
    throw new ControlError(
      404,
      `There is no portal ${call.params["portalId"] ?? ""}.`,
    );
  return entry;
}

/** A named part of the path. */
export function param(call: WebCall, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route names no ${name}`);
  return value;
}

function errorAnswer(error: unknown): WebAnswer {
  if (error instanceof ControlError)
    return { status: error.status, body: { message: error.message } };
  if (error instanceof z.ZodError)
    return { status: 400, body: { message: z.prettifyError(error) } };
  if (error instanceof RangeError)
    return { status: 409, body: { message: error.message } };
  if (error instanceof TypeError)
    return { status: 400, body: { message: error.message } };
  if (error instanceof Refusal) {
    const { status, body } = error.toAnswer();
    return { status, body };
  }
  const { status, body } = answerOf(error);
  return { status, body };
}
