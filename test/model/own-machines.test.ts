/** Schemes of one's own on every machine, from the doors that docs/machines.md and `irqproof new --machine` name. */
import { readFileSync, readdirSync } from "node:fs";
import { check, step, withProperties, type Family } from "irqproof/checker";
import * as door from "irqproof/model";
import {
  hardware,
  interruptSystem,
  kernel,
  routingSteps,
  steps,
  type Flow,
  type MigrationStep,
  type Strategy,
  type SystemState,
} from "irqproof/model";
import { scheme } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { mergedDriver } from "../../catalogue/riscv/schemes/imsic.ts";
import { machineStart, machineStarts } from "../../cli/commands/starts/machine.ts";
import { schemeStart } from "../../cli/commands/starts/scheme.ts";
import { soundCheck } from "../checker/sound.ts";

const page = readFileSync(new URL("../../docs/machines.md", import.meta.url), "utf8");

/** The namespaces of irqproof/model that have steps, and the functions of which steps are made. */
const namespaces: readonly (readonly [string, object])[] = Object.entries<unknown>(door).flatMap(([name, value]) =>
  (name.endsWith("Steps") || name === "steps") && typeof value === "object" && value !== null
    ? [[name, value] as const]
    : [],
);

describe("docs/machines.md and the starts", () => {
  test.each([...namespaces, ["hardware", hardware] as const, ["kernel", kernel] as const])(
    "name each step of %s",
    (name, of) => {
      const [, section = ""] = new RegExp(`^\\| (?:\`${name}\` .*)$([^]*?)^$`, "m").exec(page) ?? [];
      const row = new RegExp(`^\\| \`${name}\` .*$`, "m").exec(page)?.[0] ?? "";
      const words = new Set((row + section).match(/\b[a-z]\w+\b/g));
      const known = Object.keys(of).filter(
        (key) => !["isEnableDue", "isWatched", "oldTarget", "x86Offline"].includes(key) || name === "kernel",
      );
      expect(known.length).toBeGreaterThan(0);
      expect(known.filter((key) => !words.has(key))).toEqual([]);
    },
  );

  test.each(Object.entries(machineStarts))("the start for %s lists steps that exist", (id, start) => {
    for (const [namespace, of] of Object.entries(start.steps)) {
      const known = Object.keys(new Map<string, object>(namespaces).get(namespace)!);
      const listed = of.flatMap(([call]) => call.replaceAll(/\([^)]*\)/g, "").split(", "));
      expect(listed.filter((name) => !known.includes(name))).toEqual([]);
      // Those of routing are of two controllers, and those of every machine are in the start without --machine.
      const isShared = ["routingSteps", "steps"].includes(namespace);
      expect(isShared ? [] : known.filter((name) => !listed.includes(name))).toEqual([]);
    }
    expect(machineStart("own", id)).toContain(`name: "own"`);
  });

  test("every namespace of steps is named by a start", () => {
    const texts = [schemeStart("own"), ...Object.keys(machineStarts).map((id) => machineStart("own", id))].join("\n");
    expect(namespaces.map(([name]) => name).filter((name) => !texts.includes(name))).toEqual([]);
  });
});

/** The ids of the violated properties. */
async function violatedBy(
  family: Family<SystemState>,
  given: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  const { properties } = await check(family.instantiate(given));
  return properties.filter((one) => one.verdict === "violated").map(({ id }) => id);
}

