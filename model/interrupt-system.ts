import { type Model, ModelError, model, record } from "../checker/index.ts";
import { show } from "../checker/schema/index.ts";
import type { SystemAction } from "./action.ts";
import { changesOf } from "./changes.ts";
import { deviceActions } from "./hardware/device-actions.ts";
import { presentRedirect } from "./hardware/demultiplexer.ts";
import { presentPlicDriver } from "./hardware/plic.ts";
import { postedActions } from "./hardware/posted-writes.ts";
import { remappingActions } from "./hardware/remapping.ts";
import { affinityRequests, migrationSteps } from "./kernel/affinity.ts";
import { hotplugActions } from "./kernel/hotplug-actions.ts";
import { movesInOwnFlow, withOwnFlow } from "./kernel/own-flow.ts";
import { machines } from "./machine.ts";
import { cpuName, deviceName } from "./names.ts";
import { type CommonParameters, commonParameters } from "./parameters.ts";
import { checkedStep } from "./steps/checked-step.ts";
import { type ReadonlySystemState, type SystemState, initialState, stateFields } from "./state/system-state.ts";
import { guestActions } from "./x86/guest-actions.ts";
import { checkOfflineSteps, strategyRule } from "./strategy-rules.ts";
import type { Hotplug, MigrationStep, OfflineStep, Strategy } from "./strategy.ts";
import { checkController } from "./controller-rules.ts";
import { controllerOf, isRouted } from "./controller.ts";
import { type HotplugSize, type MachineId, type System, plainMsi } from "./system.ts";

/** A modelled system: its fixed parts, the program by which it moves interrupts, and its model, without properties. */
export interface InterruptSystem {
  readonly system: System;
  readonly program: readonly MigrationStep[];
  /** Steps of a CPU that goes offline; empty where all CPUs stay. */
  readonly offline: readonly OfflineStep[];
  /** Options of CPU hotplug; undefined where all CPUs stay. */
  readonly hotplug: Hotplug | undefined;
  readonly model: Model<SystemState>;
  /** The fixed parts of the model. */
  readonly parts: InterruptParts;
}

/** The parts of a modelled system, for a model of one's own that has more than them. */
export interface InterruptParts {
  /** Fields of the state: `record({ ...fields, mine: boolean })`. */
  readonly fields: ReturnType<typeof stateFields>;
  readonly initial: SystemState;
  readonly actions: Readonly<Record<string, SystemAction>>;
  /** The columns of charts. */
  readonly actors: readonly string[];
  /** The changes of a step, as lines of a chart. */
  readonly changes: (before: ReadonlySystemState, after: ReadonlySystemState) => readonly string[];
}

/** Parameters that count something; a system may have more of it than a family of models allows. */
const COUNTS: ReadonlySet<string> = new Set(["cpus", "vectors", "devices", "raises", "moves", "in-flight"]);

/** The actions of the environment: they need never happen, so they are no progress. */
const environment = [
  "device.raise",
  "device.fetch_entry",
  "iommu.cache_entry",
  "user.set_affinity",
  "user.request_irq",
  "user.free_irq",
  "user.offline_cpu",
  "user.online_cpu",
  "driver.disable_irq",
  "driver.enable_irq",
  "pm.suspend",
  "pm.resume",
  "kvm.begin_posting",
  "kvm.end_posting",
  "vcpu.put",
  "hart.power_down",
];

/** The actions of a model that are the environment's. */
export function environmentOf({ actions }: { readonly actions: readonly string[] }): string[] {
  return environment.filter((action) => actions.includes(action));
}

/**
 * Puts a strategy into a machine of the given size. Its steps are taken at their word, of what they write, check and
 * send: `ownSystem` holds them to it.
 *
 * @throws ModelError when a part of the strategy is not what it must be, a size is none, the devices do not find
 * room in the vector tables, the machine lacks its driver, or nothing gives the old vector back.
 */
