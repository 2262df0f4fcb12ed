/** Random systems made of random terms: every kind of cell and operator, in guards, values and properties. */
import * as fc from "fast-check";
import { model, type Model } from "irqproof/checker";
import type { Reading } from "../../../checker/reading/index.ts";
import { NotRead, Terms, type Bool, type Scalar, type Value } from "../../../checker/terms/index.ts";
import { bool, layout, scalar, stateType } from "../terms/arbitrary-terms.ts";

const FIELDS = layout.cells.map(({ path }) => path);

const assignments = fc.uniqueArray(fc.record({ cell: fc.nat(FIELDS.length - 1), value: scalar, truth: bool }), {
  selector: ({ cell }) => cell,
  minLength: 1,
  maxLength: 3,
});

/** Parts of a random system. */
export const randomParts = fc.record({
  actions: fc.array(fc.record({ guard: bool, assignments }), { minLength: 2, maxLength: 4 }),
  always: fc.array(bool, { minLength: 2, maxLength: 4 }),
});

/** A model, and its functions as the terms that they were made with. */
export interface RandomSystem {
  readonly model: Model<unknown>;
  readonly reading: Reading<unknown>;
}

/**
 * A system of such parts, unless terms refuse one: a refusal is no wrong answer. An action is enabled where its values are
 * in the types of their cells.
 */
export function systemOfParts(
  parts: typeof randomParts extends fc.Arbitrary<infer Parts> ? Parts : never,
): RandomSystem {
  try {
    return built(parts);
  } catch (error) {
    if (error instanceof NotRead) fc.pre(false);
    throw error;
  }
}

function built({ actions, always }: Parameters<typeof systemOfParts>[0]): RandomSystem {
  const terms = new Terms();
  const cells = layout.cells.map(({ shape }, index) => terms.cell(index, shape));
  const valuesOf = (given: object): Scalar[] => FIELDS.map((field) => (given as Record<string, Scalar>)[field]);
  const valueOf = ({ cell, value, truth }: (typeof actions)[number]["assignments"][number]) =>
    cell < 2 ? truth : value;
  const isTyped = (cell: number, value: Scalar): boolean => layout.cells[cell]!.shape.indexOf(value) >= 0;
  const subject = model({
    name: "random",
    state: stateType,
    initial: {
      flag: false,
      other: true,
      light: "red",
      lamp: "blue",
      count: 1,
      level: -1,
      cpu: null,
      wide: 7,
      large: 11,
    },
    actions: Object.fromEntries(
      actions.map(({ guard, assignments: all }, index) => [
        `act${index}`,
        {
          when: (now: object) => {
            const values = valuesOf(now);
            return (
              guard.evaluate(values) === true && all.every((one) => isTyped(one.cell, valueOf(one).evaluate(values)))
            );
          },
          then: (draft: object) => {
            const values = valuesOf(draft);
            for (const one of all) Object.assign(draft, { [FIELDS[one.cell]!]: valueOf(one).evaluate(values) });
          },
        },
      ]),
    ),
    properties: (make) =>
      Object.fromEntries(
        always.map((holds, index) => [
          `p${index}`,
          make.always(holds.text, (now) => holds.evaluate(valuesOf(now)) === true),
        ]),
      ),
  }) as unknown as Model<unknown>;
  const commands = actions.map(({ guard, assignments: all }) => {
    const next = new Map(all.map((one) => [one.cell, valueOf(one).build(terms, cells)] as [number, Value]));
    const typed = Array.from(next, ([cell, value]) => inType(terms, cell, value));
    return { guard: terms.and(guard.build(terms, cells), ...typed), next };
  });
  const judged = new Map(
    always.map((holds, index) => [subject.properties.get(`p${index}`)!, holds.build(terms, cells)] as const),
  );
  const reading: Reading<unknown> = {
    model: subject,
    terms,
    cells,
    action: (instance) => ({ instance, ...commands[instance.index]!, fault: false, unread: undefined }),
    state: (id) => ({ holds: judged.get(subject.properties.get(id)!)!, fault: false, unread: undefined }),
    step: () => ({ holds: true, fault: false, unread: undefined }),
    notes: [],
    changed: () => undefined,
  };
  return { model: subject, reading };

  function inType(terms: Terms, cell: number, value: Value): Bool {
    const { shape } = layout.cells[cell]!;
    if (terms.domainOf(value) !== undefined) return terms.test(value, (one) => shape.indexOf(one) >= 0);
    const [low, high] = [shape.valueAt(0), shape.valueAt(shape.cardinality - 1)];
    if (typeof low !== "number" || typeof high !== "number") throw new NotRead("an integer of a large range");
    return terms.and(terms.not(terms.less(value, low)), terms.not(terms.less(high, value)));
  }
}

/** States of a random system: with fewer or more, it says little. */
const MIN_STATES = 4;
const MAX_STATES = 2_000;

/** Whether a model has enough states, and not too many. */
export function isOfUse({ initial, instances }: Model<unknown>): boolean {
  const seen = new Map(initial.map((state) => [JSON.stringify(state), state]));
  for (const state of seen.values()) {
    for (const instance of instances) {
      if (!instance.guard(state as never)) continue;
      const after = structuredClone(state);
      instance.recipe(after);
      seen.set(JSON.stringify(after), after);
    }
    if (seen.size > MAX_STATES) return false;
  }
  return seen.size >= MIN_STATES;
}
