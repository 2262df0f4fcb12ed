import {
  type Rule,
  anything,
  didYouMean,
  listOf,
  named,
  nonEmptyText,
  object,
  oneOfKinds,
  optional,
  partOf,
  plainFunction,
  required,
  truth,
  word,
} from "../checker/definition/index.ts";
import { ModelError } from "../checker/index.ts";
import { show } from "../checker/schema/index.ts";
import * as steps from "./steps/steps.ts";
import type { FlowStep, Hotplug, MigrationStep, OfflineStep, StepFailure, Strategy } from "./strategy.ts";
import type {
  AffinityFeatures,
  AplicFeatures,
  DepthFeatures,
  DeviceFeatures,
  GuestFeatures,
  ImsicFeatures,
  ImsicPower,
  MachineId,
  PlicFeatures,
  PostedMsiFeatures,
  RedirectFeatures,
  RemappingFeatures,
  StartupFeatures,
} from "./system.ts";

/** Calls that make a step or several, by the name of the function: what its name alone was probably meant to be. */
export const stepMakers: Readonly<Record<string, string>> = {
  writeAddress: 'writeAddress("new-cpu")',
  writeMessage: '...writeMessage("new-cpu")',
  writeMessageDataFirst: '...writeMessageDataFirst("new-cpu")',
  enableInterrupts: 'enableInterrupts("held")',
  disableInterrupts: 'disableInterrupts("held")',
};

/** The names under which irqproof/model has steps for a program. */
export const stepNames: readonly string[] = Object.entries<unknown>(steps)
  .filter(([name, value]) => name in stepMakers || (typeof value === "object" && value !== null && "then" in value))
  .map(([name]) => name);

/** Names that the model has for what comes before a program. */
const TAKEN_NAMES: ReadonlySet<unknown> = new Set(["allocate", "give_up", "refuse"]);

const MACHINES = [
  "local-apic",
  "gic-distributor",
  "gic-its",
  "plic",
  "imsic",
  "avec",
  "demultiplexer",
] as const satisfies readonly MachineId[];

const EXAMPLE = "{ name, label, then }";

const condition = plainFunction("(state, { irq }) => !state.vectorLock");

const label = plainFunction("(state, { irq }) => `write_data(${...})`");

const recipe = plainFunction("(draft, { irq }) => { ... }");

const failureRule: Rule = object<StepFailure>("a failure", '{ label, afterwards: "goes-on" }', {
  label: required(label),
  then: optional(recipe),
  afterwards: required(word("goes-on", "ends")),
});

const stepRule: Rule = object<MigrationStep>(
  "a step",
  EXAMPLE,
  {
    name: required(nonEmptyText("write_data")),
    label: required(label),
    when: optional(condition),
    needed: optional(condition),
    then: required(recipe),
    checks: optional(truth),
    retriggers: optional(truth),
    writes: optional(plainFunction("(state, irq) => ({ vector: state.irq[irq].vector })")),
    flushes: optional(truth),
    accessesDevice: optional(truth),
    freesOldVector: optional(truth),
    enables: optional(truth),
    samplesWire: optional(truth),
    handsOver: optional(truth),
    enablesInterrupts: optional(truth),
    allocates: optional(truth),
    restores: optional(truth),
    needs: optional(
      word(
        ...MACHINES,
        "message",
        "remapping",
        "disabled-entries",
        "aplic",
        "startup",
        "enable-bit",
        "posted-writes",
        "shared-message",
      ),
    ),
    mayFail: optional(failureRule),
  },
  { synonyms: { guard: "when", waits: "when", do: "then", recipe: "then", effect: "then", text: "label", id: "name" } },
);

const offlineStepRule: Rule = object<OfflineStep>("a step", EXAMPLE, {
  name: required(nonEmptyText("clear_online")),
  label: required(label),
  when: optional(condition),
  needed: optional(condition),
  then: required(recipe),
  scans: optional(anything),
  syncs: optional(truth),
});

const contextRule: Rule = oneOfKinds("a context", '{ kind: "interrupt" }', {
  interrupt: {},
  task: { runsOn: required(word("any", "old-cpu", "elsewhere")) },
  "pinned-task": { revalidates: required(truth) },
  ipi: { waits: required(truth) },
});

