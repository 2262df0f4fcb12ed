import type { Model, SafetyProperty } from "../language/index.ts";
import type { Reading } from "../reading/index.ts";
import { canonicalOf, type Canonical } from "./canonical.ts";
import { detectedIn } from "./detect.ts";
import { readFunctions } from "./equivariance.ts";
import { verify, whyNone, type Verified } from "./find.ts";
import { Group } from "./group.ts";
import { Renamings, type Renaming } from "./renaming.ts";
import type { Steps } from "./steps.ts";
import { declaredIn, type Assignment } from "./structure.ts";

/** Which dimensions a search may reduce: those that `indices` declares, or also those that look interchangeable. */
export type SymmetryMode = "declared" | "auto";

/** The verified symmetries of a model and of the properties of a search. */
export class Symmetry<S> {
  readonly model: Model<S>;
  readonly verified: Verified;
  readonly group: Group;
  readonly renamings: Renamings<S>;
  readonly #ofBlocks: Renaming[][] = [];
  #orbits: Int32Array | undefined;

  constructor(model: Model<S>, assignment: Assignment, verified: Verified) {
    this.model = model;
    this.verified = verified;
    this.group = new Group(verified.blocks);
    this.renamings = new Renamings(model, assignment);
  }

  canonical(base: number, batch: number): Canonical {
    return canonicalOf(this.model, this.group, this.renamings, base, batch);
  }

  /** By instance: the first of those that it becomes by permutations. */
  get instanceOrbits(): Int32Array {
    if (this.#orbits !== undefined) return this.#orbits;
    const first = Int32Array.from({ length: this.model.instances.length }, (_, index) => index);
    const generators = this.group.generators().map((element) => {
      const block = element.findIndex((number) => number !== 0);
      return this.renamingOfBlock(block, element[block] as number);
    });
    for (let isChanged = true; isChanged;) {
      isChanged = false;
      for (const { instances } of generators) {
        for (const [index, to] of instances.entries()) {
          const least = Math.min(first[index] as number, first[to] as number);
          if (first[index] === least && first[to] === least) continue;
          first[index] = least;
          first[to] = least;
          isChanged = true;
        }
      }
    }
    return (this.#orbits = first);
  }

  /** The renaming of a permutation of one block. */
  renamingOfBlock(block: number, permutation: number): Renaming {
    const known = (this.#ofBlocks[block] ??= []);
    return (known[permutation] ??= this.renamings.of(this.group.mapOf(block, permutation)) as Renaming);
  }
}

function* detected<S>(reading: Reading<S>, properties: ReadonlyMap<string, SafetyProperty<S>>): Steps<Assignment> {
  const read = yield* readFunctions(reading, properties);
  return yield* detectedIn(reading, (guess, dimension) => whyNone(read, guess, dimension));
}

/**
 * Finds the symmetries of a model that all given properties respect. Undefined where none was found; then the reasons say
 * what is in the way.
 */
export function* symmetryOf<S>(
  reading: Reading<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  mode: SymmetryMode,
): Steps<{ readonly verified: Verified; readonly symmetry: Symmetry<S> | undefined }> {
  const { model } = reading;
  const assignment = mode === "declared" ? declaredIn(model) : yield* detected(reading, properties);
  const verified = yield* verify(reading, properties, assignment);
  if (verified.blocks.length === 0) return { verified, symmetry: undefined };
  return { verified, symmetry: new Symmetry(model, assignment, verified) };
}
