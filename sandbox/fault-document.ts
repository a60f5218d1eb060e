import { z } from "zod";

const share = z.union([z.boolean(), z.number().min(0).max(1)]);
const milliseconds = z.number().min(0);

const webhookFaults = z.strictObject({
  /** Part of the notifications that never leave; true means all. */
  lose: share.optional(),
  /** Part that is sent twice. */
  double: share.optional(),
  delayMs: milliseconds.optional(),
  shuffle: z.boolean().optional(),
  paused: z.boolean().optional(),
});

/** One fault. What it names must all fit (portal, method, path); what it does not name is left alone. */
export const faultSchema = z.strictObject({
  portalId: z.number().int().optional(),
  method: z.string().toUpperCase().optional(),
  /** Part of the path as sent or of its template; `*` matches anything. */
  path: z.string().optional(),
  /** A number, or bounds between which it is drawn for each call. Half passes before the call is carried out, half after. */
  latencyMs: z
    .union([milliseconds, z.tuple([milliseconds, milliseconds])])
    .optional(),
  status: z.number().int().min(400).max(599).optional(),
  /** The body is a proxy's HTML page instead of HubSpot's JSON; a string is the page itself. */
  html: z.union([z.boolean(), z.string()]).optional(),
  policyName: z.enum(["TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"]).optional(),
  /** Probability for each call that fits; 1 when absent. */
  rate: z.number().min(0).max(1).optional(),
  /** How often it strikes before it is spent. */
  times: z.number().int().min(1).optional(),
  /** The socket is closed before the request is looked at. */
  refuse: z.boolean().optional(),
  /** The write is carried out, its answer is lost (or is `status`). */
  dropAfterWrite: z.boolean().optional(),
  /** The socket is closed (or `status` answered) at once; the write is carried out this much later. */
  lateMs: milliseconds.optional(),
  searchLagMs: milliseconds.optional(),
  webhooks: webhookFaults.optional(),
  /** Of this fault's own generator, so that histories can be repeated; 1 when absent. */
  seed: z.number().int().optional(),
});

/** What `PUT /sandbox/faults` takes: one fault or several. */
export const faultsSchema = z.union([
  z.array(faultSchema),
  faultSchema.transform((fault) => [fault]),
]);

export type FaultDocument = z.infer<typeof faultSchema>;
