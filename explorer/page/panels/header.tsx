import type { JSX } from "preact";
import type { CheckedView, EntryView, SearchView } from "../../wire.ts";
import type { Controller, PageState } from "../controller.ts";
import { count, duration } from "../text.ts";

interface HeaderProps {
  readonly controller: Controller;
  readonly state: PageState;
  readonly openHelp: () => void;
}

/** Name and parameters of the model, and the progress of its search. */
export function Header({ controller, state, openHelp }: HeaderProps): JSX.Element {
  const { overview, entries, check } = state;
  const book = controller.source.book;
  return (
    <header>
      <div class="title">
        <h1>
          {overview?.id ?? "irqproof"}
          {overview === undefined || overview.title === "" ? null : <span>{overview.title}</span>}
        </h1>
        <div class="tools">
          {entries.length < 2 ? null : (
            <label>
              Model{" "}
              <select
                value={state.position?.model ?? ""}
                onChange={({ currentTarget }) => void controller.open(currentTarget.value)}
              >
                {groupsOf(entries).map(([group, members]) => (
                  <optgroup label={group} key={group}>
                    {members.map((entry) => (
                      <option value={entry.id} key={entry.id}>
                        {optionText(entry)}
                      </option>
                    ))}
                  </optgroup>
                ))}
              </select>
            </label>
          )}
          <button type="button" onClick={openHelp}>
            Keys <kbd>?</kbd>
          </button>
        </div>
      </div>
      <div class="facts">
        {overview === undefined || overview.parameters.length === 0 ? null : (
          <details>
            <summary>
              {overview.parameters
                .slice(0, 4)
                .map(([name, value]) => `${name}=${value}`)
                .join(" ")}{" "}
              ...
            </summary>
            <p>{overview.parameters.map(([name, value]) => `${name}=${value}`).join("  ")}</p>
          </details>
        )}
        <SearchLine check={check} stop={() => void controller.stop("check")} />
        {book === undefined ? null : (
          <p class="quiet">
            {book.summary} (irqproof {book.version})
          </p>
        )}
      </div>
    </header>
  );
}

/** Progress or result of the search of a model. */
export function SearchLine({
  check,
  stop,
}: {
  readonly check: SearchView<CheckedView> | undefined;
  readonly stop: () => void;
}): JSX.Element | null {
  switch (check?.kind) {
    case "running": {
      const { progress } = check;
      return (
        <p id="search">
          <span class="running">
            {progress === undefined
              ? "Starting the search"
              : progress.isStoring
                ? `Storing transitions of ${count(progress.states)} states, ${duration(progress.seconds)}`
                : `Searching: ${count(progress.states)} states, depth ${progress.depth}, ${count(progress.frontier)} to go, ${duration(progress.seconds)}`}
          </span>{" "}
          <button type="button" onClick={stop}>
            Stop
          </button>
        </p>
      );
    }
    case "failed":
      return (
        <p id="search" class="bad-text" role="alert">
          {check.message}
        </p>
      );
    case "done": {
      const { states, stopped, engine, seconds, hash } = check.result;
      return (
        <p id="search" class="quiet">
          {stopped === undefined ? "" : `Stopped early (${stopped}), at least `}
          {states === undefined
            ? ""
            : `${count(states.distinct)} states, ${count(states.transitions)} transitions, depth ${states.depth}; `}
          {engine}, {duration(seconds)}; {hash}
        </p>
      );
    }
    default:
      return null;
  }
}

/** An entry with a sign for its expected verdict. */
function optionText({ id, title, expected }: EntryView): string {
  const sign = expected === "violated" ? "\u2716 " : expected === "holds" ? "\u2713 " : "";
  return `${sign}${title === "" ? id : `${id}: ${title}`}`;
}

function groupsOf(entries: readonly EntryView[]): [string, EntryView[]][] {
  const groups = new Map<string, EntryView[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups];
}
