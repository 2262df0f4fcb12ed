import { bitSystemOf, type BitSystem } from "./encode.ts";
import type { TransitionSystem } from "../../system/system.ts";
import { commentOf } from "../text.ts";

/**
 * A system in AIGER 1.0, which hardware model checkers read: latches are the bits of the state's cells, inputs choose
 * the instance that is tried, and each output is true where a property finds what it seeks (of `sometimes`, a witness).
 * Where the initial state has a 1, the latch holds the opposite, since all latches begin with 0.
 */
export interface Aiger {
  readonly bits: BitSystem;
  /** The ASCII form, `aag`. */
  ascii(): string;
  /**
   * The binary form, `aig`, which ABC reads.
   *
   * @param outputs the numbers of the outputs to write; without it, all
   */
  binary(outputs?: readonly number[]): Uint8Array;
}

export function toAiger<S>(system: TransitionSystem<S>): Aiger {
  const bits = bitSystemOf(system);
  const { circuit, next, bad } = bits;
  const gates = circuit.gates.length / 2;
  const variables = circuit.inputs + circuit.latches + gates;
  const numbersFor = (outputs: number): string =>
    [variables, circuit.inputs, circuit.latches, outputs, gates].join(" ");
  const comments = symbols(system, bits);
  return {
    bits,
    ascii() {
      const lines = [
        `aag ${numbersFor(bad.length)}`,
        ...Array.from({ length: circuit.inputs }, (_, input) => `${circuit.input(input)}`),
        ...next.map((signal, latch) => `${circuit.latch(latch)} ${signal}`),
        ...bad.map(([, signal]) => `${signal}`),
      ];
      const first = 1 + circuit.inputs + circuit.latches;
      for (let gate = 0; gate < gates; gate++) {
        lines.push(`${2 * (first + gate)} ${circuit.gates[2 * gate]} ${circuit.gates[2 * gate + 1]}`);
      }
      return `${[...lines, ...comments].join("\n")}\n`;
    },
    binary(outputs = [...bad.keys()]) {
      const signals = outputs.map((output) => String(bad[output]?.[1]));
      const head = [`aig ${numbersFor(outputs.length)}`, ...next.map(String), ...signals].join("\n");
      // Symbols and comments number all outputs.
      const tail = outputs.length === bad.length ? `${comments.join("\n")}\n` : "";
      return Buffer.concat([Buffer.from(`${head}\n`), gateBytes(circuit), Buffer.from(tail)]);
    },
  };
}

/** Each gate as the distances from its own literal to the larger of its inputs, and from there to the smaller. */
function gateBytes({ gates, inputs, latches }: BitSystem["circuit"]): Uint8Array {
  const bytes: number[] = [];
  const put = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  for (let at = 0; at < gates.length; at += 2) {
    const [large, small] = [gates[at] as number, gates[at + 1] as number];
    put(2 * (1 + inputs + latches + at / 2) - large);
    put(large - small);
  }
  return Uint8Array.from(bytes);
}

function symbols<S>({ model, properties, actions }: TransitionSystem<S>, bits: BitSystem): string[] {
  const titles = new Map(properties.map(({ id, title }) => [id, title]));
  const parameters = Object.entries(model.parameters).map(([name, value]) => `${name}=${String(value)}`);
  const taken = new Set<string>();
  // ABC refuses equal names. It makes two more of that of each latch.
  const named = (wanted: string, more: readonly string[] = []): string => {
    const base = commentOf(wanted);
    let name = base;
    const all = (): string[] => ["", ...more].map((suffix) => `${name}${suffix}`);
    for (let count = 2; all().some((one) => taken.has(one)); count++) name = `${base} (${count})`;
    for (const one of all()) taken.add(one);
    return name;
  };
  const latchName = (name: string, latch: number): string =>
    named(bits.inverted[latch] === true ? `not ${name}` : name, ["_in", "L"]);
  return [
    ...bits.inputNames.map((name, input) => `i${input} ${named(name)}`),
    ...bits.latchNames.map((name, latch) => `l${latch} ${latchName(name, latch)}`),
    ...bits.bad.map(([id], output) => `o${output} ${named(id)}`),
    "c",
    `${[model.name, ...parameters].join(" ")}, written by irqproof`,
    "an output is 1 in a state that violates its property, or is its witness; the inputs select the action:",
    ...actions.map(({ instance }, number) => `choice ${number}: ${instance.text}`),
    ...bits.bad.map(([id], output) => `output ${output}: ${id}${titles.has(id) ? `: ${titles.get(id)}` : ""}`),
  ].map(commentOf);
}
