/** Random models of CPUs and devices that are interchangeable, and others in which one thing distinguishes them. */
import {
  array,
  boolean,
  indices,
  model,
  oneOf,
  optional,
  record,
  repeat,
  sequence,
  type DeepReadonly,
  type Model,
  type ValueOf,
} from "irqproof/checker";
import * as fc from "fast-check";

const typesOf = (cpus: number, devices: number) => {
  const cpu = indices("cpu", cpus);
  const device = indices("device", devices);
  const state = record({
    device: array(device, record({ at: cpu, flag: boolean, want: optional(cpu) })),
    slot: array(cpu, oneOf("free", "busy", device)),
    pending: array(cpu, array(device, boolean)),
    current: oneOf("none", cpu),
    queue: sequence(2, device),
    spare: optional(record({ who: device, seen: boolean })),
    mode: boolean,
  });
  return { cpu, device, state };
};

type View = DeepReadonly<State>;
type State = ValueOf<ReturnType<typeof typesOf>["state"]>;

/** Source of an index: a parameter, or a part of the state. */
const cpuSource = fc.constantFrom("own" as const, "own" as const, "home" as const, "current" as const);
const deviceSource = fc.constantFrom(
  "own" as const,
  "own" as const,
  "slot" as const,
  "queue" as const,
  "spare" as const,
);
const places = { cpu: cpuSource, device: deviceSource, yes: fc.boolean() };

const condition = fc.record({
  kind: fc.constantFrom(
    "flag",
    "free",
    "holds",
    "pending",
    "home",
    "current",
    "mode",
    "queued",
    "some",
    "most",
    "spare",
  ),
  ...places,
});
const effect = fc.record({
  kind: fc.constantFrom(
    "flag",
    "move",
    "want",
    "slot",
    "give",
    "pending",
    "current",
    "leave",
    "push",
    "shift",
    "spare",
    "mode",
    "all",
  ),
  ...places,
});

type Condition = typeof condition extends fc.Arbitrary<infer T> ? T : never;
type Effect = typeof effect extends fc.Arbitrary<infer T> ? T : never;

/** The distinction between the indices, if there is one. */
export const ASYMMETRIES = ["none", "guard", "recipe", "lowest", "order", "property", "step", "initial"] as const;
export type Asymmetry = (typeof ASYMMETRIES)[number];

const action = fc.record({
  over: fc.constantFrom("cpu" as const, "device" as const, "both" as const),
  when: fc.array(condition, { maxLength: 1 }),
  then: fc.array(effect, { minLength: 1, maxLength: 2 }),
});

const programs = fc.record({
  cpus: fc.integer({ min: 2, max: 3 }),
  devices: fc.integer({ min: 1, max: 3 }),
  actions: fc.array(action, { minLength: 2, maxLength: 4 }),
  never: fc.array(condition, { minLength: 1, maxLength: 2 }),
  met: fc.array(condition, { minLength: 1, maxLength: 3 }),
  stepped: condition,
  excused: fc.boolean(),
  spread: fc.boolean(),
  starts: fc.integer({ min: 1, max: 3 }),
});

interface Given {
  readonly cpu?: number | undefined;
  readonly device?: number | undefined;
}

const cpuOf = (state: View, given: Given, source: Condition["cpu"]): number | undefined => {
  if (source === "own" && given.cpu !== undefined) return given.cpu;
  if (source === "home" && given.device !== undefined) return state.device[given.device]!.at;
  return state.current === "none" ? given.cpu : state.current;
};

const deviceOf = (state: View, given: Given, source: Condition["device"]): number | undefined => {
  if (source === "own" && given.device !== undefined) return given.device;
  if (source === "slot" && given.cpu !== undefined) {
    const held = state.slot[given.cpu]!;
    return typeof held === "number" ? held : given.device;
  }
  if (source === "spare") return state.spare === null ? given.device : state.spare.who;
  return state.queue.length > 0 ? state.queue[0] : given.device;
};

const met = (state: View, given: Given, { kind, cpu: fromCpu, device: fromDevice, yes }: Condition): boolean => {
  const cpu = cpuOf(state, given, fromCpu);
  const device = deviceOf(state, given, fromDevice);
  switch (kind) {
    case "flag":
      return device !== undefined && state.device[device]!.flag === yes;
    case "free":
      return cpu !== undefined && (state.slot[cpu] === "free") === yes;
    case "holds":
      return cpu !== undefined && device !== undefined && (state.slot[cpu] === device) === yes;
    case "pending":
      return cpu !== undefined && device !== undefined && state.pending[cpu]![device] === yes;
    case "home":
      return cpu !== undefined && device !== undefined && (state.device[device]!.at === cpu) === yes;
    case "current":
      return cpu !== undefined && (state.current === cpu) === yes;
    case "mode":
      return state.mode === yes;
    case "queued":
      return state.queue.length > 0 === yes;
    case "some":
      return state.device.some(({ flag, at }) => flag && at === cpu) === yes;
    case "most":
      return state.device.filter(({ flag }) => flag).length < 2 === yes;
    default:
      return (state.spare !== null) === yes;
  }
};

