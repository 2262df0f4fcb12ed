import { ModelError } from "./errors.ts";
import type { ActionInstance, Model, Property } from "./language/index.ts";
import { casesOf } from "./liveness/predicates.ts";
import { Pace } from "./pace.ts";
import type { Reading } from "./reading/index.ts";
import { placeOf } from "./reading/source/place.ts";
import { directSemanticsOf } from "./semantics/direct-semantics.ts";
import { Fault } from "./semantics/fault.ts";
import type { State } from "./semantics/semantics.ts";
import { misreadIn, watched, type Misread } from "./semantics/watched.ts";

/** A function whose source was not read. */
interface Unread {
  /** The beginning of a sentence: `property low`. */
  readonly where: string;
  call(): unknown;
}

/**
 * Calls the functions that could not be read once more, with every reachable state, so that a name that no state has is
 * found in them too: it would read as undefined, and a comparison with it as false.
 *
 * @param states all reachable states, packed by the layout
 * @throws ModelError where one reads such a name
 */
export async function refuseMisreads<S>(
  model: Model<S>,
  properties: Iterable<readonly [string, Property<S>]>,
  reading: Reading<S>,
  states: Iterable<Uint32Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const calls = new Misreads(model, [...properties], reading);
  if (!calls.hasAny) return;
  const pace = new Pace({ signal });
  for (const words of states) {
    calls.of(words);
    if (pace.isDue() && (await pace.pause())) return;
  }
}

class Misreads<S> {
  readonly #model: Model<S>;
  readonly #actions: readonly ActionInstance<S>[];
  readonly #ofStates: readonly { readonly id: string; readonly holds: (state: State<S>) => unknown }[];
  readonly #ofSteps: readonly (readonly [string, Property<S> & { readonly kind: "step" }])[];
  readonly #semantics: ReturnType<typeof directSemanticsOf<S>>;
  readonly #after: Uint32Array;

  constructor(model: Model<S>, properties: readonly (readonly [string, Property<S>])[], reading: Reading<S>) {
    this.#model = model;
    this.#semantics = directSemanticsOf(model);
    this.#after = new Uint32Array(model.layout.words);
    this.#actions = model.instances.filter((instance) => reading.action(instance).unread !== undefined);
    const unread = (holds: (state: never) => never): boolean => reading.state("", holds).unread !== undefined;
    this.#ofStates = properties.flatMap(([id, property]) =>
      predicatesOf(id, property).filter(({ holds }) => unread(holds as never)),
    );
    this.#ofSteps = properties.flatMap(([id, property]) => {
      if (property.kind !== "step") return [];
      const isUnread = model.instances.some(
        (instance) => !this.#actions.includes(instance) && reading.step(id, property, instance).unread !== undefined,
      );
      return isUnread || this.#actions.length > 0 ? [[id, property] as const] : [];
    });
  }

  get hasAny(): boolean {
    return this.#actions.length + this.#ofStates.length + this.#ofSteps.length > 0;
  }

  /** @throws ModelError where a function that was not read reads a name that a state does not have */
  of(words: Uint32Array): void {
    const { name } = this.#model;
    for (const { where, call } of this.#calls(words)) {
      const misread = misreadIn(call);
      if (misread !== undefined) throw new ModelError(`model ${name}: ${misreadText(where, misread)}`);
    }
  }

  *#calls(words: Uint32Array): Generator<Unread> {
    const copy = (from: Uint32Array = words): S => watched(this.#model.layout.decode(from, 0));
    for (const { id, holds } of this.#ofStates) {
      yield { where: `property ${id}`, call: () => holds(copy() as State<S>) };
    }
    const state = this.#semantics.unpack(words, 0);
    for (const instance of this.#actions) {
      const where = `action ${instance.text}`;
      yield { where: `${where}: its guard`, call: () => instance.guard(copy() as State<S>) };
      if (this.#take(instance, state)) yield { where: `${where}: its recipe`, call: () => instance.recipe(copy()) };
    }
    if (this.#ofSteps.length === 0) return;
    for (const instance of this.#model.instances) {
      if (!this.#take(instance, state)) continue;
      for (const [id, { holds }] of this.#ofSteps) {
        const call = (): unknown => holds(copy() as State<S>, instance, copy(this.#after) as State<S>);
        yield { where: `property ${id}`, call };
      }
    }
  }

  /** Whether a step is possible; then the state after it is in `#after`. */
  #take(instance: ActionInstance<S>, state: State<S>): boolean {
    try {
      if (!this.#semantics.enabled(instance, state)) return false;
      this.#semantics.apply(instance, state, this.#after, 0);
      return true;
    } catch (error) {
      if (error instanceof Fault) return false;
      throw error;
    }
  }
}

function predicatesOf<S>(
  id: string,
  property: Property<S>,
): { readonly id: string; readonly holds: (state: State<S>) => unknown }[] {
  switch (property.kind) {
    case "always":
    case "sometimes":
      return [{ id, holds: property.holds }];
    case "noDeadlock":
      return [{ id, holds: property.unless }];
    case "step":
      return [];
    default:
      return casesOf(id, property).flatMap(({ predicates }) => predicates.map(({ holds }) => ({ id, holds })));
  }
}

/** A sentence about a read, with its place: as the reader words it. */
function misreadText(where: string, misread: Misread): string {
  const place = placeOf(misread);
  const at = place === undefined ? "" : ` (${place.file}:${place.line}:${place.column})`;
  return `${where} ${misread.what}${at}${misread.advice}`;
}
