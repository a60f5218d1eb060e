/**
 * What a client of Postgres sends first (PostgreSQL documentation, "Message Formats"): a length of 4 bytes that counts
 * itself, a code of 4 bytes, and what belongs to the code.
 */
export type StartupPacket =
  /** More bytes are needed. */
  | { kind: "unfinished" }
  /** The client asks for encryption. It sends another first packet after the answer. */
  | { kind: "encryption"; length: number }
  /** The client wants a statement of another connection to be canceled. */
  | { kind: "cancel"; length: number }
  | { kind: "startup"; length: number; user: string }
  /** No client of Postgres. */
  | { kind: "unknown" };

/** Postgres' own limit for this packet. */
const MOST_BYTES = 10_000;

const CANCEL = 80_877_102;
const ENCRYPTION: ReadonlySet<number> = new Set([80_877_103, 80_877_104]);
/** The major version of the protocol, in the upper half of the code. */
const PROTOCOL = 3;

/** Reads the first packet of a connection. Pure. */
export function readStartupPacket(bytes: Buffer): StartupPacket {
  if (bytes.length < 4) return { kind: "unfinished" };
  const length = bytes.readUInt32BE(0);
  if (length < 8 || length > MOST_BYTES) return { kind: "unknown" };
  if (bytes.length < length) return { kind: "unfinished" };
  const code = bytes.readUInt32BE(4);
  if (ENCRYPTION.has(code)) return { kind: "encryption", length };
  if (code === CANCEL) return { kind: "cancel", length };
  if (code >>> 16 !== PROTOCOL) return { kind: "unknown" };
  // Names and values in turn, each ended by a zero.
  const texts = bytes.subarray(8, length).toString("utf8").split("\0");
  for (let at = 0; at + 1 < texts.length && texts[at] !== ""; at += 2)
    if (texts[at] === "user")
      return { kind: "startup", length, user: texts[at + 1] ?? "" };
  return { kind: "startup", length, user: "" };
}

const HEAD_BYTES = 5;
const AUTHENTICATION = "R".charCodeAt(0);
const AUTHENTICATION_OK = 0;

/**
 * Reads what Postgres sends before a session (messages of a type's byte, a length of 4 bytes that counts itself, and a
 * body) until it says that it has taken the client's password.
 */
export class AuthenticationReader {
  #read = Buffer.alloc(0);

  /** Takes the next bytes. Returns whether AuthenticationOk is among what came so far; then no more may be passed. */
  isOk(bytes: Buffer): boolean {
    let read = Buffer.concat([this.#read, bytes]);
    while (read.length >= HEAD_BYTES) {
      const end = 1 + read.readUInt32BE(1);
      // Each of these messages fits a packet; a longer one isn't kept, however it goes on.
      if (end < HEAD_BYTES || end > MOST_BYTES) read = Buffer.alloc(0);
      if (read.length < end) break;
      if (
        read[0] === AUTHENTICATION &&
        end === HEAD_BYTES + 4 &&
        read.readUInt32BE(HEAD_BYTES) === AUTHENTICATION_OK
      )
        return true;
      read = read.subarray(end);
    }
    this.#read = read;
    return false;
  }
}

/** The error that ends a connection, as Postgres itself sends it. `code` is an SQLSTATE. Pure. */
export function fatalError(code: string, message: string): Buffer {
  const fields = Buffer.from(
    `SFATAL\0VFATAL\0C${code}\0M${message}\0\0`,
    "utf8",
  );
  const head = Buffer.alloc(5);
  head.write("E", 0, "latin1");
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
