import type { Packing } from "../../schema/packing.ts";
import { Circuit } from "../../system/circuit.ts";
import { block, br, brIf, get, I32, i32, I64, i64, loop, set, type Code, type FunctionBuilder, type ModuleBuilder } from "../../wasm/assembler.ts"; // prettier-ignore
import type { Context } from "../lowering.ts";
import { LaneCells } from "./lane-cells.ts";
import { BASE, LaneCode } from "./lane-code.ts";
import { LANES, laneMap, type LaneMap } from "./lane-map.ts";
import { Transposition } from "./transposition.ts";

/** Locals with the addresses of the first lane's item and of the end of the last one's. */
export type LaneRange = readonly [from: number, end: number];

/** The shared part of all code on planes of a module. */
export class Lanes {
  readonly module: ModuleBuilder;
  readonly packing: Packing;
  readonly map: LaneMap;
  readonly circuit: Circuit;
  readonly cells: LaneCells;
  readonly transposition: Transposition;
  #bytes: number;

  /** @param results the most planes of results at once */
  constructor(module: ModuleBuilder, { packing, terms, cells }: Context, results: number) {
    this.module = module;
    this.packing = packing;
    this.map = laneMap(packing, results);
    this.#bytes = this.map.kept;
    this.circuit = new Circuit(packing.words * LANES, 0);
    this.cells = new LaneCells(this.circuit, terms, packing, cells);
    this.transposition = new Transposition(module, packing, this.map);
  }

  /** Bytes of memory for the planes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Code for other states than any before. */
  code(): LaneCode {
    return new LaneCode(this.module, this.circuit, this.map, (end) => (this.#bytes = Math.max(this.#bytes, end)));
  }

  /**
   * Code for each lane whose bit in a plane is set.
   *
   * @param plane distance of the plane from the base
   * @param bytes of an item
   * @param then of the address of a lane's item
   */
  eachLane(made: FunctionBuilder, plane: number, range: LaneRange, bytes: number, then: (item: Code) => Code): Code {
    const [from, end] = range;
    const [lanes, at] = [made.local(I64), made.local(I32)];
    return [
      set(lanes, i64.load(get(BASE), plane)),
      block(
        loop(
          brIf(1, i64.eqz(get(lanes))),
          set(at, i32.add(get(from), i32.mul(i32.wrap(i64.ctz(get(lanes))), i32.const(bytes)))),
          // Bits of lanes without an item mean nothing.
          brIf(1, i32.ge(get(at), get(end))),
          then(get(at)),
          set(lanes, i64.and(get(lanes), i64.sub(get(lanes), i64.const(1)))),
          br(0),
        ),
      ),
    ];
  }
}