describe("examples/schemes, as a user would write them", () => {
  const folder = new URL("../../examples/schemes/", import.meta.url);
  const LOST = ["no-interrupt-lost", "carrier-exists", "eventually-served"];

  const expected: readonly (readonly [file: string, given: Record<string, unknown>, violated: readonly string[]])[] = [
    ["avec-message-first", {}, []],
    ["avec-message-first", { moves: 2 }, []],
    ["hyperv-retarget", {}, []],
    ["hyperv-retarget", { hypercall: "may-fail" }, ["cleanup-done", "device-matches-descriptor"]],
    ["vtd-two-stores", {}, [...LOST, "no-stray", "target-live-in-move"]],
    ["vtd-two-stores", { first: "vector" }, [...LOST, "no-stray", "target-live-in-move"]],
    ["vtd-two-stores", { meanwhile: "invalid" }, [...LOST, "target-live-in-move"]],
    ["plic-completion", {}, []],
    ["plic-completion", { test: "disabled-flag" }, [...LOST, "target-live-in-move", "eoi-balanced", "no-livelock"]],
    ["plic-completion", { caller: "chained" }, [...LOST, "target-live-in-move", "eoi-balanced", "no-livelock"]],
    ["fixup-old-vector", {}, []],
    ["fixup-old-vector", { scan: "current-only" }, []],
    [
      "fixup-old-vector",
      { fabric: "fifo" },
      [...LOST, "no-stray", "no-free-while-pending", "no-drop-offline", "offline-drained"],
    ],
  ];

  test.each(expected)("%s %j", async (file, given, violated) => {
    const { default: family } = (await import(new URL(`${file}.ts`, folder).href)) as { default: Family<SystemState> };
    expect((await violatedBy(family, given)).toSorted()).toEqual(violated.toSorted());
  });

  test("each file has a verdict here", () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.ts$/, ""));
    expect([...new Set(expected.map(([file]) => file))].toSorted()).toEqual(files.toSorted());
    for (const file of files) expect(page).toContain(`\`${file}.ts\``);
  });

  test("the scan of old vectors sends on what came to one", async () => {
    const { default: family } = (await import(new URL("fixup-old-vector.ts", folder).href)) as {
      default: Family<SystemState>;
    };
    const model = family.instantiate({ fabric: "fifo" });
    const sendsOn = step<SystemState>(
      "nothing is sent on",
      (before, { action }, after) =>
        action !== "offline.scan_old_vector" ||
        after.cpu.every(({ irr }, cpu) => irr.every((set, vector) => set === before.cpu[cpu]!.irr[vector]!)),
    );
    const { properties } = await check(withProperties(model, { sendsOn }));
    expect(properties[0]!.verdict).toBe("violated");
  });
});

const own = (strategy: Partial<Strategy>): ReturnType<typeof scheme> =>
  scheme({
    name: "own",
    title: "",
    strategy: { context: { kind: "interrupt" }, program: twoStep, ...strategy },
  });

const twoStep = [
  steps.lockAndMark,
  ...steps.writeMessage("old-cpu"),
  ...steps.writeMessage("new-cpu"),
  steps.unlockVectors,
  steps.readIrr,
  steps.retrigger,
];

/** `handle_edge_irq` as a program: the same as the built-in flow, a step for each of its own. */
const edge: Flow = {
  entry: {
    when: (state, { irq }) => !state.irq[irq]!.locked,
    then(draft, where) {
      const descriptor = draft.irq[where.irq]!;
      const frame = draft.cpu[where.cpu]!.stack.at(-1)!;
      if (descriptor.inProgress) {
        descriptor.pending = true;
        frame.handledElsewhere = true;
      }
      descriptor.locked = true;
      if (kernel.completesMove(draft, where)) return "complete";
      return kernel.beginMove(draft, where) ? "move" : "acknowledge";
    },
  },
  complete: {
    when: (state) => !state.vectorLock,
    then(draft, where) {
      kernel.scheduleCleanup(draft, where);
      return kernel.beginMove(draft, where) ? "move" : "acknowledge";
    },
  },
  move: { then: () => "acknowledge" },
  acknowledge: {
    then(draft, where) {
      const descriptor = draft.irq[where.irq]!;
      hardware.endOfInterrupt(draft, where);
      descriptor.locked = false;
      if (draft.cpu[where.cpu]!.stack.at(-1)!.handledElsewhere) return "return";
      descriptor.inProgress = true;
      descriptor.pending = false;
      return "handler";
    },
  },
  finish: {
    when: (state, { irq }) => !state.irq[irq]!.locked,
    then(draft, { irq }) {
      const descriptor = draft.irq[irq]!;
      if (descriptor.pending) {
        descriptor.pending = false;
        return "handler";
      }
      descriptor.inProgress = false;
      return "return";
    },
  },
};

const without = (stage: string, change: (draft: SystemState, irq: number) => string): Flow => ({
  ...edge,
  [stage]: { ...edge[stage]!, then: (draft, { irq }) => change(draft, irq) },
});

