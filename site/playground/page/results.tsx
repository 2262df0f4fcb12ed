import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useKeys, usePageState, Views } from "../../../explorer/page/app.tsx";
import type { Controller } from "../../../explorer/page/controller.ts";
import { SearchLine } from "../../../explorer/page/panels/header.tsx";
import { HelpDialog } from "../../../explorer/page/panels/help.tsx";
import type { FileMistake } from "../wire.ts";
import type { CheckState } from "./check.ts";

/** The table of more properties would push the run out of sight. */
const MAX_OPEN_PROPERTIES = 6;

interface ResultsProps {
  readonly state: CheckState;
  readonly file: string;
  /** Marks mistakes in the editor. */
  readonly mark: (mistakes: readonly FileMistake[]) => void;
  readonly stop: () => void;
}

/** Result of a check: the views of the explorer. */
export function Results({ state, file, mark, stop }: ResultsProps): JSX.Element {
  return (
    <section class="results" aria-label="Result of the check">
      {state.kind === "model" ? (
        <ModelResults controller={state.controller} file={file} mark={mark} stop={stop} />
      ) : (
        <p class={state.kind === "ended" ? "box warn ended" : "quiet"} role="status">
          {state.kind === "loading" ? <span class="running">Loading the model</span> : null}
          {state.kind === "ended" ? state.why : null}
          {state.kind === "mistake" ? "The model cannot be checked." : null}
        </p>
      )}
    </section>
  );
}

function ModelResults({
  controller,
  file,
  mark,
  stop,
}: Omit<ResultsProps, "state"> & { readonly controller: Controller }): JSX.Element {
  const state = usePageState(controller);
  const help = useRef<HTMLDialogElement>(null);
  useKeys(controller, () => help.current?.showModal());
  const { overview, position, error, check } = state;
  const mistakes = check?.kind === "done" ? check.result.mistakes : undefined;
  useEffect(() => {
    if (mistakes !== undefined) mark(mistakes.map((mistake) => placedIn(file, mistake)));
  }, [mistakes]);
  return (
    <>
      <div class="title">
        <h2>
          {overview?.id ?? file}
          {overview === undefined || overview.title === "" ? null : <span>{overview.title}</span>}
        </h2>
        <button type="button" onClick={() => help.current?.showModal()}>
          Keys <kbd>?</kbd>
        </button>
      </div>
      <div class="facts">
        <SearchLine check={check} stop={stop} />
      </div>
      {error === undefined ? null : (
        <p class="box bad" role="alert">
          {error}
        </p>
      )}
      {overview === undefined || position === undefined ? (
        error === undefined && <p class="quiet">Loading the model.</p>
      ) : (
        <Views controller={controller} state={state} opensUpTo={MAX_OPEN_PROPERTIES} />
      )}
      <HelpDialog dialog={help} isBook={false} />
    </>
  );
}

/** A mistake that was found in a state, with its line in the file. */
function placedIn(
  file: string,
  { subject, message, place = "" }: { readonly subject: string; readonly message: string; readonly place?: string },
): FileMistake {
  const text = `${subject}: ${message}`;
  const [, line, column] = place.startsWith(`${file}:`) ? (/^:(\d+):(\d+)/.exec(place.slice(file.length)) ?? []) : [];
  return line === undefined ? { message: text } : { message: text, line: Number(line), column: Number(column) };
}
