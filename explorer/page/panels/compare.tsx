import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { WithRun } from "../../main-run.ts";
import { commonSteps, pathText } from "../../path.ts";
import type { StepView } from "../../wire.ts";
import type { Controller, PageState } from "../controller.ts";
import { differing } from "../differing.ts";

interface CompareProps {
  readonly controller: Controller;
  readonly state: PageState;
  readonly compared: WithRun;
}

/** More steps than this are not set side by side. */
const MAX_COMPARED_STEPS = 40;

/** The run that is shown beside the counterexample that it has left. */
export function ComparePanel({ controller, state, compared }: CompareProps): JSX.Element {
  const { position, steps } = state;
  const { model, path, at } = position!;
  const common = Math.max(0, commonSteps(path, compared.run));
  const last = Math.min(common + MAX_COMPARED_STEPS, Math.max(path.instances.length, compared.run.instances.length));
  const theirs = useSteps(controller, model, compared, common, last);
  const places = Array.from({ length: last - common }, (_, index) => common + 1 + index);
  const there = theirs.get(Math.min(at, compared.run.instances.length));
  const here = steps.get(at);
  return (
    <section class="panel" aria-labelledby="compare-heading">
      <h2 id="compare-heading">Comparison with the counterexample</h2>
      <div class="scroll" role="region" aria-label="Both runs" tabIndex={0}>
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">This run</th>
              <th scope="col">{compared.id}</th>
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <tr key={place} class={place === at ? "targeted" : ""}>
                <th scope="row">{place}</th>
                <td>{place <= path.instances.length ? (steps.get(place)?.label ?? "") : ""}</td>
                <td>{theirs.get(place)?.label ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {here === undefined || there === undefined || at <= common ? null : (
        <>
          <h3>Different after step {at}</h3>
          <ul class="differences">
            {differing(here.state, there.state).map(({ path: where, one, other }) => (
              <li key={where}>
                <code>{where}</code>: {one} here, {other} there
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The steps of the counterexample, once they are known. */
function useSteps(
  controller: Controller,
  model: string,
  { run }: WithRun,
  from: number,
  to: number,
): ReadonlyMap<number, StepView> {
  const [steps, setSteps] = useState<ReadonlyMap<number, StepView>>(new Map());
  const key = `${model} ${pathText(run)} ${from} ${to}`;
  useEffect(() => {
    let isWanted = true;
    const last = Math.min(to, run.instances.length);
    controller.source
      .run(model, pathText({ initial: run.initial, instances: run.instances }), from, last)
      .then((got) => {
        if (!isWanted) return;
        setSteps(new Map(got.flatMap((step, index) => (step === undefined ? [] : [[from + index, step] as const]))));
      })
      .catch(() => {
        // The comparison stays empty; the run itself is shown with its error.
      });
    return () => {
      isWanted = false;
    };
  }, [key]);
  return steps;
}
