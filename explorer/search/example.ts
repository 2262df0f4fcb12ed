import { type Model, type Path, always, check, step, walkerOf, withProperties } from "../../checker/index.ts";
import { type SystemState, messageOf } from "../../model/index.ts";
import { isQuiet } from "../../properties/index.ts";
import type { Explored } from "../views/viewer.ts";
import type { CheckedView } from "../wire.ts";
import type { ExplorerSearchOptions } from "./options.ts";

/** An example is near the beginning or not worth a search. */
const MAX_EXAMPLE_STATES = 200_000;

/**
 * A run that shows what a scheme does that loses nothing: the device raises in the middle of a move, where its message
 * names neither the old target nor the new one if there is such a moment, and then everything comes to rest.
 */
export async function exampleOf(
  { model, system }: Explored,
  options: ExplorerSearchOptions,
): Promise<CheckedView["example"]> {
  if (system === undefined) return undefined;
  const moving = (state: SystemState, device: number): boolean => state.irq[device]!.migration.step > 0;
  const between = (state: SystemState, device: number): boolean => {
    const { cpu, vector, previous } = state.irq[device]!;
    const target = messageOf(state, device);
    const isAt = (place: { readonly cpu: number; readonly vector: number } | null): boolean =>
      place !== null && place.cpu === target.cpu && place.vector === target.vector;
    return moving(state, device) && !isAt({ cpu, vector }) && !isAt(previous);
  };
  const raised = async (isWanted: (state: SystemState, device: number) => boolean): Promise<Path | undefined> =>
    firstRun(
      withProperties(model, {
        example: step<unknown>("no raise there", (before, { action, parameters }) => {
          return action !== "device.raise" || !isWanted(before as SystemState, parameters["device"] as number);
        }),
      }),
      options,
    );
  const raise = (await raised(between)) ?? (await raised(moving));
  if (raise === undefined) return undefined;
  const walker = walkerOf(model);
  let { state } = walker.start(raise.initial);
  for (const instance of raise.instances) ({ state } = walker.take(state, instance));
  const rest = await firstRun(
    {
      ...withProperties(model, { example: always<unknown>("no rest", (here) => !isQuiet(here as SystemState)) }),
      initial: [state],
    },
    options,
  );
  const title = "Example: the device raises during a move";
  return { initial: raise.initial, instances: [...raise.instances, ...(rest?.instances ?? [])], title };
}

/** A shortest run that violates the property `example`. */
async function firstRun(model: Model<unknown>, { signal, workers }: ExplorerSearchOptions): Promise<Path | undefined> {
  const report = await check(model, {
    ...(signal === undefined ? {} : { signal }),
    ...(workers === undefined ? {} : { workers }),
    maxStates: MAX_EXAMPLE_STATES,
    untilViolation: true,
    purity: "assumed",
  });
  const trace = report.properties[0]?.trace;
  return trace === undefined ? undefined : walkerOf(model).pathOf(trace);
}
