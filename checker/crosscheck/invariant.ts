import type { BitSystem } from "../export/aiger/encode.ts";
import type { Program } from "../system/guarded-commands.ts";
import { smtSystemOf } from "../export/smtlib/definitions.ts";
import { Session } from "./session.ts";
import { commandOf, installedSolver } from "./smt.ts";
import { ToolError, type Invariant } from "./tool.ts";

/** Bits of a state that must be set, and bits that must not, by the number of the latch. */
export type Cube = ReadonlyMap<number, boolean>;

/**
 * The cubes of an invariant as `pdr -d -e` writes it, in the format PLA: a line for each, with 0, 1 or - for each latch.
 * No state in which one of the cubes holds can be reached.
 */
export function cubesOf(pla: string): Cube[] {
  return Array.from(pla.matchAll(/^([01-]+) 1$/gm), ([, line = ""]) => {
    return new Map([...line].flatMap((sign, latch) => (sign === "-" ? [] : [[latch, sign === "1"] as const])));
  });
}

/**
 * Has a solver confirm that a set of states is an invariant by which what is sought cannot be reached: the initial
 * states are in it, every step from it stays in it, and nothing that is sought is in it. The solver is given the
 * system of the SMT-LIB export, not the circuit, so this is a check of the circuit too.
 *
 * @param ids what is excluded by it
 */
export async function checkedInvariant(
  program: Program<unknown>,
  bits: BitSystem,
  cubes: readonly Cube[],
  ids: readonly string[],
  limits: { readonly timeLimit: number; readonly memoryLimit: number },
): Promise<Invariant> {
  const clauses = cubes.length;
  const solver = await installedSolver();
  if (solver === undefined) return { clauses, checked: undefined, because: "neither Z3 nor cvc5 is installed" };
  const smt = smtSystemOf(program);
  const until = performance.now() + limits.timeLimit * 1000;
  const session = new Session(commandOf(solver, limits.timeLimit), { until, memory: limits.memoryLimit });
  try {
    const excluded = smt.checks.filter(({ id, kind }) => kind === "fault" || ids.includes(id));
    const sought = excluded.map((check) => smt.sought(check, 0));
    await session.ask(
      [
        "(set-logic QF_BV)",
        smt.definitions,
        ...smt.declare(0),
        ...smt.declare(1),
        `(define-fun |in'@0| () Bool (and ${smt.typed(0)} ${termOf(0)}))`,
        `(define-fun |in'@1| () Bool (and ${smt.typed(1)} ${termOf(1)}))`,
      ].join("\n"),
    );
    const questions = [
      ["an initial state is not in it", `(and ${smt.initial(0)} (not |in'@0|))`],
      ["a step leaves it", `(and |in'@0| ${smt.step(0)} (not |in'@1|))`],
      ["a state in it has what is excluded", `(and |in'@0| (or ${sought.join(" ")} false))`],
    ] as const;
    for (const [flaw, question] of questions) {
      const answer = await session.ask(`(push 1)\n(assert ${question})\n(check-sat)\n(pop 1)`);
      if (answer === "sat") return { clauses, checked: false, because: flaw };
      if (answer !== "unsat") return { clauses, checked: undefined, because: `${solver} answers ${answer}` };
    }
    return { clauses, checked: true, because: undefined };
  } catch (error) {
    const because = error instanceof ToolError ? error.message : `it takes more than ${limits.timeLimit} seconds`;
    return { clauses, checked: undefined, because };
  } finally {
    session.end();
  }

  function termOf(state: number): string {
    const excluded = cubes.flatMap((cube) => {
      const literals: string[] = [];
      for (const [latch, value] of cube) {
        const literal = literalOf(latch, state);
        // A latch that is no part of the state is true after the first step, which chooses an initial state.
        if (literal === undefined) {
          if (!value) return [];
          continue;
        }
        literals.push(value === (bits.inverted[latch] === true) ? `(not ${literal})` : literal);
      }
      return [`(not (and ${literals.join(" ")} true))`];
    });
    return `(and ${excluded.join("\n")} true)`;
  }

  function literalOf(latch: number, state: number): string | undefined {
    const place = bits.latches[latch];
    const cell = place === undefined ? undefined : smt.cells.find(({ number }) => number === place.cell);
    if (place === undefined || cell === undefined) return undefined;
    const symbol = smt.cell(cell, state);
    return cell.sort === "Bool" ? symbol : `(= ((_ extract ${place.bit} ${place.bit}) ${symbol}) #b1)`;
  }
}
