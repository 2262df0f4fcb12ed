/** The start of a scheme for one kind of machine: what `irqproof new FILE.ts --machine MACHINE` writes. */
export interface MachineStart {
  /** Description of the machine, as a clause after "A way to move an interrupt". */
  readonly on: string;
  /** Particulars of its messages and old targets, as comment lines. */
  readonly about: readonly string[];
  /** Names that the file imports from irqproof/model, besides the types. */
  readonly imports: readonly string[];
  /** Predefined steps by the namespace that exports them, each with its meaning. */
  readonly steps: Readonly<Record<string, readonly (readonly [call: string, meaning: string])[]>>;
  /** A constant with the steps that the program takes, if any. */
  readonly taken?: string;
  /** A step of one's own, with its comments. */
  readonly own: string;
  /** Fields of the strategy, with their comments. */
  readonly fields: string;
  /** The program. */
  readonly program: string;
  /** Stages of its interrupt flow, in their order. */
  readonly stages: string;
  /** Further fields that make a difference on this machine, as comment lines. */
  readonly further: readonly string[];
}

/** Source of the place that the message is for, in a template of the written file. */
const TARGET = `\${targetName(state.irq[irq]!)}`;

/** Source of a step that writes address and data of the message in one write. */
function oneWriteStep(variable: string, name: string, label: (target: string) => string, comment: string): string {
  return `const ${variable}: MigrationStep = {
  name: "${name}",
  // Text in the chart of a counterexample.
  label: (state, { irq }) => \`${label(TARGET)}\`,
  ${comment}
  writes: (state, irq) => ({ cpu: state.irq[irq]!.cpu, vector: state.irq[irq]!.vector }),
  // The effect: changes of the draft, and nothing else.
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    draft.device[irq]!.address = cpu;
    draft.device[irq]!.data = vector;
  },
};`;
}

const contexts = `  // Where the program runs:
  //   { kind: "task", runsOn: "any" }                in a task: "any" CPU, the "old-cpu", or "elsewhere"
  //   { kind: "interrupt" }                          in the moved interrupt's own handler, on the old CPU
  //   { kind: "pinned-task", revalidates: true }     in a task that is pinned to the old CPU
  //   { kind: "ipi", waits: false }                  in an IPI to the old CPU; its sender waits, or not`;

const taskContexts = contexts.replace(/\n.*kind: "interrupt".*$/m, "");

const messageSteps = [
  ['writeAddress("old-cpu" | "new-cpu")', "the address register of the device: the message's CPU"],
  ["writeData", "the data register: the message's vector, always the new one"],
  ["flush", "reads a register back"],
  ['writeMessage("old-cpu" | "new-cpu")', "all three, as a list: put three dots before it"],
] as const;

const remappingSteps = [
  ["writeEntry", "the whole entry, in one exchange"],
  ["writeEntryCpu, writeEntryVector", "its halves, where an entry takes two stores"],
  ["disableEntry, enableEntry", "the entry is made invalid, and valid again (disablesEntries: true)"],
  ["invalidateCache", "the unit's cached copy is invalidated, and the wait for that ends"],
  ["queueOldVector", "the move itself schedules the cleanup of the old vector"],
  ["retargetHypercall(failing)", "Hyper-V: one hypercall with CPU and vector; it may fail, or not"],
] as const;

const writeEntry = `const writeEntry: MigrationStep = {
  name: "write_irte",
  // Text in the chart of a counterexample.
  label: (state, { irq }) => \`irte = \${targetName(state.irq[irq]!)}\`,
  // The effect: changes of the draft, and nothing else.
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    draft.remapping![irq]!.cpu = cpu;
    draft.remapping![irq]!.vector = vector;
  },
};`;

const routeStep = (name: string, label: string, declares = ""): string => `const route: MigrationStep = {
  name: "${name}",
  // Text in the chart of a counterexample.
  label: (state, { irq }) => \`${label} = \${cpuName(state.irq[irq]!.requested ?? 0)}\`,
${declares}  // The effect: changes of the draft, and nothing else. The CPU that was asked for becomes the descriptor's, and the
  // controller's table gets it: what is pending there goes along.
  then: (draft, where) => {
    const descriptor = draft.irq[where.irq]!;
    descriptor.cpu = descriptor.requested ?? descriptor.cpu;
    descriptor.requested = null;
    hardware.route(draft, where, where.irq, { cpu: descriptor.cpu });
  },
};`;

