import { hasPart, partOfState, shown } from "../conformance/observation.ts";
import { InternalError } from "../errors.ts";
import type { ActionInstance, Model } from "../language/index.ts";
import { semanticsOf, type Semantics, type State } from "../semantics/semantics.ts";
import type { Path } from "../trace/shortest.ts";
import { walk, type Trace } from "../trace/trace.ts";
import type { CheckedMapping, Image } from "./mapping.ts";

/** The abstract counterpart of a step of the concrete model. */
export interface AbstractStep<A> {
  /** The step, as `name(parameter=value)`; undefined where the state stays as it is, and in the initial state. */
  readonly text: string | undefined;
  /** The state after the step. */
  readonly state: State<A>;
}

/** A run of the concrete model whose last step agrees with no step of the abstract model. */
export interface RefinementFailure<C, A> {
  /** A shortest such run; of one state where an initial state is the one that agrees with none. */
  readonly trace: Trace<C>;
  /** A run of the abstract model that agrees with all but the last state of the trace: one entry for each of them. */
  readonly abstract: readonly AbstractStep<A>[];
  /** Image of the last state under the mapping. */
  readonly image: unknown;
  /** Steps allowed by the abstract model in place of the last one: each once, at most `MAX_ALLOWED`. */
  readonly allowed: readonly string[];
  /** The number of abstract states that fitted before the last step. */
  readonly fitting: number;
}

/** Alternatives of a failure. */
const MAX_ALLOWED = 20;

/** An abstract state that fits, and how it came about. */
interface Fit<A> {
  readonly state: State<A>;
  readonly instance: ActionInstance<A> | undefined;
  readonly before: Fit<A> | undefined;
}

/**
 * Takes a path again by the reference semantics of both models, and makes sure that its last step agrees with no step of
 * the abstract model. It has no part in common with the search but the mapping.
 *
 * @throws InternalError where the path cannot be taken, or its last step agrees with one after all
 */
export function replayFailure<C, A>(
  concrete: Model<C>,
  abstract: Model<A>,
  mapping: CheckedMapping<C, A>,
  path: Path,
): RefinementFailure<C, A> {
  const steps = walk(concrete, `refines ${abstract.name}`, path);
  const images = steps.map(({ state }) => mapping.imageOf(state));
  const side = new ReferenceSide(abstract);
  let fits = side.initial();
  let allowed = fits;
  for (const [index, image] of images.entries()) {
    allowed = index === 0 ? side.initial() : side.next(fits);
    const kept = allowed.filter(({ state }) => hasPart(state, image.value, "the image"));
    if (index === images.length - 1) {
      if (kept.length > 0) throw contradiction(concrete, abstract, "its last step agrees with the abstract model");
      break;
    }
    fits = side.distinct(kept);
    if (fits.length === 0) throw contradiction(concrete, abstract, `step ${index} agrees with no abstract step`);
  }
  const isInitial = images.length === 1;
  const { value } = images.at(-1) as Image;
  return {
    trace: { steps, because: undefined, conclusion: undefined },
    abstract: isInitial ? [] : runTo(fits[0]!),
    image: value,
    allowed: [...new Set(allowed.map((fit) => allowedText(fit, value, isInitial)))].slice(0, MAX_ALLOWED),
    fitting: isInitial ? 0 : fits.length,
  };
}

/** Steps of the abstract model by the reference semantics. */
class ReferenceSide<A> {
  readonly #model: Model<A>;
  readonly #semantics: Semantics<A>;
  readonly #scratch: Uint32Array;

  constructor(model: Model<A>) {
    this.#model = model;
    this.#semantics = semanticsOf(model);
    this.#scratch = new Uint32Array(model.layout.words);
  }

  initial(): Fit<A>[] {
    return this.#model.initial.map((state) => ({ state: state as State<A>, instance: undefined, before: undefined }));
  }

  /** The states behind at most one step: those that stay first. */
  next(fits: readonly Fit<A>[]): Fit<A>[] {
    const staying = fits.map((before) => ({ state: before.state, instance: undefined, before }));
    const moving = fits.flatMap((before) =>
      this.#model.instances.flatMap((instance) => {
        if (!this.#semantics.enabled(instance, before.state)) return [];
        this.#semantics.apply(instance, before.state, this.#scratch, 0);
        return [{ state: this.#semantics.unpack(this.#scratch, 0), instance, before }];
      }),
    );
    return [...staying, ...moving];
  }

  /** Each state once, by the first of its fits. */
  distinct(fits: readonly Fit<A>[]): Fit<A>[] {
    const found = new Map<string, Fit<A>>();
    for (const fit of fits) {
      this.#model.layout.encode(fit.state, this.#scratch, 0);
      const key = this.#scratch.join();
      if (!found.has(key)) found.set(key, fit);
    }
    return [...found.values()];
  }
}

function runTo<A>(last: Fit<A>): AbstractStep<A>[] {
  const steps: AbstractStep<A>[] = [];
  for (let fit: Fit<A> | undefined = last; fit !== undefined; fit = fit.before) {
    steps.push({ text: fit.instance?.text, state: fit.state });
  }
  return steps.toReversed();
}

function allowedText<A>({ state, instance }: Fit<A>, image: unknown, isInitial: boolean): string {
  const shows = shown(partOfState(state, image));
  if (isInitial) return `starts with ${shows}`;
  return instance === undefined ? `no step: stays ${shows}` : `${instance.text}: ${shows}`;
}

function contradiction<C, A>(concrete: Model<C>, abstract: Model<A>, what: string): InternalError {
  return new InternalError(
    `model ${concrete.name}: the run found against refining ${abstract.name} does not replay: ${what}`,
  );
}
