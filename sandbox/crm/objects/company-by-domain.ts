import { associateRows } from "../associations/associate.ts";
import { edgesTo } from "../associations/edges.ts";
import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import type { Row } from "../row.ts";
import { commitWrite } from "./commit.ts";
import { prepareWrite, WriteBatch } from "./prepare.ts";

/** Mail domains that don't identify a company. */
const freeMail: ReadonlySet<string> = new Set([
  "aol.com",
  "gmail.com",
  "gmx.de",
  "googlemail.com",
  "hotmail.com",
  "icloud.com",
  "outlook.com",
  "proton.me",
  "yahoo.com",
]);

/**
 * Associates a new contact without a company with the company of the email's domain, and creates that company if necessary.
 * This is HubSpot's setting "create and associate companies with contacts".
 */
export function companyByDomain(
  state: CrmState,
  contact: Row,
  at: number,
): void {
  if (state.options.companyByEmailDomain === "never") return;
  const { store } = contact;
  if (store.type.identity !== "email") return;
  const domain = store.stored(contact, "email")?.split("@")[1] ?? "";
  if (domain === "" || freeMail.has(domain)) return;
  if (edgesTo(contact, "companies").length > 0) return;
  const companies = state.store("companies");
  const company =
    companies.withDomain(domain).find((row) => row.state === "live") ??
    commitWrite(
      state,
      prepareWrite(
        state,
        companies,
        undefined,
        { domain },
        new WriteBatch({ isApp: false, obeysRules: false }),
      ),
      at,
      hubspot,
    );
  const primary = state.labels.primary(store.type.name, "companies");
  associateRows(
    state,
    contact,
    company,
    primary === undefined ? [] : [primary],
    at,
    hubspot,
  );
}

/** HubSpot itself, as the source of what an account setting does. */
const hubspot: Actor = {
  changeSource: "AUTOMATION_PLATFORM",
  sourceId: "companyByEmailDomain",
};
