import { overlay, type FairnessInForce, type Model } from "../language/index.ts";
import { show } from "../schema/index.ts";

/** Instances some of which a fair run takes, if they can be taken often enough. */
export interface FairGroup {
  readonly strong: boolean;
  /** `accept(cpu=0, vector=1)`, or, for a group of several, `accept with cpu=0`. */
  readonly text: string;
  /** Indices of instances. */
  readonly instances: readonly number[];
}

/** Requirements on a fair run. */
export interface FairGroups {
  readonly groups: readonly FairGroup[];
  /** For each instance the numbers of the groups that it belongs to. */
  readonly of: readonly (readonly number[])[];
}

/** The assumptions under which a property is decided: its own over the model's. */
export function assumptionsOf<S>(
  model: Model<S>,
  property: { readonly fairness: Parameters<typeof overlay>[2] },
): FairnessInForce[] {
  return overlay(model.actions, model.fairness, property.fairness);
}

/** Assumptions, spelt out for the instances of a model. */
export function groupsOf<S>(model: Model<S>, assumptions: readonly FairnessInForce[]): FairGroups {
  const groups: { strong: boolean; text: string; instances: number[] }[] = [];
  const of: number[][] = model.instances.map(() => []);
  for (const { strength, actions, per } of assumptions) {
    const numbers = new Map<string, number>();
    for (const { index, action, parameters, text } of model.instances) {
      if (!actions.includes(action)) continue;
      const values = (per ?? []).map((name) => `${name}=${show(parameters[name])}`).join(", ");
      const key = per === undefined ? String(index) : values;
      let number = numbers.get(key);
      if (number === undefined) {
        numbers.set(key, (number = groups.length));
        const names = actions.join(" or ");
        const name = per === undefined ? text : values === "" ? names : `${names} with ${values}`;
        groups.push({ strong: strength === "strong", text: name, instances: [] });
      }
      groups[number]?.instances.push(index);
      of[index]?.push(number);
    }
  }
  return { groups, of };
}
