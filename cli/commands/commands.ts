import type { Command } from "../command.ts";

/** A command that is loaded when called: `irqproof --version` must not wait for a model checker. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, in the order of the help text. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  tour: {
    summary: "show a loss, its repair, and the whole catalogue (npm start)",
    load: async () => (await import("./tour.ts")).command,
  },
  list: {
    summary: "list the catalogue: ways to move an interrupt, with expected verdicts",
    load: async () => (await import("./list.ts")).command,
  },
  properties: {
    summary: "list the properties that the catalogue is checked against",
    load: async () => (await import("./properties.ts")).command,
  },
  bugs: {
    summary: "list known bugs: commit, cause, and the entry that shows each",
    load: async () => (await import("./bugs.ts")).command,
  },
  report: {
    summary: "write a report on an entry or a bug, as a mail to a kernel list",
    load: async () => (await import("./findings/finding.ts")).command,
  },
  check: {
    summary: "explore a model and print a verdict for each property",
    load: async () => (await import("./check.ts")).command,
  },
  explore: {
    summary: "show a model in the browser: diagrams, states, and steps taken by hand",
    load: async () => (await import("./explore/explore.ts")).command,
  },
  simulate: {
    summary: "take random walks where the state space is too large to explore",
    load: async () => (await import("./simulate.ts")).command,
  },
  mutate: {
    summary: "put faults into a model: which of them do its properties catch?",
    load: async () => (await import("./mutate.ts")).command,
  },
  refine: {
    summary: "decide whether a model refines a more abstract one",
    load: async () => (await import("./refine.ts")).command,
  },
  verify: {
    summary: "verify a certificate of check --certificate, independently of the search",
    load: async () => (await import("./verify.ts")).command,
  },
  prove: {
    summary: "prove by induction where the state space is too large to enumerate",
    load: async () => (await import("./prove/prove.ts")).command,
  },
  sweep: {
    summary: "measure the state space over a grid of parameters",
    load: async () => (await import("./sweep/sweep.ts")).command,
  },
  inspect: {
    summary: "show what was read of each action and property of a model",
    load: async () => (await import("./inspect.ts")).command,
  },
  replay: {
    summary: "replay recorded logs of a real kernel: does the model allow them?",
    load: async () => (await import("./replay/replay.ts")).command,
  },
  validate: {
    summary: "compare a log of your own program with your model",
    load: async () => (await import("./validate.ts")).command,
  },
  export: {
    summary: "export a model to SPIN, TLC, Rumur and other tools",
    load: async () => (await import("./export.ts")).command,
  },
  crosscheck: {
    summary: "compare the verdicts with those of independent checkers",
    load: async () => (await import("./crosscheck.ts")).command,
  },
  new: {
    summary: "write a commented file to start your own scheme or protocol from",
    load: async () => (await import("./new.ts")).command,
  },
};