describe("a flow of one's own", () => {
  test.each([
    ["two steps", {}],
    ["direct", { program: steps.writeMessage("new-cpu") }],
    ["without a check", { program: twoStep.slice(0, -2) }],
    ["by a task", { context: { kind: "task", runsOn: "any" } as const }],
  ])("handle_edge_irq, written out, has the verdicts of the built-in one: %s", async (_, strategy) => {
    for (const coverage of ["dispatch", "service", "occurrence"]) {
      for (const given of [
        { coverage, moves: 1 },
        { coverage, moves: 2, raises: 2 },
      ]) {
        const [program, builtIn] = [
          await violatedBy(own({ ...strategy, flow: edge }), given),
          await violatedBy(own(strategy), given),
        ];
        expect({ given, program }).toEqual({ given, program: builtIn });
      }
    }
  });

  test("it is read, and the compiled engine agrees with the functions", async () => {
    const model = own({ flow: edge }).instantiate({ raises: 2 });
    const direct = await check(model, { engine: "reference" });
    const compiled = await check(model, { engine: "compiled", audit: 1 });
    expect(compiled.states).toEqual(direct.states);
    expect(compiled.properties.map(({ verdict }) => verdict)).toEqual(direct.properties.map(({ verdict }) => verdict));
  });

  test.each<readonly [string, Flow, readonly string[]]>([
    [
      "that forgets the mark of an interrupt that came meanwhile",
      without("finish", (draft, irq) => {
        draft.irq[irq]!.inProgress = false;
        draft.irq[irq]!.pending = false;
        return "return";
      }),
      ["no-interrupt-lost"],
    ],
    [
      "that drops what comes while the handler runs elsewhere",
      {
        ...edge,
        entry: {
          ...edge["entry"]!,
          then(draft, where) {
            if (!draft.irq[where.irq]!.inProgress) return edge["entry"]!.then(draft, where);
            hardware.endOfInterrupt(draft, where);
            return "return";
          },
        },
      },
      ["no-interrupt-lost", "no-in-progress-drop"],
    ],
    [
      "without an EOI",
      without("acknowledge", (draft, irq) => {
        const descriptor = draft.irq[irq]!;
        descriptor.locked = false;
        descriptor.inProgress = true;
        return "handler";
      }),
      ["no-interrupt-lost", "carrier-exists", "eoi-balanced"],
    ],
    [
      "that runs the handler twice at once",
      {
        ...edge,
        entry: {
          ...edge["entry"]!,
          then(draft, where) {
            hardware.endOfInterrupt(draft, where);
            draft.irq[where.irq]!.inProgress = true;
            return "handler";
          },
        },
      },
      ["handler-exclusion"],
    ],
  ])("%s is found", async (_, flow, found) => {
    const violated = await violatedBy(own({ flow, context: { kind: "task", runsOn: "any" } }), { moves: 1 });
    for (const id of found) expect(violated).toContain(id);
  });

  test.each<readonly [string, unknown, RegExp]>([
    ["no steps", {}, /own: its flow has no step: give it one/],
    [
      "the handler",
      { handler: { then: () => "finish" } },
      /a flow has no step handler of its own: the driver's handler/,
    ],
    ["a step without then", { finish: {} }, /own: its flow: step finish has no then/],
    [
      "a label for move",
      { move: { label: () => "", then: () => "handler" } },
      /step move has label, and it is taken together/,
    ],
    ["no object", [], /own: its flow is \[\]/],
  ])("a mistake in it is a sentence: %s", (_, flow, sentence) => {
    expect(() => own({ flow: flow as Flow }).instantiate()).toThrow(sentence);
  });

  test.each<readonly [string, Flow, RegExp]>([
    [
      "an unknown stage",
      { finish: { then: () => "retrun" } },
      /flow: step finish returned "retrun": .*did you mean return\?/,
    ],
    ["nothing", { finish: { then: (() => {}) as unknown as () => string } }, /flow: step finish returned undefined/],
    ["move without one", { ...edge, acknowledge: { then: () => "move" } }, /returned "move", and no move has begun/],
  ])("a step that returns %s ends the check", async (_, flow, sentence) => {
    await expect(soundCheck(own({ flow }).instantiate({ raises: 2 }))).rejects.toThrow(sentence);
  });

  test("and the chained flow of the PLIC, which it would replace, cannot both be given", () => {
    expect(() =>
      own({
        machine: "plic",
        plic: { eoi: "enable-bit", flow: "chained" },
        context: { kind: "task", runsOn: "any" },
        program: [routingSteps.setEnableBit],
        flow: { finish: { then: () => "return" } },
      }).instantiate(),
    ).toThrow(/"plic" with flow "chained" describes a flow that "flow" replaces/);
  });
});

