import { check as checkAny, type CheckOptions, type Model, type Report } from "irqproof/checker";
import { commonParameters, type CommonParameters } from "irqproof/model";

/** The common parameters of the catalogue with their defaults. */
export const defaults = Object.fromEntries(
  Object.entries(commonParameters).map(([name, parameter]) => [name, parameter.default]),
) as CommonParameters;

/** `check` of a model made of the catalogue's parts. test/checker/reading reads their functions once, so no check does it again. */
export function check<S>(model: Model<S>, options: CheckOptions = {}): Promise<Report<S>> {
  return checkAny(model, { purity: "assumed", ...options });
}
