import type { ActionInstance, Model, SafetyProperty } from "../language/index.ts";
import { DiagramStore } from "./diagram.ts";
import { Unlearnable } from "./draft.ts";
import { Learned } from "./learn.ts";
import { HIT, NONE, type Outcome } from "./outcome.ts";
import { Recorder } from "./recorder.ts";

type Of<S, Kind> = SafetyProperty<S> & { readonly kind: Kind };

/** The functions of a model, each ready to be learned; all of them share one recorder. */
export class Functions<S> {
  readonly recorder: Recorder<S>;
  readonly store = new DiagramStore();
  readonly #model: Model<S>;
  readonly #guards = new Map<ActionInstance<S>, Learned>();

  constructor(model: Model<S>) {
    this.#model = model;
    this.recorder = new Recorder(model.layout);
  }

  /** The recipe of an instance, under the condition of its guard: "none" where it is not enabled, else "update". */
  action(instance: ActionInstance<S>): Learned {
    return this.#learned(`action ${instance.text}`, () => this.#update(instance)[0], this.#guard(instance));
  }

  /** "hit" where an `always` property fails or a `sometimes` property holds. */
  state(id: string, property: Of<S, "always" | "sometimes">): Learned {
    const sought = property.kind === "sometimes";
    return this.#predicate(id, () => verdict(property.holds(this.recorder.view() as never)) === sought);
  }

  /** "hit" where nothing needs to happen by a `noDeadlock` property. */
  excuse(id: string, property: Of<S, "noDeadlock">): Learned {
    return this.#predicate(id, () => property.unless(this.recorder.view() as never));
  }

  /** "hit" where the step by an instance violates a `step` property. */
  step(id: string, property: Of<S, "step">, instance: ActionInstance<S>): Learned {
    const judge = (): boolean => {
      let failed = false;
      // Most such properties look at the state after a few actions only: for the others it need not be made.
      const after = this.recorder.later(() => {
        const [outcome, state] = this.#update(instance);
        // Where the step itself is left to the reference semantics, so is the judgement of it.
        if (outcome.kind === "update") return state;
        failed = true;
        throw new Unlearnable();
      });
      const step = { action: instance.action, parameters: instance.parameters };
      const violated = !verdict(property.holds(this.recorder.view() as never, step, after as never));
      if (failed) throw new Unlearnable();
      return violated;
    };
    return this.#learned(`property ${id}`, () => (judge() ? HIT : NONE), this.#guard(instance));
  }

  /** "hit" where an instance is enabled: learned once for all that depends on it. */
  #guard(instance: ActionInstance<S>): Learned {
    let guard = this.#guards.get(instance);
    if (guard === undefined) {
      guard = this.#learned(`action ${instance.text}`, () => (this.#enabled(instance) ? HIT : NONE));
      this.#guards.set(instance, guard);
    }
    return guard;
  }

  #learned(where: string, run: () => Outcome, condition?: Learned): Learned {
    const recorder = this.recorder as Recorder<unknown>;
    return new Learned(`model ${this.#model.name}: ${where}`, recorder, this.store, run, condition);
  }

  #predicate(id: string, found: () => boolean): Learned {
    return this.#learned(`property ${id}`, () => (found() ? HIT : NONE));
  }

  #enabled(instance: ActionInstance<S>): boolean {
    const enabled: unknown = instance.guard(this.recorder.view() as never);
    if (typeof enabled !== "boolean") throw new Unlearnable();
    return enabled;
  }

  #update(instance: ActionInstance<S>): [Outcome, S] {
    const draft = this.recorder.draft();
    const returned: unknown = instance.recipe(draft);
    if (returned instanceof Promise) {
      returned.catch(() => {});
      throw new Unlearnable();
    }
    const writes = this.recorder.writes(draft);
    // It may have returned the next state instead of changing its draft: the reference semantics says so.
    if (writes.length === 0 && typeof returned === "object" && returned !== null) throw new Unlearnable();
    return [{ kind: "update", writes }, this.recorder.after(draft)];
  }
}

/** Whether a judgement is positive. */
function verdict(judgement: unknown): boolean {
  if (judgement === true) return true;
  const failed =
    judgement === false ||
    (typeof judgement === "object" && judgement !== null && "holds" in judgement && judgement.holds === false);
  if (!failed) throw new Unlearnable();
  return false;
}
