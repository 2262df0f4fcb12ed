/** The start of a protocol of any kind: what `irqproof new FILE.ts --protocol` writes. */
export function protocolStart(name: string): string {
  return `// A protocol, to be checked in every state that it can reach:
//
//   npx irqproof check FILE
//   npx irqproof check FILE --cpus 3
//   npx irqproof check FILE --lock test-then-set   shows what a counterexample looks like
//   npx irqproof check FILE --watch                again whenever the file changes
//   npx irqproof check FILE --types                type errors first, as an editor shows them
//
// A model is a type for the state, an initial state, actions, and what is promised. In each state every action
// whose guard (\`when\`) is true can be the next one; they interleave in every order.

import { array, boolean, choice, family, integer, model, oneOf, range, record, repeat } from "irqproof/checker";

export default family({
  name: "${name}",
  title: "CPUs that take turns by a spinlock",

  // Each parameter is an option of the command line: default, what is allowed, what it means.
  parameters: {
    cpus: integer(2, 1, 6, "how many CPUs"),
    lock: choice("test-and-set", ["test-and-set", "test-then-set"], "whether the lock is read and taken in one step"),
  },

  build: ({ cpus, lock }) => {
    // Domains of an action's parameters: one action for each CPU.
    const cpu = range(0, cpus - 1);
    const actor = (which: { cpu: number }) => \`CPU\${which.cpu}\`;
    return model({
      name: "${name}",

      // Finite types only. Keep what is not in use at one fixed value, or equal states look different.
      state: record({
        locked: boolean,
        at: array(cpus, oneOf("outside", "taking", "inside")),
      }),
      initial: { locked: false, at: repeat(cpus, "outside") },

      // \`when\` reads the state, \`then\` changes a draft of it. Both may use only the state and their parameters.
      // One action is one atomic step: what the hardware does in two must be two.
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

      // always: in every reachable state. sometimes: in some; it tells whether the model can do its work at all.
      // There are step (of state, action, state) and noDeadlock too.
      properties: ({ always, sometimes, noDeadlock }) => ({
        exclusion: always(
          "at most one CPU is inside",
          (state) => state.at.filter((at) => at === "inside").length <= 1,
        ),
        reachable: sometimes("a CPU gets inside", (state) => state.at.includes("inside")),
        live: noDeadlock("some CPU can go on"),
      }),
    });
  },
});
`;
}
