import type { JSX, RefObject } from "preact";

const WALKING: readonly (readonly [keys: string, does: string])[] = [
  ["\u2193 \u2192 j", "the next step of the run"],
  ["\u2191 \u2190 k", "the previous step of the run"],
  ["Home, End", "the first or last state of the run"],
];

const GOING: readonly (readonly [keys: string, does: string])[] = [
  ["1 to 9", "take the step with that number from the selected state"],
  ["u, Backspace", "undo the last change of the run"],
  ["U", "redo it"],
  ["c", "return to the counterexample at the point where this run leaves it"],
  ["v", "search for a shortest path from here to a violation"],
  ["r", "search for a shortest path from here to an idle state"],
];

/** The keys of the page. */
export function HelpDialog({
  dialog,
  isBook,
}: {
  readonly dialog: RefObject<HTMLDialogElement>;
  readonly isBook: boolean;
}): JSX.Element {
  const rows = [...WALKING, ...(isBook ? [] : GOING), ["?", "this list"] as const];
  return (
    <dialog ref={dialog} aria-labelledby="help-heading">
      <h2 id="help-heading">Keys</h2>
      <dl class="keys">
        {rows.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">The address contains the run: it can be bookmarked and opened again later.</p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
