/** The start of a migration scheme: what `irqproof new FILE.ts` writes. */
export function schemeStart(name: string): string {
  return `// A way to move an interrupt from one CPU to another, to be checked for lost interrupts:
//
//   npx irqproof check FILE
//   npx irqproof check FILE --help              its parameters: sizes and assumptions
//   npx irqproof check FILE --cpus 3 --moves 2  a larger machine, more moves
//   npx irqproof check FILE --assumptions       what the verdict rests on
//   npx irqproof check FILE --watch             again whenever the file changes
//   npx irqproof check FILE --types             type errors first, as an editor shows them
//
// The scheme is a program: a list of steps that one CPU takes in order. Other CPUs and the device can act
// between any two of them, in every order. At the start, the vector on the new CPU is already allocated and
// has the handler. The old vector still has it too, and is freed by the cleanup (see below).
// docs/own-scheme.md in irqproof's repository leads from a patch to a scheme. A misspelt name is an error that
// lists the known names.

import { steps, vectorName, type MigrationStep, type Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";

// Predefined steps; each is one atomic action:
//
//   writeAddress("old-cpu" | "new-cpu")  writes the address register of the device: the message's CPU
//   writeData                            writes the data register: the message's vector, always the new one
//   flush                                reads a register back
//   writeMessage("old-cpu" | "new-cpu")  all three, as a list: ...writeMessage("new-cpu")
//   maskDevice, unmaskDevice             the device's mask bit, if it has one (see \`device\` below)
//   allocateVector                       after maskDevice, where the chip masks before the vector is allocated
//   lockAndMark, unlockVectors           vector_lock; the new vector on the old CPU expects a stray
//   readIrr                              whether the new vector is requested on the CPU that runs this
//   retrigger                            if it was: an IPI to the new CPU and vector
//   enableInterrupts, disableInterrupts  ("held" | "released"): the descriptor's lock meanwhile
const { flush, lockAndMark, readIrr, retrigger, unlockVectors, writeAddress } = steps;

// A step of your own. \`irq\` is the moved interrupt, its descriptor \`state.irq[irq]\`, its device
// \`state.device[irq]\`. The descriptor has the new CPU and vector from the start.
const writeData: MigrationStep = {
  name: "write_data",
  // Text in the chart of a counterexample.
  label: (state, { irq }) => \`write_data(vector \${vectorName(state.irq[irq]!.vector)})\`,
  // The step is skipped where it would change nothing. With \`when\` instead the CPU would wait.
  needed: (state, { irq }) => state.device[irq]!.data !== state.irq[irq]!.vector,
  // A write of the message must declare the new values: some properties use them. Address and data are two writes,
  // so two steps. A check of the intermediate target must be declared (checks: true), and so must the IPI after it
  // (retriggers: true).
  writes: (state, irq) => ({ vector: state.irq[irq]!.vector }),
  // The effect: changes of the draft, and nothing else.
  then: (draft, { irq }) => {
    draft.device[irq]!.data = draft.irq[irq]!.vector;
  },
};

const strategy: Strategy = {
  // Where the program runs:
  //   { kind: "interrupt" }                          in the moved interrupt's own handler, on the old CPU
  //   { kind: "task", runsOn: "any" }                in a task: "any" CPU, the "old-cpu", or "elsewhere"
  //   { kind: "pinned-task", revalidates: true }     in a task that is pinned to the old CPU
  //   { kind: "ipi", waits: false }                  in an IPI to the old CPU; its sender waits, or not
  // Interrupts are off there, and the descriptor is locked.
  context: { kind: "interrupt" },

  // Experiments: leave readIrr out, swap two steps, or run it in a task on any CPU.
  program: [lockAndMark, writeData, flush, writeAddress("new-cpu"), flush, unlockVectors, readIrr, retrigger],

  // Further fields; these are the defaults:
  //   device: { maskable: false, pendingBit: false, cachesEntry: false }
  //   cleanup: "timer"       or "timer-unchecked", "ipi": how the old vector is freed; "at-once": by a step
  //                          of the program, cleanUpAtOnce
  //   allocation: "any"      or "same-vector", "foreign-vector": which vector is allocated
  //   staysOnCpu             only the vector changes
  //   enablesInterrupts      the program enables interrupts temporarily

  // Beyond these, in docs/machines.md:
  //   machine: "local-apic"  one of six; \`irqproof new FILE.ts --machine MACHINE\` lists the steps of another
  //   flow                   stages of the interrupt flow in place of the kernel's: entry, complete, move, finish
  //   hotplug                a CPU goes offline: x86OfflineSteps.x86Hotplug(), or a list of steps of your own
  //   whileDisabled          the program clears the MSI enable bit: enableBitSteps.disableMsi and enableMsi
  //   startup                the program starts the interrupt: startupSteps.startIrq
  //   sharesMessage          several messages with one address and data pair: the steps of blockSteps
  //   postsWrites            register writes take their time: postedWriteSteps.postAddress, postData, readBack
};

export default scheme({ name: "${name}", title: "a scheme of my own", strategy });
`;
}