const x86Offline = [
  "hotplug: x86OfflineSteps.x86Hotplug()  a CPU goes offline; import x86OfflineSteps,",
  "  or hotplug: { offline: (system) => [...] } with steps of your own",
];

const imsicFields = `  // The driver: as since v6.15.
  imsic: {
    flow: "edge", //              handle_edge_irq, or "simple", which drops what comes while the handler runs
    syncsAtInterrupt: true, //    an external interrupt first brings the hart up to date
    waitsForOldHart: true, //     the new identity forgets the old one only when that has been dealt with
    checksTemporary: true, //     the old hart also looks at the identity that a two-step update passes through
    timerRunsOn: "its-hart", //   or "caller", as before 08fb624802d8
    storesTakeTime: false, //     stores to an interrupt file may take effect any time later
  },`;

const imsicSteps = [
  ["disableOldIdentity", "the chip's mask before a move: the old identity is disabled on its hart"],
  ["leaveOldIdentity", "the old identity gets the new target, and its hart is to look at what is pending"],
  ["enterNewIdentity(enable)", "the new identity gets the old target, enabled or not"],
  ["enableNewIdentity", "the chip's unmask after a move"],
] as const;

/** The starts by the value of `--machine`. */
export const machineStarts: Readonly<Record<string, MachineStart>> = {
  remapped: {
    on: "through a remapping table (VT-d, AMD-Vi, a hypervisor's)",
    about: [
      "The device's message is an index and never changes; the entry of the table, `state.remapping[irq]`, has CPU and",
      "vector. The unit may cache an entry at any time, and uses the copy until it is invalidated.",
    ],
    imports: ["remappingSteps", "targetName"],
    steps: { remappingSteps },
    taken: "const { invalidateCache, queueOldVector } = remappingSteps;",
    own: writeEntry,
    fields: `  context: { kind: "interrupt" },
  remapping: { disablesEntries: false },`,
    program: "[writeEntry, invalidateCache, queueOldVector]",
    stages: "entry, complete, completed, move, handler, finish",
    further: [
      "device: { maskable: true, pendingBit: true, cachesEntry: false }  a device that steps.maskDevice can mask; it leaves others alone",
      ...x86Offline,
    ],
  },
  "posted-msi": {
    on: "whose messages the remapping unit posts to memory (x86 posted MSI)",
    about: [
      "The unit sets a bit for the vector in memory (PIR) and sends the CPU one notification vector, whose handler calls",
      "the handlers of all bits that are set. Moves rewrite the entry of the remapping table, `state.remapping[irq]`.",
    ],
    imports: ["remappingSteps", "targetName"],
    steps: { remappingSteps },
    taken: "const { invalidateCache, queueOldVector } = remappingSteps;",
    own: writeEntry,
    fields: `  context: { kind: "interrupt" },
  remapping: { disablesEntries: false },
  postedMsi: {
    posts: "all", //               or "first": messages of the other devices go to their vectors
    ackMoves: true, //             the acknowledge callback begins a deferred move (v6.15)
    ackEndsRetriggered: true, //   it gives an EOI where the vector itself came, by an IPI (v6.19)
    testsSeePosted: true, //       the kernel's tests for a pending vector read PIR, too
  },
  noticesArrival: false,`,
    program: "[writeEntry, invalidateCache, queueOldVector]",
    stages: "entry, complete, completed, move, handler, finish",
    further: x86Offline,
  },
  "gic-distributor": {
    on: "of an Arm GIC distributor (SPI, as those of GICv2m)",
    about: [
      "The device's message is constant. The distributor's registers, `state.routing[irq]`, have the CPU, and whether the",
      "interrupt is enabled. An edge that comes while it is disabled stays pending there.",
    ],
    imports: ["cpuName", "hardware", "routingSteps"],
    steps: {
      routingSteps: [
        ["disableInterrupt, enableInterrupt", "GICD_ICENABLER and GICD_ISENABLER"],
        ['writeRoute("GICD_IROUTER" | "GICD_ITARGETSR")', "the CPU of the interrupt, in one store"],
      ],
    },
    taken: "const { disableInterrupt, enableInterrupt } = routingSteps;",
    own: routeStep("route", "GICD_IROUTER"),
    fields: `${taskContexts}
  context: { kind: "task", runsOn: "any" },
  whileInProgress: "drop", //   or "resend": what the flow does with an interrupt whose handler runs elsewhere`,
    program: "[disableInterrupt, route, enableInterrupt]",
    stages: "entry, handler, finish",
    further: ['activeState: "kept"                or "lost-when-disabled", as in a virtual distributor'],
  },
  "gic-its": {
    on: "of an Arm GICv3 ITS (LPI)",
    about: [
      "The device's message is a constant event. The ITS has its collection, which is a CPU: `state.routing[irq].cpu`. A",
      "command changes it, and takes the pending bit along.",
    ],
    imports: ["cpuName", "hardware", "routingSteps"],
    steps: {
      routingSteps: [
        ["moveEvent", "MOVI and SYNC: the event and its pending bit go to the new collection"],
        ["moveEventAlone", "the pending bit stays at the old redistributor"],
        ["commandMayFail(moveEvent)", "the same command, which may fail: the driver logs that"],
      ],
    },
    own: routeStep("movi", "MOVI"),
    fields: `${taskContexts}
  context: { kind: "task", runsOn: "any" },
  whileInProgress: "resend", //   or "drop": what the flow does with an interrupt whose handler runs elsewhere`,
    program: "[route]",
    stages: "entry, handler, finish",
    further: [],
  },
  plic: {
    on: "of a RISC-V PLIC",
    about: [
      "The device's message, or its wire, is a source of the PLIC, with an enable bit for each hart: `state.routing[irq].cpu`",
      "is the hart whose bit is set, or null. A completion of a hart whose bit is clear is ignored.",
    ],
    imports: ["cpuName", "hardware", "routingSteps"],
    steps: {
      routingSteps: [
        ["clearEnableBit, setEnableBit", "`plic_set_affinity`: of the old hart, then of the new one"],
        ["writePlicAffinity", "both at once, if the source is enabled at all"],
        ["unmaskInterrupt, startInterrupt", "a start, with startsDisabled: true"],
      ],
    },
    taken: "const { clearEnableBit } = routingSteps;",
    own: routeStep(
      "set_enable_bit",
      "enable bit",
      "  // From here on the PLIC passes the interrupt on, which has to be declared.\n  enables: true,\n",
    ),
    fields: `${taskContexts}
  context: { kind: "task", runsOn: "any" },
  trigger: "level", //   or "edge": a wire that is high until it is served, or pulses
  // The end of an interrupt, plic_irq_eoi: the test by which it finds the source disabled, and its caller.
  plic: { eoi: "enable-bit", flow: "fasteoi" }, //   "disabled-flag", "enable-bit-locked"; "chained"`,
    program: "[clearEnableBit, route]",
    stages: "entry, handler, finish",
    further: ["with flow, plic_irq_eoi itself can be replaced: examples/schemes/plic-completion.ts does it"],
  },
  imsic: {
    on: "of a RISC-V IMSIC",
    about: [
      "The message has hart and identity, in two words. Each hart has an interrupt file; the driver keeps for each identity",
      "what it asked of it, and harts are brought up to date later (`state.imsic[hart]`).",
    ],
    imports: ["imsicSteps", "steps", "vectorName"],
    steps: { steps: messageSteps, imsicSteps },
    taken: `const { disableOldIdentity, enableNewIdentity, enterNewIdentity, leaveOldIdentity } = imsicSteps;
const { flush, writeAddress } = steps;`,
    own: `const writeData: MigrationStep = {
  name: "write_data",
  // Text in the chart of a counterexample.
  label: (state, { irq }) => \`write_data(identity \${vectorName(state.irq[irq]!.vector)})\`,
  // The step is skipped where it would change nothing. With \`when\` instead the hart would wait.
  needed: (state, { irq }) => state.device[irq]!.data !== state.irq[irq]!.vector,
  // A write of the message declares the new values. Address and data are two writes, so two steps.
  writes: (state, irq) => ({ vector: state.irq[irq]!.vector }),
  // The effect: changes of the draft, and nothing else.
  then: (draft, { irq }) => {
    draft.device[irq]!.data = draft.irq[irq]!.vector;
  },
};`,
    fields: `${contexts}
  context: { kind: "interrupt" },
${imsicFields}`,
    program: `[
    disableOldIdentity,
    // Through the old hart with the new identity, so that only one word changes at a time.
    writeData,
    flush,
    writeAddress("new-cpu"),
    flush,
    leaveOldIdentity,
    enterNewIdentity(false),
    enableNewIdentity,
  ]`,
    stages: "entry, move, handler, finish",
    further: [
      "hotplug: imsicOfflineSteps.imsicHotplug(true)  a hart goes offline; import imsicOfflineSteps,",
      "  or hotplug: { offline: (system) => [...] } with steps of your own",
    ],
  },
  aplic: {
    on: "of a wire that a RISC-V APLIC turns into messages for an IMSIC",
    about: [
      "The device has a wire, a source of the APLIC (`state.aplic[irq]`), whose register `target` has hart and identity in one",
      "word. The first run of the program starts the interrupt, a later one moves it.",
    ],
    imports: ["aplicSteps", "imsicSteps", "targetName"],
    steps: {
      aplicSteps: [
        ["configureSource", "the register sourcecfg is written"],
        ["retriggerSource", "SETIPNUM: a wire that is high already becomes pending"],
        ["writeTarget", "the register target: hart and identity"],
        ["enableSource", "the source is enabled: a message that is due goes out"],
      ],
      imsicSteps,
    },
    taken: `const { configureSource, enableSource, retriggerSource } = aplicSteps;
const { enterNewIdentity, leaveOldIdentity } = imsicSteps;`,
    own: oneWriteStep(
      "writeTarget",
      "write_target",
      (target) => `target = ${target}`,
      "// A write of the message declares the new values. Behind an APLIC they are one word.",
    ),
    fields: `${taskContexts}
  context: { kind: "task", runsOn: "any" },
  trigger: "level",
  startsDisabled: true,
  aplic: { retriggersAtEnd: true }, //   aplic_msi_irq_eoi writes SETIPNUM
${imsicFields
  .replace(
    'flow: "edge", //              handle_edge_irq, or "simple", which drops what comes',
    'flow: "simple", //            what the flow does while the handler runs: it drops what comes',
  )
  .replace(" while the handler runs\n", "\n")}`,
    program: `[
    configureSource,
    retriggerSource,
    writeTarget,
    leaveOldIdentity,
    enterNewIdentity(true),
    enableSource,
  ]`,
    stages: "entry, move, handler, finish",
    further: [],
  },
  demultiplexer: {
    on: "of a message controller with one parent interrupt, redirected in software (fcc1d0dabdb6)",
    about: [
      "The device's message is constant: it sets a status bit, `state.routing[irq].waiting`. The handler of the parent, on CPU0,",
      "queues an irq_work on the interrupt's CPU, `state.routing[irq].cpu`, which calls its flow.",
    ],
    imports: ["cpuName", "hardware", "redirectSteps"],
    steps: {
      redirectSteps: [
        ["setRedirectTarget", "`irq_chip_redirect_set_affinity`: the CPU of later events"],
        ["rewriteMessage", "the message is written once more, as before 37f9d5026cd7"],
      ],
    },
    own: routeStep("set_target", "redirect target"),
    fields: `${taskContexts}
  context: { kind: "task", runsOn: "any" },
  redirect: {
    parent: "hard-interrupt", //         context of the parent's handler; or "thread"
    locksDescriptor: true, //            the descriptor's lock is held while it looks at the target and queues
    acknowledges: "before-redirect", //  when the status bit is cleared; or "after-handler"
    suspends: false, //                  the system may be suspended, which powers the devices down
  },`,
    program: "[route]",
    stages: "entry, handler, finish",
    further: [
      "hotplug: redirectOfflineSteps.redirectHotplug(true)  a CPU goes offline; import redirectOfflineSteps,",
      "  or hotplug: { offline: (system) => [...] } with steps of your own",
    ],
  },
  avec: {
    on: "of a LoongArch AVEC",
    about: [
      "The message has CPU and vector in one word. The old vector is given back by an IPI to its CPU, which the move itself",
      "sends: without that step it is never freed, and cleanup-done is violated.",
    ],
    imports: ["avecSteps", "steps", "targetName"],
    steps: {
      avecSteps: [
        ["writeOneWord", "the message"],
        ["sendClearVectorIpi", "`avecintc_sync`: the old CPU is to give its vector back"],
      ],
      steps: [["flush", "reads a register back"]],
    },
    taken: `const { sendClearVectorIpi } = avecSteps;
const { flush } = steps;`,
    own: oneWriteStep(
      "writeMessage",
      "write_message",
      (target) => `write_message(${target})`,
      "// A write of the message declares the new values.",
    ),
    fields: `${contexts}
  context: { kind: "task", runsOn: "any" },`,
    program: "[writeMessage, flush, sendClearVectorIpi]",
    stages: "entry, move, handler, finish",
    further: [
      "remapping: { disablesEntries: false }          a redirect table in front of it; its steps are remappingSteps",
      "hotplug: avecOfflineSteps.avecHotplug(false)  a CPU goes offline; import avecOfflineSteps,",
      "  or hotplug: { offline: (system) => [...] } with steps of your own",
    ],
  },
};

