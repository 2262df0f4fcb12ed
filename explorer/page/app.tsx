import { useEffect, useRef, useState } from "preact/hooks";
import type { JSX } from "preact";
import type { WithRun } from "../main-run.ts";
import { commonSteps } from "../path.ts";
import type { PropertyView } from "../wire.ts";
import { ChoicePanel } from "./panels/choices.tsx";
import { ChartPanel } from "./panels/chart.tsx";
import { ComparePanel } from "./panels/compare.tsx";
import type { Controller, PageState } from "./controller.ts";
import { windowAround } from "./controller.ts";
import { DiagramPanel } from "./panels/diagram.tsx";
import { drawn } from "./drawn.ts";
import { Header } from "./panels/header.tsx";
import { HelpDialog } from "./panels/help.tsx";
import { act, commandOf } from "./keys.ts";
import type { DrawnStep } from "./layout.ts";
import { MachinePanel } from "./panels/machine.tsx";
import { MovesPanel } from "./panels/moves.tsx";
import { RunNote } from "./panels/run-note.tsx";
import { StatePanel } from "./panels/state.tsx";
import { VerdictPanel } from "./panels/verdicts.tsx";

/** The page. */
export function App({ controller }: { readonly controller: Controller }): JSX.Element {
  const state = usePageState(controller);
  const help = useRef<HTMLDialogElement>(null);
  useKeys(controller, () => help.current?.showModal());
  const { overview, position, error } = state;
  useEffect(() => {
    if (overview !== undefined) document.title = `${overview.id} - irqproof`;
  }, [overview]);
  return (
    <>
      <Header controller={controller} state={state} openHelp={() => help.current?.showModal()} />
      <main>
        {error === undefined ? null : (
          <p class="box bad" role="alert">
            {error}
          </p>
        )}
        {overview === undefined || position === undefined ? (
          error === undefined && <p class="quiet">Loading the model.</p>
        ) : (
          <Views controller={controller} state={state} />
        )}
      </main>
      <HelpDialog dialog={help} isBook={controller.source.book !== undefined} />
    </>
  );
}

/** The views of a model: verdicts, the run, and the chosen state. */
export function Views({
  controller,
  state,
  opensUpTo = 0,
}: {
  readonly controller: Controller;
  readonly state: PageState;
  /** The largest number of properties whose table is open at first. */
  readonly opensUpTo?: number;
}): JSX.Element {
  const { overview, position, steps } = state;
  const { path, at } = position!;
  const properties = controller.properties();
  const compared = controller.comparedProperty();
  const shown = drawnSteps(state, properties, loopFrom(compared, state));
  const here = steps.get(at);
  const before = at === 0 ? undefined : steps.get(at - 1);
  const { book } = controller.source;
  const departs =
    compared !== undefined &&
    commonSteps(path, compared.run) < Math.min(path.instances.length, compared.run.instances.length);
  return (
    <>
      {overview!.notes.map((note) => (
        <p class="box warn" key={note}>
          {note}
        </p>
      ))}
      {book?.moves === undefined ? (
        <VerdictPanel controller={controller} state={state} properties={properties} opensUpTo={opensUpTo} />
      ) : (
        <MovesPanel controller={controller} moves={book.moves} text={book.text} />
      )}
      {shown.length === 0 && book !== undefined ? null : (
        <div class="columns">
          <section class="panel run" aria-labelledby="run-heading">
            <RunNote controller={controller} state={state} drawn={shown} />
            <DiagramPanel
              lanes={overview!.lanes}
              steps={shown}
              at={at}
              length={path.instances.length}
              select={(place) => void controller.select(place)}
            />
            {controller.source.chart === undefined ? null : <ChartPanel controller={controller} state={state} />}
          </section>
          <div class="side">
            {book !== undefined ? null : <ChoicePanel controller={controller} state={state} />}
            {here === undefined || !overview!.isSystem ? null : (
              <MachinePanel cards={here.machine} before={before?.machine} at={at} />
            )}
            {here === undefined ? null : (
              <StatePanel state={here.state} before={before?.state} at={at} isOpen={!overview!.isSystem} />
            )}
            {departs ? <ComparePanel controller={controller} state={state} compared={compared} /> : null}
          </div>
        </div>
      )}
    </>
  );
}

/** Lets the keys act on a model. */
export function useKeys(controller: Controller, openHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const command = commandOf(event);
      if (command === undefined) return;
      event.preventDefault();
      if (command.kind === "help") openHelp();
      else void act(command, controller);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [controller]);
}

/** The controller's state, for a component that shows it. */
export function usePageState(controller: Controller): PageState {
  const [state, setState] = useState(controller.state);
  useEffect(() => {
    const update = (): void => setState(controller.state);
    // It may have changed between the first drawing and now.
    update();
    return controller.subscribe(update);
  }, [controller]);
  return state;
}

/** The known steps around the chosen one. */
function drawnSteps(
  { overview, position, steps }: PageState,
  properties: readonly PropertyView[],
  loopFrom: number | undefined,
): DrawnStep[] {
  const { path, at } = position!;
  const [first, last] = windowAround(at, path.instances.length);
  return drawn({
    steps,
    first,
    last,
    properties: new Set(properties.map(({ id }) => id)),
    isSystem: overview!.isSystem,
    length: path.instances.length,
    ...(loopFrom === undefined ? {} : { loopFrom }),
  });
}

/** Start of the loop of the run that is shown; undefined for a finite run. */
function loopFrom(compared: WithRun | undefined, { position }: PageState): number | undefined {
  const { path } = position!;
  if (compared?.run.loopFrom === undefined || compared.run.instances.length !== path.instances.length) return undefined;
  return commonSteps(compared.run, path) === path.instances.length ? compared.run.loopFrom : undefined;
}
