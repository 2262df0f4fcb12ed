import { machineStarts, strategyText } from "./machine.ts";

/** The strategy of a start on the machine local-apic, which `scheme.ts` explains. */
const LOCAL_APIC = `const { lockAndMark, readIrr, retrigger, unlockVectors, writeMessage } = steps;

const strategy: Strategy = {
  context: { kind: "interrupt" },
  program: [lockAndMark, ...writeMessage("old-cpu"), ...writeMessage("new-cpu"), unlockVectors, readIrr, retrigger],
};`;

/** The start of a protocol with interrupts as a part: what `irqproof new FILE.ts --protocol --machine MACHINE` writes. */
export function partsStart(name: string, id: string): string {
  const start = machineStarts[id];
  const imports = start === undefined ? ["steps"] : [...start.imports, "type MigrationStep"];
  return `// A protocol with interrupts as a part: CPUs, descriptors, flows and moves are those of irqproof/model, with their
// properties. State, actions and properties of your own are added to them; here each interrupt has a thread.
//
//   npx irqproof check FILE
//   npx irqproof check FILE --thread wakes-once shows what a counterexample looks like
//   npx irqproof check FILE --help              its parameters: sizes and assumptions
//   npx irqproof check FILE --watch             again whenever the file changes
//   npx irqproof check FILE --types             type errors first, as an editor shows them
//
// docs/machines.md in irqproof's repository has the parts, and the fields of the state.

import { array, choice, family, model, oneOf, range, record, repeat, type Action, type ValueOf } from "irqproof/checker";
import { ${["commonParameters", "ownSystem", ...imports, "type Strategy"]
    .filter((one, index, all) => all.indexOf(one) === index)
    .join(", ")} } from "irqproof/model";
import { propertiesOf } from "irqproof/properties";

${start === undefined ? LOCAL_APIC : strategyText(id)}

export default family({
  name: "${name}",
  title: "each interrupt has a thread",
  parameters: {
    ...commonParameters,
    thread: choice("wakes", ["wakes", "wakes-once"], "an interrupt wakes a thread always, or only one that sleeps"),
  },
  build: (parameters) => {
    const interrupts = ownSystem("${name}", strategy, parameters);
    const { system, parts } = interrupts;
    const handler = parts.actions["irq.handler"]!;

    // The state of the parts, and yours.
    const state = record({
      ...parts.fields,
      thread: array(system.devices, oneOf("asleep", "woken", "running", "running-and-woken")),
    });
    type State = ValueOf<typeof state>;

    const threads: Record<string, Action<State, { irq: number }>> = {
      "thread.run": {
        over: { irq: range(0, system.devices - 1) },
        actor: "thread",
        label: (_, { irq }) => \`thread of irq \${irq} runs\`,
        when: (before, { irq }) => before.thread[irq] === "woken",
        then: (draft, { irq }) => {
          draft.thread[irq] = "running";
        },
      },
      "thread.sleep": {
        over: { irq: range(0, system.devices - 1) },
        actor: "thread",
        label: (before, { irq }) => (before.thread[irq] === "running" ? "thread sleeps" : "thread runs again"),
        when: (before, { irq }) => before.thread[irq]!.startsWith("running"),
        then: (draft, { irq }) => {
          draft.thread[irq] = draft.thread[irq] === "running" ? "asleep" : "woken";
        },
      },
    };
    // An action of the parts can be replaced, or left out: the hard handler wakes the thread.
    const actions = {
      ...parts.actions,
      "irq.handler": {
        ...handler,
        label: "hard handler: wakes the thread",
        then: (draft: State, where: Readonly<Record<string, unknown>>) => {
          const irq = draft.cpu[where["cpu"] as number]!.stack.at(-1)!.slot as number;
          const at = draft.thread[irq]!;
          if (at === "asleep") draft.thread[irq] = "woken";
          else if (at === "running" && parameters.thread === "wakes") draft.thread[irq] = "running-and-woken";
          handler.then(draft, where);
        },
      },
      ...threads,
    };
    return model({
      name: "${name}",
      state,
      initial: { ...parts.initial, thread: repeat(system.devices, "asleep") },
      actions,
      actors: [...parts.actors, "thread"],
      changes: parts.changes,
      properties: ({ step }) => ({
        // Those of the parts, and yours.
        ...propertiesOf(interrupts, actions),
        "thread-runs-after": step(
          "a handler leaves its thread woken",
          (before, { action, parameters: { cpu } }, after) => {
            if (action !== "irq.handler") return true;
            const irq = before.cpu[cpu as number]!.stack.at(-1)!.slot as number;
            return after.thread[irq]!.endsWith("woken");
          },
        ),
      }),
    });
  },
});
`;
}
