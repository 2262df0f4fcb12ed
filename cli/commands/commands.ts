import type { Command } from "../command.ts";

/** A command that is not loaded yet: `irqproof --version` should not wait for a model checker. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, in the order of the help text. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  tour: {
    summary: "what npm start shows: a loss, a repair, the whole catalogue",
    load: async () => (await import("./tour.ts")).command,
  },
  list: {
    summary: "the catalogue: ways to move an interrupt, with expected verdicts",
    load: async () => (await import("./list.ts")).command,
  },
  properties: {
    summary: "what the catalogue is checked for",
    load: async () => (await import("./properties.ts")).command,
  },
  bugs: {
    summary: "historical bugs: commit, cause, and the entry that shows each",
    load: async () => (await import("./bugs.ts")).command,
  },
  report: {
    summary: "a report on an entry or a bug, as a mail to a kernel list",
    load: async () => (await import("./findings/finding.ts")).command,
  },
  check: {
    summary: "explores a model and prints a verdict for each property",
    load: async () => (await import("./check.ts")).command,
  },
  explore: {
    summary: "a model in the browser: diagrams, states, and steps taken by hand",
    load: async () => (await import("./explore/explore.ts")).command,
  },
  simulate: {
    summary: "random walks, where the states are too many to explore",
    load: async () => (await import("./simulate.ts")).command,
  },
  mutate: {
    summary: "faults put into a model: which of them do its properties catch?",
    load: async () => (await import("./mutate.ts")).command,
  },
  verify: {
    summary: "verifies a certificate of check --certificate, independently of the search",
    load: async () => (await import("./verify.ts")).command,
  },
  prove: {
    summary: "proves by induction where the states are too many to enumerate",
    load: async () => (await import("./prove/prove.ts")).command,
  },
  sweep: {
    summary: "the size of the state space over a grid of parameters",
    load: async () => (await import("./sweep/sweep.ts")).command,
  },
  inspect: {
    summary: "what was read of each action and property of a model",
    load: async () => (await import("./inspect.ts")).command,
  },
  replay: {
    summary: "replays recorded logs of a real kernel: does the model allow them?",
    load: async () => (await import("./replay/replay.ts")).command,
  },
  validate: {
    summary: "compares a log of your own program with your model",
    load: async () => (await import("./validate.ts")).command,
  },
  export: {
    summary: "the same model for SPIN, TLC, Rumur and other tools",
    load: async () => (await import("./export.ts")).command,
  },
  crosscheck: {
    summary: "what independent checkers say of the same model",
    load: async () => (await import("./crosscheck.ts")).command,
  },
  new: {
    summary: "a commented file to start a scheme or a protocol of your own from",
    load: async () => (await import("./new.ts")).command,
  },
};