/** The machine in the model, where that is not the name of the start. */
const MACHINES: Readonly<Record<string, string>> = { aplic: "imsic" };

/** Starts on the machine local-apic, which a strategy need not name. */
const ON_LOCAL_APIC: ReadonlySet<string> = new Set(["remapped", "posted-msi"]);

/** The strategy of a start, with its own step and without comments on the choice of steps. */
export function strategyText(id: string): string {
  const { taken, own, fields, program } = machineStarts[id]!;
  return `${taken === undefined ? "" : `${taken}\n\n`}${own}

const strategy: Strategy = {
${machineField(id)}${fields}
  program: ${program},
};`;
}

function machineField(id: string): string {
  return ON_LOCAL_APIC.has(id) ? "" : `  machine: "${MACHINES[id] ?? id}",\n`;
}

/** The text of a start. */
export function machineStart(name: string, id: string): string {
  const start = machineStarts[id]!;
  const width = Math.max(...Object.values(start.steps).flatMap((of) => of.map(([call]) => call.length))) + 2;
  const listed = Object.entries(start.steps).flatMap(([namespace, of]) => [
    `//   ${namespace}:`,
    ...of.map(([call, meaning]) => `//     ${call.padEnd(width)}${meaning}`),
  ]);
  const further = [
    ...start.further,
    `flow: { finish: { label, when, then } }  stages of the interrupt flow in place of the kernel's: ${start.stages}`,
  ];
  return `// A way to move an interrupt ${start.on}, to be checked for lost interrupts:
//
//   npx irqproof check FILE
//   npx irqproof check FILE --help              its parameters: sizes and assumptions
//   npx irqproof check FILE --cpus 3 --moves 2  a larger machine, more moves
//   npx irqproof check FILE --assumptions       what the verdict rests on
//   npx irqproof check FILE --watch             again whenever the file changes
//   npx irqproof check FILE --types             type errors first, as an editor shows them
//
${start.about.map((line) => `// ${line}`).join("\n")}
//
// The scheme is a program: a list of steps that one CPU takes in order. Other CPUs and the device can act between any
// two of them, in every order. docs/own-scheme.md in irqproof's repository leads from a patch to a scheme;
// docs/machines.md has the fields, steps and stages of each machine. A misspelt name is an error.

import { ${[...start.imports, "type MigrationStep", "type Strategy"].join(", ")} } from "irqproof/model";
import { scheme } from "irqproof/properties";

// Predefined steps of irqproof/model; each is one atomic action:
//
${listed.join("\n")}
${start.taken === undefined ? "" : `${start.taken}\n`}
// A step of your own. \`irq\` is the moved interrupt, its descriptor \`state.irq[irq]\`, its device
// \`state.device[irq]\`.
${start.own}

const strategy: Strategy = {
${machineField(id)}${start.fields}

  program: ${start.program},

  // Further fields:
${further.map((line) => `  //   ${line}`).join("\n")}
};

export default scheme({ name: "${name}", title: "a scheme of my own", strategy });
`;
}
