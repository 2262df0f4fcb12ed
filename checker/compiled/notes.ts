import type { ExpanderMap } from "./memory.ts";
import type { Packing } from "../schema/packing.ts";
import { AT } from "./routine.ts";
import {
  call,
  get,
  I32,
  i32,
  RETURN,
  set,
  when,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from "../wasm/assembler.ts";

/** Code that notes entries for the current state: each kind is one function. */
export class Notes {
  readonly #module: ModuleBuilder;
  readonly #packing: Packing;
  readonly #map: ExpanderMap;
  readonly #firstProperty: number;
  readonly #noted: FunctionBuilder;
  readonly #once: FunctionBuilder;
  readonly #asked: FunctionBuilder;
  readonly #askedProperty: FunctionBuilder;

  /** @param firstProperty the first entry of a property: those before it are always looked for */
  constructor(module: ModuleBuilder, packing: Packing, map: ExpanderMap, firstProperty: number) {
    this.#module = module;
    this.#packing = packing;
    this.#map = map;
    this.#firstProperty = firstProperty;
    this.#noted = this.#appending(map.notedEnd, true);
    this.#once = this.#notingOnce();
    this.#asked = this.#appending(map.askedEnd, false);
    this.#askedProperty = this.#appending(map.askedEnd, true);
  }

  /** Notes an entry of a property, if it is looked for. @param state address of another state than the current one */
  note(entry: number, state: Code = get(AT)): Code {
    return call(this.#noted.index, state, i32.const(entry));
  }

  /** The same, where there may be several reasons to do so in one state. */
  noteOnce(entry: number): Code {
    return call(this.#once.index, get(AT), i32.const(entry));
  }

  /** Leaves an entry to the model's own functions. */
  ask(entry: number): Code {
    return call(this.#asked.index, get(AT), i32.const(entry));
  }

  /** The same for a property, if it is looked for. */
  askProperty(entry: number, state: Code = get(AT)): Code {
    return call(this.#askedProperty.index, state, i32.const(entry));
  }

  /** Whether the entry of a property is looked for. */
  isActive(entry: number): Code {
    return i32.load8(i32.const(this.#map.active + entry - this.#firstProperty));
  }

  /** Says that the current state satisfies deadlock properties. */
  mark(bits: number): Code {
    const at = i32.const(this.#map.current);
    return bits === 0 ? [] : i32.store8(at, i32.or(i32.load8(at), i32.const(bits)));
  }

  /** Whether the current state satisfies none of some deadlock properties so far. */
  isUnmarked(bits: number): Code {
    return i32.eqz(i32.and(i32.load8(i32.const(this.#map.current)), i32.const(bits)));
  }

  /** A function of a state's address and an entry that appends the pair to a list. */
  #appending(end: number, ifActive: boolean): FunctionBuilder {
    const made = this.#module.function(2);
    const [at, entry] = [0, 1];
    const to = made.local(I32);
    const { input, active } = this.#map;
    const isActive = i32.load8(i32.add(get(entry), i32.const(active - this.#firstProperty)));
    made.body = [
      ifActive ? when(i32.eqz(isActive), [RETURN]) : [],
      set(to, i32.load(i32.const(end))),
      i32.store(get(to), i32.divide(i32.sub(get(at), i32.const(input)), i32.const(this.#packing.bytes))),
      i32.store(get(to), get(entry), 4),
      i32.store(i32.const(end), i32.add(get(to), i32.const(8))),
    ];
    return made;
  }

  #notingOnce(): FunctionBuilder {
    const made = this.#module.function(2);
    const [at, entry] = [0, 1];
    const last = i32.add(i32.shl(get(entry), i32.const(2)), i32.const(this.#map.last - 4 * this.#firstProperty));
    made.body = [
      when(i32.eq(i32.load(last), get(at)), [RETURN]),
      i32.store(last, get(at)),
      call(this.#noted.index, get(at), get(entry)),
    ];
    return made;
  }
}
