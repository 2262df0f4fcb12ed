import type { JSX, RefObject } from "preact";

const WALKING: readonly (readonly [keys: string, does: string])[] = [
  ["\u2193 \u2192 j", "the next step of the run"],
  ["\u2191 \u2190 k", "the step before"],
  ["Home, End", "the first state, the last one"],
];

const GOING: readonly (readonly [keys: string, does: string])[] = [
  ["1 to 9", "takes the step of that number, from the chosen state"],
  ["u, Backspace", "takes the last change of the run back"],
  ["U", "does it again"],
  ["c", "back to the counterexample, where this run leaves it"],
  ["v", "searches the shortest way from here to a violation"],
  ["r", "searches the shortest way from here to rest"],
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
      <p class="quiet">The address has the run in it: it can be kept as a bookmark, and opened again later.</p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
