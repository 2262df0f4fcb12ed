import type { JSX } from "preact";
import { MAIN_PROPERTY, type WithRun } from "../../main-run.ts";
import { SEVERITY_ORDER, type Coverage, type MistakeView, type PropertyView } from "../../wire.ts";
import type { Controller, PageState } from "../controller.ts";
import { isAvailable } from "../source.ts";
import { count, counted, sentence } from "../text.ts";

interface VerdictProps {
  readonly controller: Controller;
  readonly state: PageState;
  readonly properties: readonly PropertyView[];
  /** The largest number of properties whose table is open at first. */
  readonly opensUpTo?: number;
}

const SYMBOL = { error: "!", violated: "\u2716", holds: "\u2713", inconclusive: "?", open: "\u2026" } as const;
const WORD = {
  error: "error",
  violated: "VIOLATED",
  holds: "holds",
  inconclusive: "inconclusive",
  open: "not decided yet",
} as const;

/** Every property with its verdict, and how often each action can happen. */
export function VerdictPanel({ controller, state, properties, opensUpTo = 0 }: VerdictProps): JSX.Element {
  const shown = controller.comparedProperty()?.id;
  const violated = properties.filter(({ verdict }) => verdict === "violated");
  const text = controller.source.book?.text;
  const done = state.check?.kind === "done" ? state.check.result : undefined;
  return (
    <section class="panel verdicts" aria-labelledby="verdict-heading">
      <h2 id="verdict-heading">Verdicts</h2>
      <p>
        <Answer state={state} properties={properties} />
        {tally(properties)}
      </p>
      <Mistakes controller={controller} mistakes={done?.mistakes ?? []} />
      <Opposite controller={controller} state={state} properties={properties} />
      {violated.length === 0 ? null : (
        <ul class="chips" aria-label="Violated properties">
          {bySeverity(violated).map((property) => (
            <li key={property.id}>
              <RunButton controller={controller} property={property} isShown={property.id === shown}>
                <span aria-hidden="true">{SYMBOL.violated}</span> {property.id}
              </RunButton>
            </li>
          ))}
        </ul>
      )}
      <details open={properties.length <= opensUpTo}>
        <summary>All properties</summary>
        <div class="scroll" role="region" aria-label="All properties" tabIndex={0}>
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">Verdict</th>
                <th scope="col">Severity</th>
                <th scope="col">Property</th>
                <th scope="col">Meaning</th>
                <th scope="col">Run</th>
              </tr>
            </thead>
            <tbody>
              {bySeverity(properties).map((property) => (
                <PropertyRow
                  key={property.id}
                  controller={controller}
                  property={property}
                  isShown={property.id === shown}
                />
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {text === undefined ? null : (
        <details>
          <summary>The report as text</summary>
          <pre class="scroll" role="region" aria-label="The report as text" tabIndex={0}>
            {text}
          </pre>
        </details>
      )}
      {done === undefined || done.coverage.length === 0 ? null : (
        <CoverageTable coverage={done.coverage} isComplete={done.stopped === undefined} />
      )}
    </section>
  );
}

/** The first question about a modelled system: can an interrupt be lost? */
function Answer({ state, properties }: Omit<VerdictProps, "controller">): JSX.Element | null {
  const main = properties.find(({ id }) => id === MAIN_PROPERTY);
  if (state.overview?.isSystem !== true || state.check?.kind !== "done" || main === undefined) return null;
  const { states } = state.check.result;
  switch (main.verdict) {
    case "violated":
      return <span class="answer violated">An interrupt can be lost. </span>;
    case "holds":
      return (
        <span class="answer holds">
          {states === undefined
            ? "No interrupt is lost in any reachable state. "
            : `No interrupt is lost in any of the ${count(states.distinct)} states. `}
        </span>
      );
    default:
      return null;
  }
}

/** The first entry of the same group whose answer is the other one, to compare with. */
function Opposite({ controller, state, properties }: VerdictProps): JSX.Element | null {
  const { entries, position } = state;
  const verdict = properties.find(({ id }) => id === MAIN_PROPERTY)?.verdict;
  const group = entries.find(({ id }) => id === position?.model)?.group;
  const wanted = verdict === "violated" ? "holds" : verdict === "holds" ? "violated" : undefined;
  const other = entries.find((entry) => entry.group === group && entry.expected === wanted);
  if (wanted === undefined || other === undefined) return null;
  return (
    <p>
      <button type="button" onClick={() => void controller.open(other.id)}>
        {wanted === "holds" ? "See a scheme that loses nothing" : "See a scheme that loses interrupts"}: {other.id}
      </button>
    </p>
  );
}

function PropertyRow({
  controller,
  property,
  isShown,
}: {
  readonly controller: Controller;
  readonly property: PropertyView;
  readonly isShown: boolean;
}): JSX.Element {
  const { id, kind, title, learns, severity, verdict, remark, fairness, run } = property;
  return (
    <tr class={verdict}>
      <td class="verdict">
        <span aria-hidden="true">{SYMBOL[verdict]}</span> {WORD[verdict]}
      </td>
      <td>{severity}</td>
      <th scope="row">{id}</th>
      <td>
        {sentence(title)}
        {learns === undefined ? null : <small>It shows {sentence(learns)}</small>}
        {remark === undefined ? null : <small>{sentence(remark)}</small>}
        {fairness === undefined ? null : <small>Under {sentence(fairness)}</small>}
      </td>
      <td>
        {run === undefined ? null : (
          <RunButton controller={controller} property={property} isShown={isShown}>
            {kind === "sometimes" ? "witness" : "counterexample"}, {counted(run.instances.length, "step")}
          </RunButton>
        )}
      </td>
    </tr>
  );
}

function RunButton({
  controller,
  property,
  isShown,
  children,
}: {
  readonly controller: Controller;
  readonly property: PropertyView;
  readonly isShown: boolean;
  readonly children: preact.ComponentChildren;
}): JSX.Element {
  const { run } = property;
  const missing = run === undefined || !isAvailable(controller.source, run);
  return (
    <button
      type="button"
      disabled={missing}
      aria-pressed={isShown}
      title={missing ? "No run to show" : `Show the run of ${property.id}`}
      onClick={() => void controller.show(property as WithRun)}
    >
      {children}
    </button>
  );
}

function CoverageTable({
  coverage,
  isComplete,
}: {
  readonly coverage: readonly Coverage[];
  /** Whether the search has seen every reachable state. */
  readonly isComplete: boolean;
}): JSX.Element {
  const never = coverage.filter(({ taken }) => taken === 0);
  const most = Math.max(1, ...coverage.map(({ taken }) => taken));
  const heading =
    never.length === 0
      ? "Coverage: every action is enabled in some state"
      : `Coverage: ${counted(never.length, "action")} ${isComplete ? "never enabled" : "not enabled so far"}`;
  return (
    <details>
      <summary>{heading}</summary>
      <div class="scroll" role="region" aria-label="Coverage of actions" tabIndex={0}>
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">Action</th>
              <th scope="col">Steps, one from each state</th>
              <th scope="col">First level</th>
            </tr>
          </thead>
          <tbody>
            {coverage.map(({ action, taken, level, because }) => (
              <tr key={action} class={taken === 0 && because === undefined ? "never" : ""}>
                <th scope="row">{action}</th>
                <td>
                  <meter min={0} max={most} value={taken} aria-hidden="true" /> {count(taken)}
                  {because === undefined ? null : <small>{sentence(because)}</small>}
                </td>
                <td>{level ?? "never"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** The functions of the model that fail, each with the run to the state in which it does. */
function Mistakes({
  controller,
  mistakes,
}: {
  readonly controller: Controller;
  readonly mistakes: readonly MistakeView[];
}): JSX.Element | null {
  if (mistakes.length === 0) return null;
  return (
    <ul class="mistakes">
      {mistakes.map(({ subject, message, place, run }) => (
        <li class="box bad" key={`${subject} ${message}`}>
          <b>Model error: {subject}</b> {sentence(message)}
          {place === undefined ? null : <code> {place}</code>}{" "}
          <button
            type="button"
            disabled={!isAvailable(controller.source, run)}
            onClick={() => void controller.showPath(run)}
          >
            Show the run to it
          </button>
        </li>
      ))}
    </ul>
  );
}

function tally(properties: readonly PropertyView[]): string {
  const of = (verdict: PropertyView["verdict"]): number => properties.filter((one) => one.verdict === verdict).length;
  const parts = [
    [of("violated"), "violated"],
    [of("holds"), of("holds") === 1 ? "holds" : "hold"],
    [of("error"), "in error"],
    [of("inconclusive"), "inconclusive"],
    [of("open"), "not decided yet"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return said.length === 0 ? "The model has no properties." : sentence(said.join(", "));
}

function bySeverity(properties: readonly PropertyView[]): PropertyView[] {
  return properties.toSorted(
    (one, other) => SEVERITY_ORDER.indexOf(one.severity) - SEVERITY_ORDER.indexOf(other.severity),
  );
}
