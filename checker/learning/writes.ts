import type { Cell, Place } from "../schema/index.ts";
import { draftBehind, Original, Unlearnable, type Recording } from "./draft.ts";
import type { Source, Write } from "./outcome.ts";
import { cellsOf, mapOf, sameType } from "./places.ts";

/** Finds what a recipe has made of its draft: the cells that it changed, each with its source. */
export class Writer {
  readonly writes: Write[] = [];
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /**
   * Writes a value to a place; what stands for that very place is left as it is.
   *
   * @throws Unlearnable when the value is outside the place's type.
   */
  encode(place: Place, value: unknown): void {
    if (value instanceof Original) {
      if (value.place !== place) this.#copy(value.place, place);
      return;
    }
    const draft = typeof value === "object" && value !== null ? draftBehind(value) : undefined;
    if (draft?.place !== undefined && !draft.changed) {
      const { place: own, parts } = draft;
      if (own === place || (place.kind === "optional" && own === place.some)) {
        for (const part of parts) this.encode(part.place as Place, part.proxy);
        return;
      }
      if (draft.isOriginal) {
        this.#copy(own, place);
        return;
      }
    }
    // What a recipe put into the state is frozen after the step, as immer does: a constant that it changes later
    // must fail in the same way.
    if (draft === undefined && typeof value === "object" && value !== null) Object.freeze(value);
    const slots = draft === undefined ? value : draft.target;
    switch (place.kind) {
      case "cell": {
        const index = place.cell.shape.indexOf(value);
        if (index < 0) throw new Unlearnable();
        this.#write(place.cell, index);
        return;
      }
      case "record": {
        if (typeof slots !== "object" || slots === null || Array.isArray(slots)) throw new Unlearnable();
        const given = slots as Record<string, unknown>;
        if (Object.keys(given).length !== place.fields.length) throw new Unlearnable();
        for (const [name, field] of place.fields) {
          if (!Object.hasOwn(given, name)) throw new Unlearnable();
          this.encode(field, given[name]);
        }
        return;
      }
      case "array":
        if (!Array.isArray(slots) || slots.length !== place.elements.length) throw new Unlearnable();
        for (const [index, element] of place.elements.entries()) this.encode(element, slots[index]);
        return;
      case "optional":
        if (value === null) {
          this.#clear(place);
          return;
        }
        if (draft?.place !== place.some) this.#write(place.present, 1);
        this.encode(place.some, value);
        return;
      case "sequence": {
        if (!Array.isArray(slots) || slots.length > place.elements.length) throw new Unlearnable();
        const before = draft !== undefined && draft.place === place ? this.#recording.read(place.length) : undefined;
        if (before !== slots.length) this.#write(place.length, slots.length);
        for (const [index, element] of place.elements.entries()) {
          if (index < slots.length) this.encode(element, slots[index]);
          // Slots past the end before the step are zero already.
          else if (before === undefined || index < before) this.#clear(element);
        }
      }
    }
  }

  #write(cell: Cell, source: Source): void {
    if (cell.width > 0) this.writes.push({ cell: this.#recording.numberOf(cell), source });
  }

  /** Unused slots are zero, so that equal states have equal words. */
  #clear(place: Place): void {
    for (const cell of cellsOf(place)) this.#write(cell, 0);
  }

  #copy(from: Place, to: Place): void {
    if (from.kind === "cell" && to.kind === "cell") {
      const map = mapOf(from.cell.shape, to.cell.shape);
      if (map === undefined) {
        const index = to.cell.shape.indexOf(from.cell.shape.valueAt(this.#recording.read(from.cell)));
        if (index < 0) throw new Unlearnable();
        this.#write(to.cell, index);
      } else {
        this.#write(to.cell, { from: this.#recording.numberOf(from.cell), map: map === "same" ? undefined : map });
      }
      return;
    }
    if (from.kind === "record" && to.kind === "record") {
      const fields = new Map(from.fields);
      if (fields.size !== to.fields.length) throw new Unlearnable();
      for (const [name, field] of to.fields) {
        const source = fields.get(name);
        if (source === undefined) throw new Unlearnable();
        this.#copy(source, field);
      }
      return;
    }
    if (from.kind === "array" && to.kind === "array") {
      if (from.elements.length !== to.elements.length) throw new Unlearnable();
      for (const [index, element] of to.elements.entries()) this.#copy(from.elements[index] as Place, element);
      return;
    }
    // Where bits may be unused they are copied only between equal types: there zero stays zero.
    if ((from.kind === "optional" || from.kind === "sequence") && sameType(from, to)) {
      const sources = cellsOf(from);
      for (const [index, cell] of cellsOf(to).entries()) {
        this.#write(cell, { from: this.#recording.numberOf(sources[index] as Cell), map: undefined });
      }
      return;
    }
    if (from.kind === "optional") {
      if (this.#recording.read(from.present) === 0) this.encode(to, null);
      else this.#copy(from.some, to);
      return;
    }
    if (to.kind === "optional") {
      this.#write(to.present, 1);
      this.#copy(from, to.some);
      return;
    }
    if (from.kind === "sequence") {
      const length = this.#recording.read(from.length);
      this.encode(
        to,
        from.elements.slice(0, length).map((element) => this.#recording.original(element)),
      );
      return;
    }
    if (from.kind === "array" && to.kind === "sequence") {
      this.encode(
        to,
        from.elements.map((element) => this.#recording.original(element)),
      );
      return;
    }
    throw new Unlearnable();
  }
}
