import type { JSX } from "preact";
import { commonSteps } from "../../path.ts";
import type { Controller, PageState } from "../controller.ts";
import type { DrawnStep } from "../layout.ts";
import { counted, sentence } from "../text.ts";

interface RunNoteProps {
  readonly controller: Controller;
  readonly state: PageState;
  readonly drawn: readonly DrawnStep[];
}

/** Heading of the run, the reason for its end, and the buttons to step through it. */
export function RunNote({ controller, state, drawn }: RunNoteProps): JSX.Element {
  const { position, steps, notice, check } = state;
  const { path, at } = position!;
  const length = path.instances.length;
  const compared = controller.comparedProperty();
  const common = compared === undefined ? -1 : commonSteps(path, compared.run);
  const isWhole = compared !== undefined && common === length && compared.run.instances.length === length;
  const example = check?.kind === "done" ? check.result.example : undefined;
  const isExample =
    example !== undefined && commonSteps(path, example) === length && example.instances.length === length;
  const heading = isWhole
    ? `${compared.id}: ${compared.kind === "sometimes" ? "witness" : "counterexample"}, ${counted(length, "step")}`
    : isExample
      ? example.title
      : length === 0
        ? "The initial state"
        : `A run of ${counted(length, "step")}`;
  const reasons = isWhole ? [compared.run.because, compared.run.conclusion] : [];
  const texts = reasons.flatMap((text) => (text === undefined ? [] : [sentence(text)]));
  const here = steps.get(at);
  const isOff = compared !== undefined && !isWhole && common < length;
  return (
    <div class="run-note">
      <h2 id="run-heading">{heading}</h2>
      {isWhole ? <p class="quiet">{sentence(`The property: ${compared.title}`)}</p> : null}
      {texts.length === 0 ? null : (
        <p class={`box ${compared!.kind === "sometimes" ? "good" : "bad"}`}>{texts.join(" ")}</p>
      )}
      {isOff ? (
        <p class="quiet">
          {common < 0
            ? `It begins in another state than the counterexample of ${compared.id}. `
            : `It leaves the counterexample of ${compared.id} ${common === 0 ? "at the start" : `after step ${common}`}. `}
          <button type="button" onClick={() => void controller.compared()}>
            Back to it <kbd>c</kbd>
          </button>
        </p>
      ) : null}
      <div class="walk" role="group" aria-label="Steps">
        <button type="button" disabled={at === 0} onClick={() => void controller.select(0)} aria-label="First state">
          {"\u21e4"}
        </button>
        <button type="button" disabled={at === 0} onClick={() => void controller.select(at - 1)} aria-label="Step back">
          {"\u2191"}
        </button>
        <span class="place">
          {length === 0
            ? "the initial state"
            : at === 0
              ? `at the start of ${counted(length, "step")}`
              : `after step ${at} of ${length}`}
        </span>
        <button
          type="button"
          disabled={at === length}
          onClick={() => void controller.select(at + 1)}
          aria-label="Step forward"
        >
          {"\u2193"}
        </button>
        <button
          type="button"
          disabled={at === length}
          onClick={() => void controller.select(length)}
          aria-label="Last state"
        >
          {"\u21e5"}
        </button>
        {controller.source.book !== undefined ? null : (
          <>
            <button type="button" disabled={!state.canUndo} onClick={() => void controller.undo()}>
              Undo <kbd>u</kbd>
            </button>
            <button type="button" disabled={!state.canRedo} onClick={() => void controller.redo()}>
              Redo <kbd>U</kbd>
            </button>
          </>
        )}
      </div>
      <p class="status" role="status">
        {notice ?? statusText(at, drawn)}
        {here?.isIdle === true ? " The system is idle here." : ""}
      </p>
    </div>
  );
}

/** The chosen step as a sentence: what a screen reader reads when it changes. */
function statusText(at: number, drawn: readonly DrawnStep[]): string {
  const found = drawn.find(({ place }) => place === at);
  if (found === undefined) return "";
  const { step, violates } = found;
  if (at === 0) return violates.length === 0 ? "" : `The initial state violates ${violates.join(", ")}.`;
  const broken = violates.length === 0 ? "" : ` Violates ${violates.join(", ")}.`;
  return `Step ${at}: ${sentence(step.label)}${broken}`;
}
