import { array, boolean, choice, family, integer, model, ModelError, range, record } from "irqproof/checker";

/** Where a device's migration stands. */
const IDLE = 0;
const ALLOCATED = 1;
const INTERMEDIATE = 2;
const ADDRESS = 3;
const FINAL = 4;
const CHECKED = 5;
const CLEANUP = 6;

/** What a vector table says of a slot that no device uses; a device is 2 plus its number. */
const UNUSED = 0;
const RETRIGGERED = 1;

/**
 * Devices' interrupts move between CPUs in two steps, or directly: the model that the benchmark gives to every
 * checker. Its counts are known from five independent programs.
 */
export default family({
  name: "migration",
  title: "interrupts of several devices migrate between CPUs, at moderate abstraction",
  parameters: {
    cpus: integer(2, 1, 4, "how many CPUs"),
    vectors: integer(2, 1, 8, "vectors of each CPU"),
    devices: integer(1, 1, 4, "devices, each with one interrupt"),
    scheme: choice("two-step", ["two-step", "direct"], "how the two words of a message are changed"),
  },
  build({ cpus, vectors, devices, scheme }) {
    if (devices > cpus * vectors) throw new ModelError("migration: there must be a vector for each device");
    const twoStep = scheme === "two-step";
    const [cpu, vector, device] = [range(0, cpus - 1), range(0, vectors - 1), range(0, devices - 1)];
    const slot = record({ irr: boolean, tab: range(0, 1 + devices) });
    const state = record({
      slots: array(cpus, array(vectors, slot)),
      devices: array(
        devices,
        record({
          addr: cpu,
          data: vector,
          want: boolean,
          curC: cpu,
          curV: vector,
          newC: cpu,
          newV: vector,
          pc: range(IDLE, CLEANUP),
        }),
      ),
    });
    const initial = {
      slots: Array.from({ length: cpus }, () => Array.from({ length: vectors }, () => ({ irr: false, tab: UNUSED }))),
      devices: Array.from({ length: devices }, (_, d) => {
        const [curC, curV] = [d % cpus, Math.floor(d / cpus)];
        return { addr: curC, data: curV, want: false, curC, curV, newC: 0, newV: 0, pc: IDLE };
      }),
    };
    for (const [d, { curC, curV }] of initial.devices.entries()) initial.slots[curC]![curV]!.tab = 2 + d;

    /** Interrupts are off on a CPU while it moves an interrupt away from itself. */
    const critical = (
      { devices }: { readonly devices: readonly { readonly curC: number; readonly pc: number }[] },
      c: number,
    ): boolean => devices.some(({ curC, pc }) => curC === c && pc >= ALLOCATED && pc <= FINAL);

    return model({
      name: "migration",
      state,
      initial,
      actions: {
        raise: {
          over: { d: device },
          when: (state, { d }) => !state.devices[d]!.want,
          then: (draft, { d }) => {
            const { addr, data } = draft.devices[d]!;
            draft.devices[d]!.want = true;
            draft.slots[addr]![data]!.irr = true;
          },
        },
        handle: {
          over: { c: cpu, v: vector },
          when: (state, { c, v }) => state.slots[c]![v]!.irr && !critical(state, c),
          then: (draft, { c, v }) => {
            const slot = draft.slots[c]![v]!;
            slot.irr = false;
            if (slot.tab >= 2) {
              const owner = draft.devices[slot.tab - 2]!;
              owner.want = false;
              if (owner.pc === CHECKED && owner.newC === c && owner.newV === v) owner.pc = CLEANUP;
            } else if (slot.tab === RETRIGGERED) slot.tab = UNUSED;
          },
        },
        start: {
          over: { d: device, c: cpu, v: vector },
          when: (state, { d, c, v }) => {
            const { pc, curC } = state.devices[d]!;
            return pc === IDLE && curC !== c && state.slots[c]![v]!.tab === UNUSED && !critical(state, curC);
          },
          then: (draft, { d, c, v }) => {
            const device = draft.devices[d]!;
            draft.slots[c]![v]!.tab = 2 + d;
            const intermediate = draft.slots[device.curC]![v]!;
            if (twoStep && intermediate.tab === UNUSED) intermediate.tab = RETRIGGERED;
            device.newC = c;
            device.newV = v;
            device.pc = ALLOCATED;
          },
        },
        advance: {
          over: { d: device },
          when: (state, { d }) => state.devices[d]!.pc >= ALLOCATED && state.devices[d]!.pc <= FINAL,
          then: (draft, { d }) => {
            const device = draft.devices[d]!;
            switch (device.pc) {
              case ALLOCATED:
                if (twoStep) device.data = device.newV;
                else device.addr = device.newC;
                device.pc = twoStep ? INTERMEDIATE : ADDRESS;
                break;
              case INTERMEDIATE:
                device.addr = device.newC;
                device.pc = ADDRESS;
                break;
              case ADDRESS:
                device.data = device.newV;
                device.pc = FINAL;
                break;
              default:
                if (twoStep && draft.slots[device.curC]![device.newV]!.irr) {
                  draft.slots[device.newC]![device.newV]!.irr = true;
                }
                device.pc = CHECKED;
            }
          },
        },
        cleanup: {
          over: { d: device },
          when: (state, { d }) => {
            const { pc, curC, curV } = state.devices[d]!;
            return pc === CLEANUP && !state.slots[curC]![curV]!.irr;
          },
          then: (draft, { d }) => {
            const device = draft.devices[d]!;
            draft.slots[device.curC]![device.curV]!.tab = UNUSED;
            device.curC = device.newC;
            device.curV = device.newV;
            device.newC = 0;
            device.newV = 0;
            device.pc = IDLE;
          },
        },
      },
      properties: ({ always, noDeadlock }) => ({
        "no-interrupt-lost": always("every raised interrupt is still on its way", (state) =>
          state.devices.every(
            (device, d) =>
              !device.want ||
              state.slots.some((slots) => slots.some(({ irr, tab }) => irr && tab === 2 + d)) ||
              (device.pc >= INTERMEDIATE && device.pc <= FINAL && state.slots[device.curC]![device.newV]!.irr),
          ),
        ),
        ...(twoStep ? { "no-deadlock": noDeadlock("some step can always be taken") } : {}),
      }),
    });
  },
});
