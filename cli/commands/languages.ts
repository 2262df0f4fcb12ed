import { ModelError } from "../../checker/errors.ts";
import type { Model } from "../../checker/index.ts";
import type { SystemOptions } from "../../checker/export/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { countOption, type Call } from "../arguments/call.ts";
import type { Terminal } from "../output/terminal.ts";

/** A companion file of the exported one. */
interface Beside {
  /** Suffix after the stem of the exported file's name, such as `.cfg`, or a whole name. */
  readonly suffix: string;
  readonly text: string;
}

/** An exported text, with the other files that its checker needs. */
interface Exported {
  readonly text: string | Uint8Array;
  readonly beside: readonly Beside[];
}

/** Input of an export. */
interface ExportJob {
  readonly model: Model<unknown>;
  readonly options: SystemOptions;
  /** Maximal number of states of a drawing. */
  readonly maxStates: number | undefined;
  /** The stem of the file's name, if known; some languages repeat it inside. */
  readonly stem: string | undefined;
  readonly call: Call;
  readonly terminal: Terminal;
}

/** A language or format of another checker. */
export interface Language {
  readonly means: string;
  /** Suffixes of the companion files. */
  readonly suffixes?: (call: Call) => readonly string[];
  write(job: ExportJob): Promise<Exported>;
}

const only = (text: string | Uint8Array): Exported => ({ text, beside: [] });

/** The languages of `irqproof export`, by their names in `--to`. */
export const LANGUAGES: Readonly<Record<string, Language>> = {
  promela: {
    means: "for SPIN: one process whose steps are the actions",
    async write(job) {
      const { toPromela } = await import("../../checker/export/index.ts");
      return only(toPromela(await program(job)).text);
    },
  },
  tla: {
    means: "TLA+, for TLC: a module and its configuration",
    suffixes: (call) => [".cfg", ...(call.has("distributed") ? ["-distributed.sh"] : [])],
    async write(job) {
      const { toTla } = await import("../../checker/export/index.ts");
      const tla = toTla(await program(job), job.stem);
      if (job.stem !== undefined && tla.module !== job.stem) {
        throw new ModelError(
          `export: a TLA+ module has the name of its file, and ${job.stem} is not a valid name; use ${tla.module}.tla`,
        );
      }
      const beside: Beside[] = [{ suffix: ".cfg", text: tla.configuration() }];
      if (job.call.has("distributed")) {
        const { distributedScript } = await import("../../checker/export/index.ts");
        beside.push({ suffix: "-distributed.sh", text: distributedScript(tla.module) });
      }
      return { text: tla.text, beside };
    },
  },
  murphi: {
    means: "for Rumur and CMurphi: one rule for each action",
    async write(job) {
      const { toMurphi } = await import("../../checker/export/index.ts");
      return only(toMurphi(await program(job)).text);
    },
  },
  aiger: {
    means: "for ABC and other hardware checkers: a circuit in ASCII, or in binary if FILE ends in .aig",
    async write(job) {
      const { stem, call } = job;
      const { toAiger } = await import("../../checker/export/index.ts");
      const aiger = toAiger(await system(job));
      const isBinary = stem !== undefined && call.value("out")?.endsWith(".aig") === true;
      return only(isBinary ? aiger.binary() : aiger.ascii());
    },
  },
  smtlib: {
    means: "SMT-LIB, for Z3 and cvc5: the transition relation, the properties, and queries of k-induction (--k)",
    async write(job) {
      const { toSmtlib } = await import("../../checker/export/index.ts");
      return only(toSmtlib(await program(job), countOption(job.call, "k")));
    },
  },
  dot: {
    means: "for Graphviz: the graph of the reachable states",
    async write({ model, maxStates }) {
      const { toDot } = await import("../../checker/export/index.ts");
      return only(toDot(model, maxStates));
    },
  },
  itf: {
    means: "Apalache's trace format: the counterexample of a property",
    async write({ model, options: { properties }, terminal }) {
      const [{ toItf }, { searched }] = await Promise.all([
        import("../../checker/trace/itf.ts"),
        import("./search.ts"),
      ]);
      const report = await searched(model, properties === undefined ? {} : { properties }, terminal);
      const told = report.properties.find(({ trace }) => trace !== undefined);
      if (told?.trace === undefined) {
        throw new ModelError(
          `export: ${model.name} has no trace to write: no property has a counterexample or witness`,
        );
      }
      return only(`${jsonLines(toItf(model, told.id, told.trace)).join("\n")}\n`);
    },
  },
};

async function system({ model, options }: ExportJob) {
  const { readSystem } = await import("../../checker/export/index.ts");
  return readSystem(model, options);
}

async function program(job: ExportJob) {
  const { programOf } = await import("../../checker/export/index.ts");
  return programOf(await system(job));
}
