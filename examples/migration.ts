/**
 * Moving message-signalled interrupts between CPUs, at moderate abstraction: the model that irqproof and other
 * checkers are compared on. It teaches a whole protocol in one file: devices, vector tables, a moving kernel.
 *
 * A device's message is an address (the CPU) and data (the vector), and they are written one after the other. With
 * the scheme "direct" an interrupt between the two writes goes to an unassigned vector, and is lost. With
 * "two-step" the new vector is tried on the old CPU first, and what arrives there is sent again by the new one.
 */
import {
  array,
  because,
  boolean,
  choice,
  every,
  family,
  indices,
  integer,
  model,
  ModelError,
  oneOf,
  record,
  repeat,
} from "irqproof/checker";

const stages = ["settled", "allocated", "atOldCpu", "addressed", "written", "checked", "served"] as const;
/** The stages at which the moving CPU has its interrupts off. */
const critical = new Set(["allocated", "atOldCpu", "addressed", "written"]);

export default family({
  name: "migration",
  title: "moving message-signalled interrupts between CPUs",
  parameters: {
    cpus: integer(2, 1, 4, "how many CPUs there are"),
    vectors: integer(2, 1, 4, "how many vectors each CPU has"),
    devices: integer(1, 1, 4, "how many devices there are, each with one interrupt"),
    scheme: choice("two-step", ["two-step", "direct"], "how address and data are changed"),
  },
  build: ({ cpus, vectors, devices, scheme }) => {
    if (devices > cpus * vectors) {
      throw new ModelError(`migration: ${devices} devices need as many vectors, and there are only ${cpus * vectors}`);
    }
    // Nothing distinguishes one of them from another: with --symmetry declared, one state stands for all exchanges.
    const cpu = indices("cpu", cpus);
    const vector = indices("vector", vectors);
    const device = indices("device", devices);
    const ids = Array.from({ length: devices }, (_, id) => id);
    const table = <T>(fill: (cpu: number, vector: number) => T): T[][] =>
      Array.from({ length: cpus }, (_, c) => Array.from({ length: vectors }, (_, v) => fill(c, v)));
    const state = record({
      device: array(
        device,
        record({
          /** The device has something to report. */
          waiting: boolean,
          /** Its registers: which CPU and which vector its next message goes to. */
          address: cpu,
          data: vector,
          /** Where the kernel expects the interrupt, and where it moves it; the same place when it does not. */
          oldCpu: cpu,
          oldVector: vector,
          newCpu: cpu,
          newVector: vector,
          stage: oneOf(...stages),
        }),
      ),
      /** Interrupts that have arrived and are not handled yet. */
      pending: array(cpu, array(vector, boolean)),
      /** What each vector is for: the number of a device, or of none. */
      owner: array(cpu, array(vector, oneOf("unused", "retriggered", device))),
    });
    const on = { over: { device }, actor: "kernel" };
    const twoStep = scheme === "two-step";
    return model({
      name: "migration",
      state,
      initial: {
        device: ids.map((id) => {
          const home = { cpu: id % cpus, vector: Math.floor(id / cpus) };
          return {
            waiting: false,
            address: home.cpu,
            data: home.vector,
            oldCpu: home.cpu,
            oldVector: home.vector,
            newCpu: home.cpu,
            newVector: home.vector,
            stage: "settled" as const,
          };
        }),
        pending: repeat(cpu, repeat(vector, false)),
        owner: table((c, v) => ids.find((id) => id % cpus === c && Math.floor(id / cpus) === v) ?? "unused"),
      },
      actions: {
        raise: {
          over: { device },
          actor: (_, { device }) => `device ${device}`,
          when: (state, { device }) => !state.device[device]!.waiting,
          then: (draft, { device }) => {
            const own = draft.device[device]!;
            own.waiting = true;
            draft.pending[own.address]![own.data] = true;
          },
        },
        handle: {
          over: { cpu, vector },
          actor: (_, { cpu }) => `CPU${cpu}`,
          when: (state, { cpu, vector }) =>
            state.pending[cpu]![vector] === true &&
            !state.device.some(({ oldCpu, stage }) => oldCpu === cpu && critical.has(stage)),
          then: (draft, { cpu, vector }) => {
            draft.pending[cpu]![vector] = false;
            const owner = draft.owner[cpu]![vector]!;
            if (typeof owner === "number") {
              const served = draft.device[owner]!;
              served.waiting = false;
              if (served.stage === "checked" && served.newCpu === cpu && served.newVector === vector) {
                served.stage = "served";
              }
            } else if (owner === "retriggered") {
              draft.owner[cpu]![vector] = "unused";
            }
          },
        },
        allocate: {
          over: { device, cpu, vector },
          actor: "kernel",
          when: (state, { device, cpu, vector }) => {
            const { stage, oldCpu } = state.device[device]!;
            return (
              stage === "settled" &&
              cpu !== oldCpu &&
              state.owner[cpu]![vector] === "unused" &&
              !state.device.some((other) => other.oldCpu === oldCpu && critical.has(other.stage))
            );
          },
          then: (draft, { device, cpu, vector }) => {
            const own = draft.device[device]!;
            draft.owner[cpu]![vector] = device;
            // The new vector is used on the old CPU for a moment: mark it there, so that it is not stray.
            if (twoStep && draft.owner[own.oldCpu]![vector] === "unused") {
              draft.owner[own.oldCpu]![vector] = "retriggered";
            }
            own.newCpu = cpu;
            own.newVector = vector;
            own.stage = "allocated";
          },
        },
        writeDataAtOldCpu: {
          ...on,
          when: (state, { device }) => twoStep && state.device[device]!.stage === "allocated",
          then: (draft, { device }) => {
            const own = draft.device[device]!;
            own.data = own.newVector;
            own.stage = "atOldCpu";
          },
        },
        writeAddress: {
          ...on,
          when: (state, { device }) => state.device[device]!.stage === (twoStep ? "atOldCpu" : "allocated"),
          then: (draft, { device }) => {
            const own = draft.device[device]!;
            own.address = own.newCpu;
            own.stage = "addressed";
          },
        },
        writeData: {
          ...on,
          when: (state, { device }) => state.device[device]!.stage === "addressed",
          then: (draft, { device }) => {
            const own = draft.device[device]!;
            own.data = own.newVector;
            own.stage = "written";
          },
        },
        checkOldCpu: {
          ...on,
          when: (state, { device }) => state.device[device]!.stage === "written",
          then: (draft, { device }) => {
            const own = draft.device[device]!;
            if (twoStep && draft.pending[own.oldCpu]![own.newVector]) draft.pending[own.newCpu]![own.newVector] = true;
            own.stage = "checked";
          },
        },
        freeOldVector: {
          ...on,
          when: (state, { device }) => {
            const { stage, oldCpu, oldVector } = state.device[device]!;
            return stage === "served" && !state.pending[oldCpu]![oldVector];
          },
          then: (draft, { device }) => {
            const own = draft.device[device]!;
            draft.owner[own.oldCpu]![own.oldVector] = "unused";
            own.oldCpu = own.newCpu;
            own.oldVector = own.newVector;
            own.stage = "settled";
          },
        },
      },
      properties: ({ always, noDeadlock }) => ({
        "no-interrupt-lost": always("a waiting device has an interrupt on its way", ({ device, pending, owner }) =>
          every(
            device,
            ({ waiting, stage, oldCpu, newVector }, id) =>
              !waiting ||
              owner.some((row, cpu) => row.some((of, vector) => of === id && pending[cpu]![vector])) ||
              // Not arrived at its owner yet, but the move is going to look here.
              (["atOldCpu", "addressed", "written"].includes(stage) && pending[oldCpu]![newVector] === true) ||
              because("it waits, and no vector of its own is pending"),
            (_, id) => `device ${id}`,
          ),
        ),
        "never-stuck": noDeadlock("something can always happen"),
      }),
    });
  },
});
