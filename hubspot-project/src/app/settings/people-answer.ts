import * as z from "zod/mini";

/** What the server's routes about people return. */

const text = z.string();

const person = z.object({
  id: text,
  email: text,
  name: text,
  permissions: z.array(text),
  active: z.boolean(),
  isSyncUser: z.boolean(),
  hubspot: z.object({ sentence: text, isOwner: z.boolean() }),
});

export const peopleAnswer = z.object({
  permissions: z.array(
    z.object({
      permission: text,
      label: text,
      sentence: text,
      usual: z.boolean(),
    }),
  ),
  results: z.array(person),
  next: z.nullable(text),
});

/** A person who was added or changed. */
export const writtenAnswer = z.object({ id: text });

/** Where a person says who they are in HubSpot, and until when. */
export const linkAnswer = z.object({ url: text, expiresAt: text });

export const syncUserAnswer = z.object({
  chosenId: z.nullable(text),
  email: text,
  active: z.boolean(),
  connectedBy: text,
  lines: z.array(z.object({ sentence: text })),
});

/** People or owners to choose from; `more` says that a search finds others. */
export const choicesAnswer = z.object({
  results: z.array(z.object({ id: text, email: text, name: text })),
  more: z.boolean(),
});

/** What a response says is wrong with a form, by field. */
export const formFaultsAnswer = z.object({
  errors: z.array(z.object({ path: text, message: text })),
});

export type Person = z.infer<typeof person>;
export type People = z.infer<typeof peopleAnswer>;
export type PermissionChoice = People["permissions"][number];
export type SyncUser = z.infer<typeof syncUserAnswer>;
export type Choices = z.infer<typeof choicesAnswer>;
