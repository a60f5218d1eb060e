import { useEffect, useState } from "react";
import type { ListPage as Listed } from "./desk-client.ts";
import { ListHead } from "./list-head.tsx";
import { EmptyState, ErrorState } from "./kit/notices.tsx";
import { Icon } from "./kit/icon.tsx";
import { LoadingSpinner } from "./kit/progress.tsx";
import type { Frame } from "./shell.tsx";
import { initials } from "./shell.tsx";

/** HubSpot's index page of a type: search, pages, and a row to open. */
export function ListPage({ portal, type, client }: Frame) {
  const [search, setSearch] = useState("");
  const [archived, setArchived] = useState(false);
  const [page, setPage] = useState(1);
  const [listed, setListed] = useState<Listed | null>(null);
  const [error, setError] = useState<string | null>(null);
  const address = (id: string) =>
    `/contacts/${portal.portalId}/record/${type.id}/${id}`;
  useEffect(() => {
    let wanted = true;
    document.title = `${type.plural} · portal ${portal.portalId}`;
    client
      .list(type.id, { search, page: String(page), archived: String(archived) })
      .then(
        (answer) => {
          if (!wanted) return;
          setListed(answer);
          setError(null);
        },
        (cause: unknown) => {
          if (wanted)
            setError(cause instanceof Error ? cause.message : String(cause));
        },
      );
    return () => {
      wanted = false;
    };
  }, [client, portal.portalId, type, search, page, archived]);

  return (
    <main className="list-page">
      <ListHead
        portal={portal}
        client={client}
        type={type}
        view="list"
        total={listed?.total ?? null}
      />
      <div className="list-tools">
        <input
          type="search"
          className="search"
          aria-label="Search"
          placeholder="Search name, phone, email…"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setPage(1);
          }}
        />
        <div
          className="segments"
          role="group"
          aria-label={`Which ${type.plural.toLowerCase()}`}
        >
          {[false, true].map((deleted) => (
            <button
              key={String(deleted)}
              type="button"
              aria-pressed={archived === deleted}
              onClick={() => {
                setArchived(deleted);
                setPage(1);
              }}
            >
              {deleted
                ? "Recently deleted"
                : `All ${type.plural.toLowerCase()}`}
            </button>
          ))}
        </div>
      </div>
      {error !== null && <ErrorState>{error}</ErrorState>}
      {listed === null && error === null && (
        <LoadingSpinner label="Loading" layout="centered" />
      )}
      {listed && (
        <div className="sheet">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                {type.columns.map(({ name, label }) => (
                  <th key={name} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {listed.results.map((row) => (
                <tr key={row.id} data-testid={`row:${row.id}`}>
                  <td>
                    <a className="name" href={address(row.id)}>
                      <span className="avatar" aria-hidden="true">
                        {initials(row.name)}
                      </span>
                      {row.name}
                    </a>
                  </td>
                  {row.values.map((value, index) => (
                    <td key={type.columns[index]?.name}>
                      {value || <span className="blank">--</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {listed.results.length === 0 && (
            <EmptyState title={nothing(search, archived, type)}>
              {search === "" && !archived
                ? `Create one, or let the workspace push its own.`
                : null}
            </EmptyState>
          )}
        </div>
      )}
      {listed && listed.pages > 1 && (
        <nav className="pages" aria-label="Pages">
          <button
            type="button"
            disabled={page <= 1}
            onClick={() => {
              setPage(page - 1);
            }}
          >
            <Icon name="left" /> Prev
          </button>
          <span>
            Page {page} of {listed.pages}
          </span>
          <button
            type="button"
            disabled={page >= listed.pages}
            onClick={() => {
              setPage(page + 1);
            }}
          >
            Next <Icon name="right" />
          </button>
        </nav>
      )}
    </main>
  );
}

/** Why a list is empty. */
function nothing(
  search: string,
  archived: boolean,
  { plural }: Frame["type"],
): string {
  const names = plural.toLowerCase();
  if (search !== "")
    return `No ${archived ? "deleted " : ""}${names} match “${search}”`;
  return archived ? `No ${names} were deleted lately` : `No ${names} yet`;
}