export function interruptSystem(name: string, strategy: Strategy, parameters: CommonParameters): InterruptSystem {
  strategyRule.check(strategy, name);
  for (const [key, { allowed, read }] of Object.entries(commonParameters)) {
    const value = parameters[key as keyof CommonParameters];
    if (value !== undefined && read(value) === value) continue;
    // A recording may need more than the command line offers.
    if (COUNTS.has(key) && Number.isSafeInteger(value) && (value as number) > 0) continue;
    throw new ModelError(`${name}: parameter ${key} is ${show(value)}: it must be ${allowed}`);
  }
  const { cpus, vectors, devices } = parameters;
  const machine = strategy.machine ?? "local-apic";
  const trigger = strategy.trigger ?? "edge";
  // A wire has no messages that are on their way, and stays high until a handler has served what it says. What is posted to a
  // guest is written to memory by the remapping unit in the step that translates the message.
  const fabric = trigger === "level" || strategy.guest !== undefined ? "none" : parameters.fabric;
  const coverage = trigger === "level" ? "service" : parameters.coverage;
  if (isRouted({ machine }) && devices > vectors) {
    throw new ModelError(
      `${name}: ${devices} devices need ${devices} interrupt numbers, not ${vectors}; raise --vectors`,
    );
  }
  checkController(name, machine, strategy, cpus);
  if (strategy.cleanup === "at-once" && !strategy.program.some(({ freesOldVector }) => freesOldVector === true)) {
    throw new ModelError(
      `${name}: cleanup "at-once" requires a step that frees the old vector, and the program has none: add steps.cleanUpAtOnce, or a step of your own with "freesOldVector: true"`,
    );
  }
  if (strategy.sharesMessage === true) checkBlock(name, strategy, parameters);
  if (devices > cpus * vectors) {
    throw new ModelError(`${name}: ${devices} devices do not fit into ${cpus} CPUs with ${vectors} vectors each`);
  }
  const allocationAt = strategy.program.findIndex(({ allocates }) => allocates === true);
  const base: System = {
    machine,
    cpus,
    vectors,
    devices,
    fabric,
    coverage,
    raises: parameters.raises,
    moves: parameters.moves,
    inFlight: parameters["in-flight"],
    deviceKind: parameters["device-kind"],
    dispatchesAtOnce: parameters["dispatch-delay"] === "none",
    rechecksStrays: controllerOf({ machine }).rechecksStrays === true && parameters.stray === "rechecked",
    device: strategy.device ?? plainMsi,
    cleanup: strategy.cleanup ?? controllerOf({ machine }).cleanup ?? "timer",
    whileInProgress: strategy.whileInProgress ?? "resend",
    startsDisabled: strategy.startsDisabled === true,
    imsic: strategy.imsic ?? null,
    plic: controllerOf({ machine }).takes?.includes("plic") === true ? (strategy.plic ?? presentPlicDriver) : null,
    aplic: strategy.aplic ?? null,
    redirect: controllerOf({ machine }).demultiplexes === true ? (strategy.redirect ?? presentRedirect) : null,
    trigger,
    activeState: strategy.activeState ?? "kept",
    placement: strategy.placement ?? "spread",
    remapping: strategy.remapping ?? null,
    postedMsi: strategy.postedMsi ?? null,
    guest: strategy.guest ?? null,
    whileBusy: strategy.whileBusy ?? "refused",
    newTargetWaits: strategy.newTargetWaits ?? null,
    startup: strategy.startup ?? null,
    whileDisabled: strategy.whileDisabled ?? null,
    postsWrites: strategy.postsWrites ?? false,
    splitsCompletion: strategy.splitsCompletion !== false && mayMoveAtCompletion(machine, strategy, parameters),
    noticesArrival: strategy.noticesArrival ?? true,
    context: strategy.context,
    flowStages: strategy.flow === undefined ? null : Object.keys(strategy.flow),
    affinity: strategy.affinity ?? null,
    sharesMessage: strategy.sharesMessage === true,
    allocationAt: allocationAt < 0 ? null : allocationAt,
    staysOnCpu: strategy.staysOnCpu === true,
    hotplug: null,
    // The vector of the new target is allocated in a step of its own before the program.
    programLength: strategy.program.length + 1,
    nestsInterrupts: enablesInterrupts(strategy) && strategy.context.kind === "interrupt",
    tracksSources: devices > 1 || coverage === "occurrence",
  };
  const offline = strategy.hotplug === undefined ? [] : strategy.hotplug.offline(base);
  checkOfflineSteps(offline, name);
  const system: System = { ...base, hotplug: hotplugSize(strategy, offline) };
  const parts: InterruptParts = {
    fields: stateFields(system),
    initial: initialState(system),
    actions: {
      ...deviceActions(system),
      ...remappingActions(system),
      ...postedActions(system),
      ...guestActions(system),
      ...affinityRequests(system, strategy),
      ...movesInOwnFlow(system, strategy.flow, migrationSteps(system, strategy)),
      ...withOwnFlow(system, strategy.flow, machines[system.machine](system)),
      ...hotplugActions(system, strategy, offline),
    },
    actors: [
      ...Array.from({ length: cpus }, (_, cpu) => cpuName(cpu)),
      ...Array.from({ length: devices }, (_, device) => deviceName(device, devices)),
    ],
    changes: changesOf(system),
  };
  const { initial, actions, actors, changes } = parts;
  return {
    system,
    program: strategy.program,
    offline,
    hotplug: strategy.hotplug,
    model: model({
      name,
      state: record(parts.fields),
      initial,
      actions,
      lemmas: strategy.lemmas ?? {},
      actors,
      changes,
    }),
    parts,
  };
}

