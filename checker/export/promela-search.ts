import type { Program } from "../system/guarded-commands.ts";
import { shared } from "../system/sharing.ts";
import type { StepText, StepWriter } from "./steps.ts";
import { commentOf } from "./text.ts";

/** Statements of a `d_step` that detects violations: SPIN takes at most 2,048. */
const MAX_STEP_SIZE = 1_500;

/** Definitions of a check that are evaluated together. */
const MAX_CHECK_SIZE = 100;

/** The macro that reports target states: where EACH is defined, each check once. */
export function checkMacro(checks: number): string[] {
  return [
    "/* Target states: those that violate a property, or are the witness of one. */",
    "#ifdef EACH",
    `c_decl { static char reported[${Math.max(1, checks)}]; };`,
    "#define CHECK(number, states) \\",
    "  if \\",
    "  :: c_expr { !reported[number] } && (states) -> \\",
    '     c_code { reported[number] = 1; printf("sought %d\\n", number); }; assert(false) \\',
    "  :: else \\",
    "  fi;",
    "#else",
    "#define CHECK(number, states) assert(!(states));",
    "#endif",
  ];
}

/** The steps that detect violations; the variables are the same in all of them. */
export function searchSteps<S>({ checks }: Program<S>, writer: StepWriter): string[][] {
  const steps: string[][] = [];
  let left = 0;
  for (const [index, { id, title, sought }] of checks.entries()) {
    let comment = [`/* ${commentOf(id)}: ${commentOf(title)} */`];
    // A large one is tested alternative by alternative.
    const isLarge = sought.kind === "or" && shared([sought]).definitions.length > MAX_CHECK_SIZE;
    for (const condition of isLarge ? sought.operands : [sought]) {
      const { definitions, of } = shared([condition]);
      const { lines, variables } = writer.evaluated(definitions);
      const check = `CHECK(${index}, ${writer.text(of(condition))})`;
      const size = 2 * definitions.length + 6;
      if (left < size) {
        steps.push([]);
        left = MAX_STEP_SIZE;
      }
      left -= size;
      steps.at(-1)?.push(...comment, ...restored({ lines: [...lines, check], variables }));
      comment = [];
    }
  }
  return steps;
}

/** The lines of a step, behind which its variables are 0 again. */
export function restored({ lines, variables }: StepText): string[] {
  return [...lines, ...filled(variables.map(({ name }) => `${name} = 0;`))];
}

/** Short declarations or statements, several on a line. */
export function filled(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < 100) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines;
}
