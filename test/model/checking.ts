import { check as checkAny, type CheckOptions, type Model, type Report } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { commonParameters, type CommonParameters } from "irqproof/model";

/** The common parameters of the catalogue with their defaults. */
export const defaults = Object.fromEntries(
  Object.entries(commonParameters).map(([name, parameter]) => [name, parameter.default]),
) as CommonParameters;

/** `check` of a model made of the catalogue's parts. test/checker/reading reads their functions once, so no check does it again. */
export function check<S>(model: Model<S>, options: CheckOptions = {}): Promise<Report<S>> {
  return checkAny(model, { purity: "assumed", ...options });
}

/** The properties of an entry whose verdicts are not those that it states for these parameters. */
export async function unexpected(
  id: string,
  given: Readonly<Record<string, unknown>>,
  options: CheckOptions = {},
): Promise<string[]> {
  const entry = entryOf(id)!;
  const expected = entry.expected(given);
  const model = checkable(entry).instantiate(given);
  const stated = [...model.properties.keys()].filter((property) => expected[property] !== undefined);
  if (stated.length === 0) throw new Error(`${id} states no verdict`);
  const { properties } = await check(model, { ...options, properties: stated });
  return properties.flatMap(({ id: property, verdict }) =>
    verdict === expected[property] ? [] : [`${property}: ${verdict}, with ${JSON.stringify(given)}`],
  );
}