describe("effects that a step has and does not declare", () => {
  const silently = (of: MigrationStep, key: keyof MigrationStep): MigrationStep =>
    Object.fromEntries(Object.entries(of).filter(([name]) => name !== key)) as never;
  const { imsicSteps, aplicSteps } = door;
  const imsic = {
    flow: "edge",
    syncsAtInterrupt: true,
    waitsForOldHart: true,
    checksTemporary: true,
    timerRunsOn: "its-hart",
    storesTakeTime: false,
  } as const;
  const handOver = [imsicSteps.leaveOldIdentity, imsicSteps.enterNewIdentity(true)];

  test.each<readonly [string, Partial<Strategy>]>([
    [
      "enables",
      { machine: "plic", program: [routingSteps.clearEnableBit, silently(routingSteps.setEnableBit, "enables")] },
    ],
    [
      "handsOver",
      {
        machine: "imsic",
        imsic,
        program: [...steps.writeMessage("new-cpu"), silently(handOver[0]!, "handsOver"), handOver[1]!],
      },
    ],
    [
      "samplesWire",
      {
        machine: "imsic",
        imsic: { ...imsic, flow: "simple" },
        aplic: { retriggersAtEnd: true },
        trigger: "level",
        startsDisabled: true,
        program: [
          aplicSteps.configureSource,
          silently(aplicSteps.retriggerSource, "samplesWire"),
          aplicSteps.writeTarget,
          ...handOver,
          aplicSteps.enableSource,
        ],
      },
    ],
    [
      "enablesInterrupts",
      {
        context: { kind: "interrupt" },
        program: [
          silently(steps.enableInterrupts("held"), "enablesInterrupts"),
          ...twoStep,
          steps.disableInterrupts("held"),
        ],
      },
    ],
  ])("%s", async (key, strategy) => {
    const model = own({ context: { kind: "task", runsOn: "any" }, ...strategy }).instantiate();
    await expect(soundCheck(model)).rejects.toThrow(new RegExp(`step \\w+ .*: give it "${key}: true"`));
  });
});

describe("a predefined step that acts on what the strategy lacks", () => {
  const task = { context: { kind: "task", runsOn: "any" } } as const;
  const parameters = own({}).resolve();
  test.each<[MigrationStep, Partial<Strategy>, string]>([
    [steps.writeData, { machine: "plic" }, "writes the message of a device, which is constant here"],
    [steps.writeData, { remapping: { disablesEntries: false } }, "take a step that changes the table in front of it"],
    [door.remappingSteps.writeEntry, {}, 'add "remapping: { disablesEntries: false }"'],
    [
      door.remappingSteps.disableEntry,
      { remapping: { disablesEntries: false } },
      '"remapping: { disablesEntries: true }"',
    ],
    [door.aplicSteps.writeTarget, { machine: "imsic", imsic: mergedDriver }, 'add "aplic: { retriggersAtEnd: true }"'],
    [door.startupSteps.startIrq, {}, 'add "startup: { lifecycle, driverQuiesces }"'],
    [door.enableBitSteps.disableMsi, {}, 'add "whileDisabled", "dropped" or "legacy-line"'],
    [door.postedWriteSteps.postData, {}, 'add "postsWrites: true"'],
    [door.blockSteps.writeBlockData, {}, 'add "sharesMessage: true"'],
    [routingSteps.clearEnableBit, { machine: "gic-its" }, "is for the machine plic, not for gic-its"],
    [door.avecSteps.sendClearVectorIpi, {}, "is for the machine avec, not for local-apic"],
    [door.redirectSteps.setRedirectTarget, { machine: "plic" }, "is for the machine demultiplexer, not for plic"],
  ])("%o on %o", (step, part, sentence) => {
    const make = (): unknown => interruptSystem("own", { ...task, ...part, program: [step] }, parameters as never);
    expect(make).toThrow(`own: step ${step.name}`);
    expect(make).toThrow(sentence);
  });
});

test("the cleanup of a machine is its own, and another's is refused", () => {
  const parameters = own({}).resolve();
  const avec: Strategy = {
    machine: "avec",
    context: { kind: "task", runsOn: "any" },
    program: [door.avecSteps.writeOneWord],
  };
  expect(interruptSystem("own", avec, parameters as never).system.cleanup).toBe("clear-vector-ipi");
  expect(() => interruptSystem("own", { ...avec, cleanup: "timer" }, parameters as never)).toThrow(
    /cleanup "timer" is for the machine local-apic/,
  );
  expect(() => own({ cleanup: "clear-vector-ipi" }).instantiate()).toThrow(
    /is for the machine avec, not for local-apic/,
  );
});