const act = (draft: State, given: Given, { kind, cpu: fromCpu, device: fromDevice, yes }: Effect): void => {
  const cpu = cpuOf(draft, given, fromCpu);
  const device = deviceOf(draft, given, fromDevice);
  switch (kind) {
    case "flag":
      if (device !== undefined) draft.device[device]!.flag = yes;
      break;
    case "move":
      if (device !== undefined && cpu !== undefined) draft.device[device]!.at = cpu;
      break;
    case "want":
      if (device !== undefined) draft.device[device]!.want = yes && cpu !== undefined ? cpu : null;
      break;
    case "slot":
      if (cpu !== undefined) draft.slot[cpu] = yes ? "busy" : "free";
      break;
    case "give":
      if (cpu !== undefined && device !== undefined) draft.slot[cpu] = device;
      break;
    case "pending":
      if (cpu !== undefined && device !== undefined) draft.pending[cpu]![device] = yes;
      break;
    case "current":
      if (cpu !== undefined) draft.current = cpu;
      break;
    case "leave":
      draft.current = "none";
      break;
    case "push":
      if (device !== undefined && draft.queue.length < 2) draft.queue.push(device);
      break;
    case "shift":
      draft.queue.shift();
      break;
    case "spare":
      draft.spare = yes && device !== undefined ? { who: device, seen: draft.mode } : null;
      break;
    case "mode":
      draft.mode = !draft.mode;
      break;
    default:
      for (const one of draft.device) if (one.at === cpu) one.flag = yes;
  }
};

/** A random model in which nothing but the given thing distinguishes the indices. */
export function symmetricModel(asymmetry: Asymmetry): fc.Arbitrary<Model<State>> {
  return programs.map((program) => {
    const { cpu, device, state } = typesOf(program.cpus, program.devices);
    const overOf = { cpu: { cpu }, device: { device }, both: { cpu, device } };
    const start = (mode: boolean, first = 0): State => ({
      device: Array.from({ length: program.devices }, (_, id) => ({
        at: program.spread && program.starts < 3 ? id % program.cpus : first,
        flag: asymmetry === "initial" && id === 0,
        want: null,
      })),
      slot: repeat(cpu, "free"),
      pending: repeat(cpu, repeat(device, false)),
      current: "none",
      queue: [],
      spare: null,
      mode,
    });
    return model({
      name: "symmetric",
      state,
      initial:
        // One, two, or a set that permutations of CPUs leave as it is.
        program.starts < 3
          ? Array.from({ length: program.starts }, (_, index) => start(index === 1))
          : Array.from({ length: program.cpus }, (_, first) => start(false, first)),
      actions: {
        // Something always happens.
        toggle: {
          over: { device } as { device: typeof device },
          then: (draft: State, { device }: { device?: number }) => {
            draft.device[device!]!.flag = !draft.device[device!]!.flag;
          },
        },
        ...Object.fromEntries(
          program.actions.map(({ over, when, then }, index) => [
            `action${index}`,
            {
              over: overOf[over] as { cpu: typeof cpu },
              when: (state: View, given: Given) =>
                when.every((one) => met(state, given, one)) &&
                (asymmetry !== "guard" || index > 0 || (given.cpu ?? given.device) !== 1),
              then: (draft: State, given: Given) => {
                for (const one of then) act(draft, given, one);
                if (asymmetry === "recipe" && index === 0) draft.current = 0;
                if (asymmetry === "lowest" && index === 0) {
                  const free = draft.slot.indexOf("free");
                  if (free >= 0) draft.slot[free] = "busy";
                }
                if (asymmetry === "order" && index === 0 && given.device !== undefined) {
                  draft.mode = draft.device.every(({ flag }, id) => id <= given.device! || !flag);
                }
              },
            },
          ]),
        ),
      },
      properties: ({ always, sometimes, step, noDeadlock }) => ({
        never: always(
          "some CPU and device never meet",
          (state) =>
            !state.slot.some((_, cpu) =>
              state.device.some((_device, device) => program.never.every((one) => met(state, { cpu, device }, one))),
            ) ||
            (asymmetry === "property" && state.device[0]!.flag),
        ),
        met: sometimes("some CPU and device meet", (state) =>
          state.slot.some((_, cpu) =>
            state.device.some((_device, device) => program.met.every((one) => met(state, { cpu, device }, one))),
          ),
        ),
        stepped: step(
          "a step keeps it",
          (before, { parameters }, after) =>
            !met(before, parameters, program.stepped) ||
            met(after, parameters, program.stepped) ||
            (asymmetry === "step" && (parameters as Given).cpu === 0),
        ),
        live: noDeadlock("something can happen", { unless: ({ mode }) => mode && program.excused }),
      }),
    });
  });
}