const deviceRule: Rule = object<DeviceFeatures>(
  "a device",
  "{ maskable: true, pendingBit: true, cachesEntry: false }",
  { maskable: required(truth), pendingBit: required(truth), cachesEntry: required(truth) },
);

const times: Rule = {
  expected: "a whole number",
  example: "1",
  check(value, where) {
    if (Number.isSafeInteger(value) && (value as number) >= 0) return;
    throw new ModelError(`${where} is ${show(value)}, not a whole number such as 1`);
  },
};

const depthRule: Rule = object<DepthFeatures>("a disable depth", '{ restart: "lowers-once", ... }', {
  restart: required(word("zeroes", "lowers-each-time", "lowers-once")),
  driverDisables: required(truth),
  whileSuspended: required(word("skipped", "restarted")),
});

const startupRule: Rule = object<StartupFeatures>("a startup", '{ lifecycle: "started-once", driverQuiesces: true }', {
  lifecycle: required(word("started-once", "freed-and-requested", "managed")),
  driverQuiesces: required(truth),
  mask: optional(listOf(times)),
  depth: optional(depthRule),
});

const remappingRule: Rule = object<RemappingFeatures>("a remapping unit", "{ disablesEntries: false }", {
  disablesEntries: required(truth),
});

const postedMsiRule: Rule = object<PostedMsiFeatures>("posted MSI", '{ posts: "all", ackMoves: true, ... }', {
  posts: required(word("all", "first")),
  ackMoves: required(truth),
  ackEndsRetriggered: required(truth),
  testsSeePosted: required(truth),
});

const affinityRule: Rule = object<AffinityFeatures>("an affinity", '{ satisfied: "returns" }', {
  satisfied: required(word("returns", "rewrites")),
});

const guestRule: Rule = object<GuestFeatures>("a guest", '{ notifiedCpu: "descriptor", ... }', {
  notifiedCpu: required(word("descriptor", "entry", "entry-at-next-schedule", "entry-read-earlier")),
  hostMove: required(word("keeps-entry", "overwrites-entry")),
  afterwards: required(word("as-the-host", "remapped")),
});

const powerRule: Rule = object<ImsicPower>("a loss of power", '{ onExit: "restores", clears: "enable-bits" }', {
  onExit: required(word("restores", "leaves")),
  clears: required(word("enable-bits", "pending-bits-too")),
});

const imsicRule: Rule = object<ImsicFeatures>("a driver", '{ flow: "edge", syncsAtInterrupt: true, ... }', {
  flow: required(word("simple", "edge")),
  syncsAtInterrupt: required(truth),
  waitsForOldHart: required(truth),
  checksTemporary: required(truth),
  timerRunsOn: required(word("its-hart", "caller")),
  storesTakeTime: required(truth),
  power: optional(powerRule),
});

const plicRule: Rule = object<PlicFeatures>("a driver", '{ eoi: "enable-bit", flow: "fasteoi" }', {
  eoi: required(word("disabled-flag", "enable-bit", "enable-bit-locked", "none")),
  flow: required(word("fasteoi", "chained")),
});

const redirectRule: Rule = object<RedirectFeatures>("a redirect", '{ parent: "hard-interrupt", ... }', {
  parent: required(word("hard-interrupt", "thread")),
  locksDescriptor: required(truth),
  acknowledges: required(word("before-redirect", "after-handler")),
  suspends: required(truth),
});

const aplicRule: Rule = object<AplicFeatures>("a driver", "{ retriggersAtEnd: true }", {
  retriggersAtEnd: required(truth),
});

const hotplugRule: Rule = object<Hotplug>("a hotplug", "{ offline: (system) => [...] }", {
  offline: required(plainFunction("(system) => [...]")),
  online: optional(plainFunction("(draft, { cpu }) => { ... }")),
  die: optional(plainFunction("(draft, { cpu }) => { ... }")),
  offlines: optional(times),
  onlines: optional(times),
  triesAllCpus: optional(truth),
});

