/** The start of a protocol of any kind: what `irqproof new FILE.ts --protocol` writes. */
export function protocolStart(name: string): string {
  return `// A protocol, to be checked in every reachable state:
//
//   npx irqproof check FILE
//   npx irqproof check FILE --cpus 3
//   npx irqproof check FILE --lock test-then-set   shows what a counterexample looks like
//   npx irqproof check FILE --watch                again whenever the file changes
//   npx irqproof check FILE --types                type errors first, as an editor shows them
//
// A model is a type for the state, an initial state, actions, and properties. In each state any action whose
// guard (\`when\`) is true can be next; actions interleave in every order.

import { array, boolean, choice, family, integer, model, oneOf, range, record, repeat } from "irqproof/checker";

export default family({
  name: "${name}",
  title: "CPUs that share a spinlock",

  // Each parameter is an option of the command line: default, allowed values, meaning.
  parameters: {
    cpus: integer(2, 1, 6, "number of CPUs"),
    lock: choice("test-and-set", ["test-and-set", "test-then-set"], "whether the lock is read and taken in one step"),
  },

  build: ({ cpus, lock }) => {
    // Domains of an action's parameters: one action for each CPU.
    const cpu = range(0, cpus - 1);
    const actor = (_: unknown, which: { cpu: number }) => \`CPU\${which.cpu}\`;
    return model({
      name: "${name}",

      // Finite types only. Keep unused fields at a fixed value; otherwise equal states look different.
      state: record({
        locked: boolean,
        at: array(cpus, oneOf("outside", "taking", "inside")),
      }),
      initial: { locked: false, at: repeat(cpus, "outside") },

      // \`when\` reads the state, \`then\` changes a draft of it. Both may use only the state and their parameters.
      // One action is one atomic step: two steps of the hardware must be two actions.
      actions: {
        test: {
          over: { cpu },
          actor,
          label: "the lock is free",
          when: (state, { cpu }) => state.at[cpu] === "outside" && !state.locked,
          then: (draft, { cpu }) => {
            draft.at[cpu] = lock === "test-and-set" ? "inside" : "taking";
            if (lock === "test-and-set") draft.locked = true;
          },
        },
        set: {
          over: { cpu },
          actor,
          label: "take the lock",
          when: (state, { cpu }) => state.at[cpu] === "taking",
          then: (draft, { cpu }) => {
            draft.locked = true;
            draft.at[cpu] = "inside";
          },
        },
        release: {
          over: { cpu },
          actor,
          label: "release the lock",
          when: (state, { cpu }) => state.at[cpu] === "inside",
          then: (draft, { cpu }) => {
            draft.locked = false;
            draft.at[cpu] = "outside";
          },
        },
      },

      // always: in every reachable state. sometimes: in some reachable state, as proof that the model does its work.
      // Further kinds: step (of state, action, state), noDeadlock, and properties of infinite runs.
      properties: ({ always, sometimes, noDeadlock }) => ({
        exclusion: always(
          "at most one CPU is inside",
          (state) => state.at.filter((at) => at === "inside").length <= 1,
        ),
        reachable: sometimes("a CPU gets inside", (state) => state.at.includes("inside")),
        live: noDeadlock("some action is always enabled"),
      }),
    });
  },
});
`;
}
