import type { Model, SafetyProperty } from "../language/index.ts";
import { processorSeconds } from "../platform.ts";
import { createReading } from "../reading/index.ts";
import type { ReadPredicate, Unread } from "../reading/read.ts";
import type { Reading } from "../reading/reading.ts";
import type { Kind, ProgramEntry } from "./entry.ts";
import { expanderOf, type Expander } from "./expander.ts";
import { within } from "./limits.ts";
import { premisesOf } from "./premises.ts";
import { getField, packingOf, setField, type Field, type Packing } from "../schema/packing.ts";

/** A function that the model's own code answers for, or an action or property that has one. */
export interface Called extends Unread {
  readonly name: string;
}

/** Terms read from a model's functions, and states as packed by the compiled engine. */
export class Program<S> {
  readonly model: Model<S>;
  readonly reading: Reading<S>;
  readonly packing: Packing;
  /** The actions first, in the order of the instances. */
  readonly entries: readonly ProgramEntry<S>[];
  /** The deadlock properties; number b owns bit b of a state's live byte. */
  readonly deadlocks: readonly string[];
  readonly stepProperties: ReadonlyMap<string, Kind<S, "step">>;
  /** Seconds of processor time that reading took. */
  readonly seconds: number;
  readonly #layoutWords: Uint32Array;

  /**
   * @param reading of the model, if there is one already
   * @param options.premises whether the premises of properties are looked for, too
   */
  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    reading?: Reading<S>,
    options: { readonly premises?: boolean } = {},
  ) {
    const started = processorSeconds();
    this.model = model;
    this.reading = within(reading ?? createReading(model));
    this.packing = packingOf(model.layout);
    this.#layoutWords = new Uint32Array(model.layout.words);
    const deadlocks = [...properties].flatMap(([id, property]) =>
      property.kind === "noDeadlock" ? [[id, property] as const] : [],
    );
    this.deadlocks = deadlocks.map(([id]) => id);
    const stepProperties = new Map<string, Kind<S, "step">>();
    this.stepProperties = stepProperties;
    const steps = new Map<string, ReadPredicate[]>();
    const entries: ProgramEntry<S>[] = model.instances.map((instance) => {
      const live = deadlocks.reduce(
        (bits, [, { ignoring }], bit) => (ignoring.includes(instance.action) ? bits : bits | (1 << bit)),
        0,
      );
      return { kind: "action", instance, live, read: this.reading.action(instance) };
    });
    for (const [id, property] of properties) {
      if (property.kind === "always" || property.kind === "sometimes") {
        entries.push({ kind: "state", id, property, read: this.reading.state(id, property.holds) });
      } else if (property.kind === "noDeadlock") {
        const live = 1 << this.deadlocks.indexOf(id);
        entries.push({ kind: "excuse", id, property, live, read: this.reading.state(id, property.unless) });
      } else {
        stepProperties.set(id, property);
        const reads: ReadPredicate[] = [];
        steps.set(id, reads);
        for (const instance of model.instances) {
          const read = this.reading.step(id, property, instance);
          reads.push(read);
          if (read.holds !== true || read.fault !== false) entries.push({ kind: "step", id, property, instance, read });
        }
      }
    }
    if (options.premises === true) {
      for (const [number, premise] of premisesOf(properties, this.reading, (id) => steps.get(id) ?? []).entries()) {
        const read = { holds: premise.condition, fault: false, unread: undefined };
        entries.push({ kind: "premise", id: `\0${number} ${premise.id}`, premise, read });
      }
    }
    this.entries = entries;
    this.seconds = processorSeconds() - started;
  }

  /** The actions and properties with a function that was not read, each once, with the reason. */
  called(): Called[] {
    const called = new Map<string, Called>();
    for (const entry of this.entries) {
      const { unread } = entry.read;
      const name = entry.kind === "action" ? entry.instance.action : entry.id;
      if (unread !== undefined && !called.has(name)) called.set(name, { name, ...unread });
    }
    return [...called.values()];
  }

  /** @param minLaneConditions see `expanderOf`: given only in tests */
  expander(minLaneConditions?: number): Expander {
    return expanderOf(this.reading, this.packing, this.entries, minLaneConditions);
  }

  /** The numbers of the cells' values in a packed state. */
  cellNumbers(words: Uint32Array, at: number): number[] {
    return this.packing.fields.map((field) => getField(words, at, field));
  }

  /** A state of the reference semantics, packed by the layout, as the compiled engine packs it. */
  fromLayout(layoutWords: Uint32Array, to: Uint32Array, toAt: number): void {
    to.fill(0, toAt, toAt + 2 * this.packing.words);
    for (const [cell, { word, shift, width }] of this.model.layout.cells.entries()) {
      if (width === 0) continue;
      const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
      setField(to, toAt, this.packing.fields[cell] as Field, (((layoutWords[word] as number) >>> shift) & mask) >>> 0);
    }
  }

  /** The same the other way round. The result is good until the next call. */
  toLayout(words: Uint32Array, at: number): Uint32Array {
    const to = this.#layoutWords.fill(0);
    for (const [cell, { word, shift }] of this.model.layout.cells.entries()) {
      to[word] = (to[word] as number) | (getField(words, at, this.packing.fields[cell] as Field) << shift);
    }
    return to;
  }
}

/** Why the compiled engine cannot decide these properties; undefined when it can. */
export function whyNotCompiled<S>(properties: ReadonlyMap<string, SafetyProperty<S>>): string | undefined {
  const deadlocks = [...properties.values()].filter(({ kind }) => kind === "noDeadlock").length;
  return deadlocks > 8 ? `it decides at most 8 deadlock properties at once, and the model has ${deadlocks}` : undefined;
}
