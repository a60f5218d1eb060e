import type { Identity } from "../../settings/types/descriptor.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { ObjectProperties, Properties } from "../model.ts";
import { hasBlank, trimmed, visible } from "./white-space.ts";

/** By what records and objects of a type are matched; null: by a link or a creation's key only. */
export const identityKeyOf = (type: ObjectType): Identity | null =>
  descriptorOf(type).identity;

/** The properties by which an object of a type is known. */
export function identifyingProperties(type: ObjectType): string[] {
  const key = identityKeyOf(type);
  return key === null ? [] : [key.property, key.additional];
}

/** The property in which an object carries the key of the creation that made it. */
export const creationKeyProperty = "counterpart_record_id";

/** The property of which HubSpot says that another object has its value, where it names none. */
export const contestedProperty = (type: ObjectType): string =>
  identityKeyOf(type)?.property ?? creationKeyProperty;

/** The longest email that SMTP can carry, and the longest host name of DNS. */
const longestEmail = 320;
const longestDomain = 253;
/** Name, password, host and port of a URL: beyond this, Postgres' patterns take seconds. */
const longestAuthority = 1000;

/**
 * Returns an identity (a contact's email, a company's domain) in canonical form, or null without one. Never throws. What
 * is longer than any email or domain identifies nothing: an index could not even hold it.
 * The database computes the same in identity_key(); a test compares the two.
 */
export function identityOf(
  objectType: ObjectType,
  value: unknown,
): string | null {
  const kind = identityKeyOf(objectType)?.kind;
  if (kind === undefined || typeof value !== "string") return null;
  if (kind === "domain") return domainOf(value);
  const email = canonicalEmail(value);
  return email === "" || isLonger(email, longestEmail) ? null : email;
}

/** The identity that a record has by its field, canonical; null without one. */
export function recordIdentity(
  type: ObjectType,
  properties: Properties,
): string | null {
  const key = identityKeyOf(type);
  return key === null ? null : identityOf(type, properties[key.field]);
}

/** The identity that an object has by its main property, canonical; null without one. */
export function objectIdentity(
  type: ObjectType,
  properties: ObjectProperties,
): string | null {
  const key = identityKeyOf(type);
  return key === null ? null : identityOf(type, properties[key.property]);
}

/** In characters, as Postgres counts. */
const isLonger = (text: string, most: number): boolean =>
  text.length > most && Array.from(text).length > most;

/** Returns an email as it is compared and sent: visible characters in lower case. Blank is "". */
export const canonicalEmail = (text: string): string =>
  lowerCase(visible(text));

/** Returns a domain as it is compared and sent: the host name of a URL, or the lower-case text if it names no host. */
export const canonicalDomain = (text: string): string =>
  domainOf(text) ?? lowerCase(visible(text));

/**
 * Returns the host name in a domain or URL, without "www." and the final dot of DNS; null without one. A name without a
 * dot ("n/a", "none", "localhost") is no company's domain: companies that share it are different companies.
 * International names stay as they are spelled: Postgres cannot convert them to and from Punycode.
 */
function domainOf(value: string): string | null {
  const authority = lowerCase(visible(value))
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\//, "")
    .replace(/[/?#].*$/s, "");
  if (isLonger(authority, longestAuthority)) return null;
  const host = authority
    .slice(authority.lastIndexOf("@") + 1)
    .replace(/:.*$/s, "");
  // In this order: "www.com." is "www.com".
  const domain = trimmed(host, ".").replace(/^(?:www\.)+([^.]+\.)/, "$1");
  return /[^.]\.[^.]/s.test(domain) &&
    !hasBlank(domain) &&
    !isLonger(domain, longestDomain)
    ? domain
    : null;
}

/**
 * Letters of Latin, Greek, Cyrillic and Armenian, one by one. Neither the language of a database nor the Unicode version
 * of either side decides, and no letter becomes two ("\u0130") or depends on its place in the word ("\u03a3").
 */
const capitals = /[A-Z\u00c0-\u052f\u0531-\u0556\u1e00-\u1eff]/g;

const lowerCase = (text: string): string =>
  text.replaceAll(capitals, (letter) => letter.toLowerCase().charAt(0));