const flowStepRule: Rule = object<FlowStep>("a step of a flow", '{ then: (draft, { irq, cpu }) => "return" }', {
  label: optional(plainFunction("(state, { irq, cpu }) => `EOI of ${...}`")),
  when: optional(plainFunction("(state, { irq }) => !state.irq[irq].locked")),
  then: required(plainFunction('(draft, { irq, cpu }) => "return"')),
});

/** Stages of hard interrupts that are no part of a flow of one's own, with the reason. */
const FOREIGN_STAGES: Readonly<Record<string, string>> = {
  handler: "the driver's handler runs there; replace the stages around it",
  return: "it is what a step returns to end the interrupt",
  cleanup: "it is the cleanup IPI's",
  completion: "it is a stage of the machine plic; give yours another name",
  "forced-completion": "it is a stage of the machine plic; give yours another name",
};

const flowRule: Rule = {
  expected: "an object of steps by their stage",
  example: "{ finish: { then } }",
  check(value, where) {
    named(this.expected, this.example).check(value, where);
    const stages = Object.entries(value as Readonly<Record<string, unknown>>);
    if (stages.length === 0)
      throw new ModelError(`${where} has no step: give it one, as in ${this.example}, or leave it out`);
    for (const [stage, step] of stages) {
      const reason = Object.hasOwn(FOREIGN_STAGES, stage) ? FOREIGN_STAGES[stage] : undefined;
      if (reason !== undefined) throw new ModelError(`${where}: a flow has no step ${stage} of its own: ${reason}`);
      const at = partOf(where, `step ${stage}`);
      flowStepRule.check(step, at);
      const { label: text, when } = step as FlowStep;
      if (stage === "move" && (text !== undefined || when !== undefined)) {
        throw new ModelError(
          `${at} has ${text === undefined ? "when" : "label"}, and it is taken together with the last step of the move: give it only then`,
        );
      }
    }
  },
};

const programRule: Rule = {
  expected: "a list of steps",
  example: '[...writeMessage("new-cpu")]',
  check(value, where) {
    if (!Array.isArray(value)) {
      throw new ModelError(`${where} is ${show(value)}, not a list of steps such as ${this.example}`);
    }
    checkSteps(value, where, stepRule);
    checkAllocation(value as readonly MigrationStep[], where);
  },
};

/** Rule for a strategy. */
export const strategyRule: Rule = object<Strategy>("a strategy", "{ context, program }", {
  context: required(contextRule),
  program: required(programRule),
  allocation: optional(word("any", "same-vector", "foreign-vector", "old-vector-too")),
  affinity: optional(affinityRule),
  sharesMessage: optional(truth),
  staysOnCpu: optional(truth),
  enablesInterrupts: optional(truth),
  machine: optional(word(...MACHINES)),
  device: optional(deviceRule),
  cleanup: optional(
    word("timer", "timer-unchecked", "ipi", "ipi-unchecked", "urgent-ipi-unchecked", "at-once", "clear-vector-ipi"),
  ),
  placement: optional(word("spread", "crowded")),
  remapping: optional(remappingRule),
  postedMsi: optional(postedMsiRule),
  guest: optional(guestRule),
  whileBusy: optional(word("refused", "rearmed", "dropped", "overwritten")),
  newTargetWaits: optional(truth),
  startup: optional(startupRule),
  whileDisabled: optional(word("dropped", "legacy-line")),
  postsWrites: optional(truth),
  splitsCompletion: optional(truth),
  noticesArrival: optional(truth),
  flow: optional(flowRule),
  hotplug: optional(hotplugRule),
  imsic: optional(imsicRule),
  plic: optional(plicRule),
  aplic: optional(aplicRule),
  redirect: optional(redirectRule),
  trigger: optional(word("edge", "level")),
  activeState: optional(word("kept", "lost-when-disabled")),
  whileInProgress: optional(word("resend", "drop")),
  startsDisabled: optional(truth),
  lemmas: optional(named("an object", '{ "a busy CPU has a frame": (state) => ... }')),
});

