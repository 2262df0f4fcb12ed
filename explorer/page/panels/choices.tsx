import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Choice } from "../../wire.ts";
import type { Controller, PageState } from "../controller.ts";
import { count } from "../text.ts";

/** The enabled steps of the chosen state, to take one, and searches from there. */
export function ChoicePanel({
  controller,
  state,
}: {
  readonly controller: Controller;
  readonly state: PageState;
}): JSX.Element {
  const { choices, position, overview } = state;
  const { path, at } = position!;
  const taken = path.instances[at];
  const isInitial = at === 0 && overview!.initialStates > 1;
  return (
    <section class="panel" aria-labelledby="next-heading">
      <h2 id="next-heading">Enabled steps</h2>
      {isInitial ? (
        <label class="initial">
          Initial state{" "}
          <input
            type="number"
            min={1}
            max={overview!.initialStates}
            value={path.initial + 1}
            onChange={({ currentTarget }) => {
              const index = Math.round(Number(currentTarget.value)) - 1;
              if (index >= 0 && index < overview!.initialStates) void controller.begin(index);
            }}
          />{" "}
          of {count(overview!.initialStates)}
        </label>
      ) : null}
      {choices === undefined ? (
        <p class="quiet">Loading.</p>
      ) : choices.choices.length === 0 ? (
        <p>No step is enabled here.</p>
      ) : (
        <ol class="choices">
          {choices.choices.map((choice, index) => (
            <ChoiceItem
              key={choice.instance}
              choice={choice}
              index={index}
              isTaken={choice.instance === taken}
              take={() => void controller.take(choice)}
            />
          ))}
        </ol>
      )}
      {choices !== undefined && choices.more > 0 ? <p class="quiet">And {count(choices.more)} more.</p> : null}
      <WaySearch controller={controller} state={state} />
    </section>
  );
}

function ChoiceItem({
  choice,
  index,
  isTaken,
  take,
}: {
  readonly choice: Choice;
  readonly index: number;
  readonly isTaken: boolean;
  readonly take: () => void;
}): JSX.Element {
  const { actor, label, changes, violates } = choice;
  return (
    <li>
      <button type="button" class={isTaken ? "taken" : ""} onClick={take}>
        <span class="key">{index < 9 ? <kbd>{index + 1}</kbd> : null}</span>
        <span class="what">
          {actor === "" ? null : <b>{actor} </b>}
          {label}
          {isTaken ? <em> next in this run</em> : null}
          {changes.length === 0 ? null : <small>{changes.join(", ")}</small>}
          {violates.length === 0 ? null : <small class="bad-text">{`\u2691 violates ${violates.join(", ")}`}</small>}
        </span>
      </button>
    </li>
  );
}

/** Searches from the chosen state: the shortest way to a violation, or to rest. */
function WaySearch({ controller, state }: { readonly controller: Controller; readonly state: PageState }): JSX.Element {
  const [goal, setGoal] = useState("");
  const { way } = state;
  const properties = controller.properties().filter(({ kind }) => kind !== "sometimes");
  return (
    <div class="way">
      <h3>Shortest path from here</h3>
      <div class="way-tools">
        <label>
          to{" "}
          <select value={goal} onChange={({ currentTarget }) => setGoal(currentTarget.value)}>
            <option value="">any violation</option>
            {properties.map(({ id }) => (
              <option key={id} value={id}>
                a violation of {id}
              </option>
            ))}
          </select>
        </label>{" "}
        <button
          type="button"
          disabled={way?.kind === "running"}
          onClick={() =>
            void controller.search(goal === "" ? { kind: "violation" } : { kind: "violation", property: goal })
          }
        >
          Search <kbd>v</kbd>
        </button>{" "}
        <button
          type="button"
          disabled={way?.kind === "running"}
          onClick={() => void controller.search({ kind: "rest" })}
        >
          To an idle state <kbd>r</kbd>
        </button>
      </div>
      {way?.kind === "running" ? (
        <p>
          <span class="running">
            {way.progress === undefined
              ? "Starting the search"
              : `Searching: ${count(way.progress.states)} states, depth ${way.progress.depth}`}
          </span>{" "}
          <button type="button" onClick={() => void controller.stop("way")}>
            Stop
          </button>
        </p>
      ) : null}
      {way?.kind === "failed" ? <p class="bad-text">{way.message}</p> : null}
    </div>
  );
}
