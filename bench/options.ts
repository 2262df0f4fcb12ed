import { parseArgs } from "node:util";
import { messageOf, ModelError } from "../checker/errors.ts";
import type { Plan } from "./measure.ts";
import { MODELS, sizeOf, sizeText, type BenchModel, type Size } from "./models.ts";

/** Options of the benchmark. */
export interface Options {
  readonly help: boolean;
  readonly plans: readonly Plan[];
  readonly turns: number;
  /** Words for checkers; undefined for all. */
  readonly contestants: readonly string[] | undefined;
  readonly tools: string | undefined;
  /** The path of the result without its extension; undefined for results/latest. */
  readonly out: string | undefined;
}

const DEFAULT_RUNS = 3;

/** The text of `--help`. */
export function helpText(ids: readonly string[]): string {
  return [
    "npm run bench -- [OPTION ...]",
    "",
    "Measures the engines of this project and the checkers found on this machine on the same models, and writes a",
    "table as Markdown and everything that was measured as JSON.",
    "",
    "  --models NAMES        of these, with commas between; default all:",
    `                        ${MODELS.map(({ name }) => name).join(", ")}`,
    "  --sizes SIZES         instead of each model's own, with ; between: 2,3,2;2,3,3 or, where there are several",
    "                        models, with their names: n-peterson:5;two-phase-commit:8. Own sizes:",
    ...MODELS.map(({ name, sizes }) => `                        ${name}: ${sizes.map(sizeText).join(" ")}`),
    `  --runs N              turns, each of them one run of every checker; default ${DEFAULT_RUNS}`,
    "  --contestants IDS     of these, with commas between; default all:",
    `                        ${ids.join(", ")}`,
    "                        One that is named here is not left out of large state spaces.",
    "  --quick               small sizes and one turn: to see that everything works",
    "  --tla2tools PATH      where tla2tools.jar is; the variable TLA2TOOLS does the same",
    "  --out PATH            write PATH.md and PATH.json; default bench/results/latest",
    "  --help                print this",
    "",
    "Exit status: 0, or 1 when a checker failed or counts differ, or 2 when the call is wrong.",
    "",
  ].join("\n");
}

/**
 * The options of a call.
 *
 * @param ids the words of all checkers
 * @throws ModelError with one sentence when the call is wrong
 */
export function optionsOf(
  given: readonly string[],
  ids: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Options {
  const { values } = parsed(given);
  const names = listOf(values.models) ?? MODELS.map(({ name }) => name);
  const models = names.map(modelOf);
  const contestants = listOf(values.contestants);
  for (const id of contestants ?? []) {
    if (!ids.includes(id)) throw new ModelError(`--contestants has ${id}: it must be of ${ids.join(", ")}`);
  }
  const runs = values.runs ?? (values.quick === true ? "1" : `${DEFAULT_RUNS}`);
  if (!/^[1-9]\d{0,3}$/.test(runs)) throw new ModelError(`--runs is ${runs}: it must be a whole number from 1 to 9999`);
  return {
    help: values.help === true,
    plans: plansOf(models, values.sizes, values.quick === true),
    turns: Number(runs),
    contestants,
    tools: values.tla2tools ?? env["TLA2TOOLS"],
    out: values.out?.replace(/\.(md|json)$/, ""),
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        models: { type: "string" },
        sizes: { type: "string" },
        runs: { type: "string" },
        contestants: { type: "string" },
        quick: { type: "boolean" },
        tla2tools: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new ModelError(`${messageOf(error).split(". ")[0]}; --help lists the options`);
  }
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(",").map((part) => part.trim());
}

function modelOf(name: string): BenchModel {
  const model = MODELS.find((model) => model.name === name);
  if (model === undefined) {
    throw new ModelError(`there is no model ${name}: it must be of ${MODELS.map(({ name }) => name).join(", ")}`);
  }
  return model;
}

function plansOf(models: readonly BenchModel[], text: string | undefined, quick: boolean): Plan[] {
  if (text === undefined) return models.map((model) => ({ model, sizes: quick ? [model.quick] : model.sizes }));
  if (quick) throw new ModelError("--quick has sizes of its own; leave --quick or --sizes out");
  const sizes = new Map<BenchModel, Size[]>();
  for (const word of text.split(/[;\s]+/).filter((word) => word !== "")) {
    const [before, after] = word.split(":") as [string, string?];
    const [only] = models;
    if (after === undefined && models.length > 1) {
      throw new ModelError(
        `--sizes has ${word} and there are several models: write MODEL:${word}, or choose one with --models`,
      );
    }
    const model = after === undefined ? (only as BenchModel) : modelOf(before);
    if (!models.includes(model)) throw new ModelError(`--sizes has ${word}, and --models does not name ${model.name}`);
    sizes.set(model, [...(sizes.get(model) ?? []), sizeOf(model, after ?? before)]);
  }
  if (sizes.size === 0) throw new ModelError("--sizes is empty: it must be sizes such as 2,3,2");
  return [...sizes].map(([model, sizes]) => ({ model, sizes }));
}