/**
 * The same for a strategy of one's own, each step checked against its declarations whenever it is taken.
 *
 * @throws ModelError as `interruptSystem`; a step with undeclared effects ends a check
 */
export function ownSystem(name: string, strategy: Strategy, parameters: CommonParameters): InterruptSystem {
  strategyRule.check(strategy, name);
  return interruptSystem(name, { ...strategy, program: strategy.program.map(checkedStep) }, parameters);
}

/** @throws ModelError where several messages with one pair cannot be moved together */
function checkBlock(name: string, strategy: Strategy, { devices, vectors }: CommonParameters): void {
  const { context, hotplug, startup, remapping, affinity, machine = "local-apic" } = strategy;
  const isPlain = hotplug === undefined && startup === undefined && remapping === undefined && affinity === undefined;
  if (machine !== "local-apic" || context.kind !== "task" || !isPlain) {
    throw new ModelError(
      `${name}: "sharesMessage" is for moves of a task on the machine local-apic, without hotplug, startup, remapping or affinity: leave it out`,
    );
  }
  if (devices === 3 || devices > vectors) {
    throw new ModelError(
      `${name}: a function has 1 or 2 messages here, and a block of as many vectors: set --devices 2, and --vectors to 2 or more`,
    );
  }
}

/**
 * Whether the interrupt that completes a move may begin another: for that a second move must have been asked for
 * meanwhile, in a scheme whose interrupts begin moves.
 */
function mayMoveAtCompletion(
  machine: MachineId,
  { context, whileBusy }: Strategy,
  { moves }: CommonParameters,
): boolean {
  const inInterrupt = context.kind === "interrupt" || whileBusy === "rearmed";
  return controllerOf({ machine }).movesAtCompletion === true && inInterrupt && moves !== 0 && moves !== 1;
}

function enablesInterrupts(strategy: Strategy): boolean {
  return strategy.enablesInterrupts === true || strategy.program.some((step) => step.enablesInterrupts === true);
}

function hotplugSize({ hotplug }: Strategy, offline: readonly OfflineStep[]): HotplugSize | null {
  if (hotplug === undefined) return null;
  return {
    programLength: offline.length,
    offlines: hotplug.offlines ?? 1,
    onlines: hotplug.onlines ?? 0,
    triesAllCpus: hotplug.triesAllCpus ?? true,
  };
}
