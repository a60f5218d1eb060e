import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import { GoneError } from "../errors.ts";
import type { AccountDetails, CallOptions } from "../gateway.ts";
import { asNumber, asRecord, asText, asTexts } from "../json.ts";
import { timingOf } from "../timing.ts";

export async function readAccount(
  call: Caller,
  options: CallOptions,
): Promise<AccountDetails> {
  const answer = await call(
    {
      method: "GET",
      path: paths.accountDetails,
      write: false,
      limit: "general",
      capability: "account",
      kind: "account",
    },
    timingOf(options),
  );
  const body = asRecord(answer.body);
  const text = (key: string): string => asText(body?.[key]) ?? "";
  return {
    portalId: asNumber(body?.["portalId"]) ?? 0,
    accountType: text("accountType"),
    timeZone: text("timeZone"),
    companyCurrency: text("companyCurrency"),
    additionalCurrencies: asTexts(body?.["additionalCurrencies"]),
    uiDomain: text("uiDomain"),
    dataHostingLocation: text("dataHostingLocation"),
  };
}

/** Uninstalls the app; one that is not installed any more is as good. */
export async function uninstallApp(
  call: Caller,
  options: CallOptions,
): Promise<void> {
  try {
    await call(
      {
        method: "DELETE",
        path: paths.uninstall,
        write: true,
        limit: "general",
        capability: "account",
        kind: "account",
      },
      timingOf(options),
    );
  } catch (error) {
    if (!(error instanceof GoneError)) throw error;
  }
}