/**
 * Checks the steps of an outgoing CPU.
 *
 * @throws ModelError with the number and the name of a step that is none
 */
export function checkOfflineSteps(given: unknown, name: string): void {
  const where = `${name}: its hotplug's offline steps`;
  listOf(anything).check(given, where);
  checkSteps(given as readonly unknown[], where, offlineStepRule);
}

/** A move that is refused at the allocation undoes the mask, and nothing else. */
function checkAllocation(program: readonly MigrationStep[], where: string): void {
  const at = program.findIndex(({ allocates }) => allocates === true);
  const early = program.slice(0, Math.max(0, at)).find(({ name }) => name !== "mask");
  if (early !== undefined) {
    throw new ModelError(`${where}: ${early.name} stands before allocateVector, where only maskDevice may stand`);
  }
  if (program.filter(({ allocates }) => allocates === true).length > 1) {
    throw new ModelError(`${where}: allocateVector stands there twice; a move allocates one vector`);
  }
}

/** Checks each step, and that a name stands for one thing. */
function checkSteps(given: readonly unknown[], where: string, rule: Rule): void {
  const known = new Map<string, { readonly number: number; readonly step: object }>();
  // Not forEach: it leaves holes out.
  for (let index = 0; index < given.length; index++) {
    const step = given[index];
    const at = partOf(where, `step ${index + 1}`);
    if (typeof step !== "object" || step === null || Array.isArray(step)) throw noStep(step, at, given[index - 1]);
    const { name } = step as { readonly name?: unknown };
    const named = typeof name === "string" ? `${at} (${name})` : at;
    rule.check(step, named);
    const isAllocation = (step as { readonly allocates?: unknown }).allocates === true;
    if (isAllocation !== (name === "allocate") && (isAllocation || !TAKEN_NAMES.has(name))) {
      throw new ModelError(`${named} allocates the vector: take allocateVector of irqproof/model for that`);
    }
    if (TAKEN_NAMES.has(name) && !isAllocation) {
      throw new ModelError(`${named} has a name that the allocation of the vector has already; give it another`);
    }
    if ("mayFail" in step && step.mayFail !== undefined && "writes" in step && step.writes !== undefined) {
      throw new ModelError(
        `${named} has "writes" and "mayFail": whether the device has the new word would be unknown; write the message in a step of its own`,
      );
    }
    const other = known.get(name as string);
    if (other === undefined) known.set(name as string, { number: index + 1, step });
    else if (!sameCode(other.step, step)) {
      throw new ModelError(
        `${named} has the name of step ${other.number}, which does something else; give one of them another name`,
      );
    }
  }
}

/** The sentence about something that stands in the place of a step. */
function noStep(given: unknown, at: string, before: unknown): ModelError {
  if (given === undefined) {
    const behind = typeof before === "object" && before !== null && "name" in before ? ` (behind ${before.name})` : "";
    return new ModelError(
      `${at}${behind} is undefined: there is no step of that name; docs/machines.md lists the steps of each machine, and those of every machine are ${stepNames.join(", ")}`,
    );
  }
  if (Array.isArray(given)) {
    return new ModelError(
      `${at} is a list of ${given.length} steps: put three dots before it, as in ...writeMessage("new-cpu")`,
    );
  }
  if (typeof given === "function") {
    const call = Object.hasOwn(stepMakers, given.name)
      ? `call it, as in ${stepMakers[given.name]}`
      : "call it, if it makes one";
    return new ModelError(`${at} is the function ${given.name || "without a name"}, not a step: ${call}`);
  }
  const near = typeof given === "string" ? didYouMean(given, stepNames) : "";
  return new ModelError(`${at} is ${show(given)}, not a step such as ${EXAMPLE}${near}`);
}

/** Whether two steps are the same code, whatever values it was made with, such as `writeAddress` of either CPU. */
function sameCode(one: object, other: object): boolean {
  const parts = (step: object, key: string): unknown => {
    const part = (step as Readonly<Record<string, unknown>>)[key];
    return typeof part === "function" ? String(part) : typeof part;
  };
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return one === other || [...keys].every((key) => parts(one, key) === parts(other, key));
}
