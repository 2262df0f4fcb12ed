/** Reads AIGER, both forms, and runs circuits on 32 input patterns at once: nothing of it is the exporter's. */

export interface ReadCircuit {
  readonly inputs: number;
  /** Next value of each latch. */
  readonly next: readonly number[];
  readonly outputs: readonly number[];
  /** The two inputs of each gate, in order. */
  readonly gates: readonly (readonly [number, number])[];
  /** By `i0`, `l3`, `o1`. */
  readonly symbols: ReadonlyMap<string, string>;
}

export function readAscii(text: string): ReadCircuit {
  const [header = "", ...lines] = text.split("\n");
  const [, variables, inputs, latches, outputs, gates] = numbersOf(header, "aag");
  expectCount(variables, inputs + latches + gates);
  const at = (from: number, count: number): number[][] =>
    lines.slice(from, from + count).map((line) => line.split(" ").map(Number));
  at(0, inputs).forEach(([literal], index) => expectCount(literal, 2 * (1 + index)));
  at(inputs, latches).forEach(([literal], index) => expectCount(literal, 2 * (1 + inputs + index)));
  const first = inputs + latches + outputs;
  at(first, gates).forEach(([literal], index) => expectCount(literal, 2 * (1 + inputs + latches + index)));
  return {
    inputs,
    next: at(inputs, latches).map(([, signal]) => signal!),
    outputs: at(inputs + latches, outputs).map(([signal]) => signal!),
    gates: at(first, gates).map(([, a, b]) => [a!, b!] as const),
    symbols: symbolsOf(lines.slice(first + gates)),
  };
}

export function readBinary(bytes: Uint8Array): ReadCircuit {
  let position = 0;
  const line = (): string => {
    const end = bytes.indexOf(10, position);
    const text = Buffer.from(bytes.subarray(position, end)).toString();
    position = end + 1;
    return text;
  };
  const [, variables, inputs, latches, outputs, count] = numbersOf(line(), "aig");
  expectCount(variables, inputs + latches + count);
  const next = Array.from({ length: latches }, () => Number(line()));
  const out = Array.from({ length: outputs }, () => Number(line()));
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const gates = Array.from({ length: count }, (_, index) => {
    const large = 2 * (1 + inputs + latches + index) - number();
    return [large, large - number()] as const;
  });
  const rest = Buffer.from(bytes.subarray(position)).toString().split("\n");
  return { inputs, next, outputs: out, gates, symbols: symbolsOf(rest) };
}

function numbersOf(header: string, kind: string): [number, number, number, number, number, number] {
  const [word, ...rest] = header.split(" ");
  if (word !== kind) throw new Error(`it begins with ${word}`);
  return [0, ...rest.map(Number)] as [number, number, number, number, number, number];
}

function expectCount(found: number | undefined, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} is not ${wanted}`);
}

function symbolsOf(lines: readonly string[]): Map<string, string> {
  const end = lines.indexOf("c");
  const named = lines.slice(0, end < 0 ? lines.length : end).filter((line) => line !== "");
  return new Map(named.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
}

/** The states that a circuit reaches from zeroes, as strings of 0 and 1, and the outputs that are ever true. */
export function reachableStates(circuit: ReadCircuit): { readonly states: Set<string>; readonly hits: Set<number> } {
  const { inputs, next, outputs, gates } = circuit;
  const patterns = 2 ** inputs;
  const values = new Int32Array(1 + inputs + next.length + gates.length);
  const read = (signal: number): number => (signal & 1 ? ~values[signal >> 1]! : values[signal >> 1]!);
  const start = "0".repeat(next.length);
  const states = new Set([start]);
  const hits = new Set<number>();
  // A set is iterated over what is added meanwhile too.
  for (const state of states) {
    for (let base = 0; base < patterns; base += 32) {
      const lanes = Math.min(32, patterns - base);
      for (let input = 0; input < inputs; input++) {
        let bits = 0;
        for (let lane = 0; lane < lanes; lane++) bits |= (((base + lane) >> input) & 1) << lane;
        values[1 + input] = bits;
      }
      for (let latch = 0; latch < next.length; latch++) values[1 + inputs + latch] = state[latch] === "1" ? -1 : 0;
      for (const [gate, [a, b]] of gates.entries()) values[1 + inputs + next.length + gate] = read(a) & read(b);
      const used = lanes === 32 ? -1 : (1 << lanes) - 1;
      for (const [output, signal] of outputs.entries()) if ((read(signal) & used) !== 0) hits.add(output);
      for (let lane = 0; lane < lanes; lane++) {
        states.add(next.map((signal) => (read(signal) >>> lane) & 1).join(""));
      }
    }
  }
  return { states, hits };
}
