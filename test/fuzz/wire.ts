import { gzipSync } from "node:zlib";
import type { Random } from "./random.ts";
import type { Shot } from "./shot.ts";

/**
 * Mischief of the wire, in three of ten requests: bytes of the body, its type and encoding, escapes in the path, headers
 * that nobody sends. What is signed is signed afterwards, so that a signature never hides it.
 */
export function mangle(shot: Shot, random: Random): Shot {
  if (!random.chance(0.3)) return shot;
  switch (random.below(4)) {
    case 0:
      return { ...shot, body: mangleBytes(shot.body, random) };
    case 1:
      return mangleEncoding(shot, random);
    case 2:
      return { ...shot, path: manglePath(shot.path, random) };
    default:
      return {
        ...shot,
        headers: { ...shot.headers, ...random.pick(oddHeaders) },
      };
  }
}

function mangleBytes(body: Buffer | null, random: Random): Buffer {
  const bytes = Buffer.from(body ?? "");
  switch (random.below(5)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length + 1));
    case 1:
      return Buffer.concat([bytes, bytes]);
    case 2:
      return Buffer.from(bytes.toString("utf8"), "utf16le");
    case 3:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    default: {
      for (
        let flips = 1 + random.below(5);
        flips > 0 && bytes.length > 0;
        flips--
      )
        bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }
  }
}

/** 12 MB in 12 kB. */
const bomb = gzipSync(Buffer.alloc(12_000_000, "["));

function mangleEncoding(shot: Shot, random: Random): Shot {
  const body = shot.body ?? Buffer.from("{}");
  const choice = random.pick<{
    headers: Record<string, string>;
    body?: Buffer;
  }>([
    { headers: { "content-encoding": "gzip" }, body: gzipSync(body) },
    { headers: { "content-encoding": "gzip" } },
    {
      headers: { "content-encoding": "gzip" },
      body: gzipSync(body).subarray(0, 10),
    },
    {
      headers: { "content-encoding": "gzip" },
      body: bomb,
    },
    { headers: { "content-encoding": "deflate, br, x" } },
    { headers: { "content-type": "text/plain" } },
    { headers: { "content-type": "application/json; charset=utf-16" } },
    { headers: { "content-type": "application/json; charset=\u00e9" } },
    { headers: { "content-type": "multipart/form-data; boundary=x" } },
    { headers: { "content-type": "application/x-www-form-urlencoded" } },
    { headers: { "content-type": "x".repeat(5_000) } },
  ]);
  return {
    ...shot,
    headers: { ...shot.headers, ...choice.headers },
    body: choice.body ?? body,
  };
}

function manglePath(path: string, random: Random): string {
  return random.pick([
    `${path}%`,
    `${path}%zz`,
    path.replace("/", "/%2e%2e/"),
    `${path}%00`,
    `${path}/%c0%af`,
    `/${path}`,
    path.toUpperCase(),
    `${path}?a=1&a=2&__proto__=1`,
    `${path}#x`,
    path.replaceAll("=", "==&&"),
    `${path.split("?")[0]}/${"a/".repeat(500)}`,
    `${path}${path.includes("?") ? "&" : "?"}${"a=1&".repeat(1_500)}`,
  ]);
}

const oddHeaders: readonly Readonly<Record<string, string>>[] = [
  { "x-forwarded-for": "not an address, ::1, 999.999.999.999" },
  { "x-forwarded-proto": "gopher" },
  { host: "[::1" },
  { host: "evil.example:99999" },
  { accept: "*/*;q=x, ,;" },
  { authorization: "Bearer" },
  { authorization: `Bearer ${"x".repeat(6_000)}` },
  { authorization: "Basic Og==" },
  { cookie: "a=%; =; ;;" },
  { "content-type": "" },
  { "x-odd": "\u00ff\u0080" },
  { range: "bytes=0-,5-1" },
  { "if-none-match": "*" },
  { expect: "100-continue" },
  { "x-hubspot-signature-v3": "x", "x-hubspot-request-timestamp": "0" },
  { "x-hubspot-request-timestamp": "9".repeat(16) },
];
