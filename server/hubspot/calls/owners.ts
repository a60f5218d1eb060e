import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type { CallOptions, Owner } from "../gateway.ts";
import { asRecord, asText } from "../json.ts";
import { nextAfter, resultsOf } from "../read-object.ts";
import { timingOf } from "../timing.ts";

function ownerOf(value: unknown, archived: boolean): Owner[] {
  const row = asRecord(value);
  const id = asText(row?.["id"]);
  if (id === null) return [];
  return [
    {
      id,
      email: (asText(row?.["email"]) ?? "").trim().toLowerCase(),
      firstName: asText(row?.["firstName"]) ?? "",
      lastName: asText(row?.["lastName"]) ?? "",
      // an archived owner keeps its user id under the second name only
      userId: asText(row?.["userId"] ?? row?.["userIdIncludingInactive"]),
      archived,
    },
  ];
}

/** All owners, the live ones first: the same person may be listed once live and once archived. */
export async function readOwners(
  call: Caller,
  options: CallOptions,
): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (const archived of [false, true]) {
    let after: string | null = null;
    do {
      const { body } = await call(
        {
          method: "GET",
          path: paths.owners({
            limit: "100",
            after: after ?? undefined,
            archived: String(archived),
          }),
          write: false,
          limit: "general",
          capability: "read-owners",
          kind: "owners",
        },
        timingOf(options),
      );
      const rows = resultsOf(body);
      owners.push(...rows.flatMap((row) => ownerOf(row, archived)));
      after = nextAfter(body);
    } while (after !== null);
  }
  return owners;
}
