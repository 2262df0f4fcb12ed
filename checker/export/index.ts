/**
 * Exports to other checkers, as `irqproof/export`. A model is read, its steps become guarded commands, and these are
 * written in the language of SPIN, TLC, Rumur, ABC or an SMT solver; see docs/second-opinion.md.
 *
 * @example
 * ```ts
 * import { model, range, record } from "irqproof/checker";
 * import { programOf, readSystem, toPromela } from "irqproof/export";
 *
 * const clock = model({
 *   name: "clock",
 *   state: record({ hour: range(0, 23) }),
 *   initial: { hour: 0 },
 *   actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % 24; } } },
 *   properties: ({ always }) => ({ "is-day": always("an hour of the day", ({ hour }) => hour < 24) }),
 * });
 * console.assert(toPromela(programOf(readSystem(clock))).text.includes("hour"));
 * ```
 *
 * @packageDocumentation
 */
import type { Model } from "../language/index.ts";
import { createReading } from "../reading/index.ts";
import { systemOf, type SystemOptions, type TransitionSystem } from "../system/system.ts";

/**
 * The transition system of a model: each guard, next value and property as a term.
 *
 * @throws ModelError when a function of the model cannot be read, with the reason and the place
 */
export function readSystem<S>(model: Model<S>, options: SystemOptions = {}): TransitionSystem<S> {
  return systemOf(createReading(model), options);
}

export { programOf, type Program } from "../system/guarded-commands.ts";
export type { SystemOptions, TransitionSystem } from "../system/system.ts";
export { toAiger, type Aiger } from "./aiger/aiger.ts";
export { distributedScript } from "./distributed.ts";
export { toDot } from "./graph.ts";
export { toMurphi, type MurphiOptions, type MurphiText } from "./murphi.ts";
export { toPromela, type PromelaText } from "./promela.ts";
export { toSmtlib } from "./smtlib/smtlib.ts";
export { toTla, type TlaText } from "./tla.ts";
