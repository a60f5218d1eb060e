/** "postgres: user database [local] SELECT", or with a host and a port instead of "[local]". */
const SESSION = /^postgres: (\S+) \S+ (?:\[local\]|\S+\(\d+\)) /;

const PARALLEL_WORKER = /^postgres: parallel worker(?: for PID (\d+))?/;

/** What a process of Postgres says that it is, in the list of processes. */
export type PostgresProcess =
  | { is: "session"; user: string }
  /** It computes for a session, whose process is `leader`. */
  | { is: "parallel worker"; leader: number }
  | { is: "other" };

/** Returns what the title of a process (its command line) says; null if it isn't known for one of Postgres' yet. Pure. */
export function postgresProcess(title: string): PostgresProcess | null {
  // A new process has the postmaster's command line at first.
  if (!title.startsWith("postgres: ")) return null;
  const user = SESSION.exec(title)?.[1];
  if (user !== undefined) return { is: "session", user };
  const worker = PARALLEL_WORKER.exec(title);
  if (worker) return { is: "parallel worker", leader: Number(worker[1] ?? 0) };
  return { is: "other" };
}
