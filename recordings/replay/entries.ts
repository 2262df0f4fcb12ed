import { ModelError, type ParameterValue } from "../../checker/index.ts";
import { commonParameters, interruptSystem, type InterruptSystem, type Strategy } from "../../model/index.ts";
import { catalogue, entryOf, type CatalogueEntry } from "../../catalogue/index.ts";
import type { Machine, RecordedDevice } from "../observe/observation.ts";

/** A catalogue entry made as large as a recording needs it. */
export interface Candidate {
  readonly entry: string;
  /** Settings taken from the recording: the device's mask bit, the cleanup. */
  readonly as: readonly string[];
  /** In what context it moves an interrupt. */
  readonly context: "interrupt" | "task";
  readonly system: InterruptSystem;
}

/** Vectors of a model: the old and the new one, and some on which something may still be pending. */
export const VECTORS = 5;

/**
 * An entry cannot be asked about interrupts that start or what a device does while it is disabled: a recording of a move
 * shows neither.
 */
function isComparable(strategy: Strategy, machine: Machine, device: RecordedDevice): boolean {
  return (
    (strategy.machine ?? "local-apic") === machine.controller &&
    strategy.startup === undefined &&
    strategy.remapping === undefined &&
    strategy.whileDisabled === undefined &&
    strategy.postsWrites !== true &&
    strategy.startsDisabled !== true &&
    strategy.allocation === undefined &&
    strategy.placement === undefined &&
    strategy.whileBusy === undefined &&
    strategy.newTargetWaits === undefined &&
    strategy.noticesArrival !== false &&
    strategy.imsic?.storesTakeTime !== true &&
    // The features of the device are a fact of the recording.
    (strategy.device?.maskable ?? false) === device.maskable &&
    strategy.device?.pendingBit !== !device.maskable
  );
}

/**
 * The entries to replay a recording of the device against: those with CPUs that go offline where one does, and the
 * others where none does.
 */
export function candidates(machine: Machine, device: RecordedDevice): Candidate[] {
  return catalogue.flatMap((entry) =>
    variantsOf(entry, machine, device).filter(({ system }) => (system.hotplug !== undefined) === machine.hotplug),
  );
}

/**
 * One entry, by id, once for each context in which it may move interrupts.
 *
 * @throws ModelError when there is no such entry, or it is not for a machine or device like the recorded one
 */
export function candidatesOf(id: string, machine: Machine, device: RecordedDevice): Candidate[] {
  const entry = entryOf(id);
  if (entry === undefined) throw new ModelError(`replay: unknown entry ${id}; irqproof list prints them`);
  const found = variantsOf(entry, machine, device);
  if (found.length === 0) {
    throw new ModelError(
      `replay: ${id} cannot be compared with this recording: it is not for ${
        machine.controller === "imsic" ? "an IMSIC" : "local APICs"
      } and a device ${device.maskable ? "with" : "without"} a mask bit, or needs data that a recording does not have`,
    );
  }
  return found;
}

/** Systems made before: similar devices of a recording share one, with all that was found out about it. */
const made = new Map<string, Candidate>();
const MAX_KEPT_SYSTEMS = 64;

/** A parameter that leaves the context of moves open: the recorded kernel decides. */
const CONTEXT_PARAMETER = "normal-moves";

const CONTEXTS = { interrupt: "moves in the interrupt", task: "moves by a task" } as const;

/** Whether a setting is the context of moves. */
export function isContext(setting: string): boolean {
  return Object.values<string>(CONTEXTS).includes(setting);
}

/** The entry for each context in which it may move interrupts; none where it cannot be compared. */
function variantsOf(entry: CatalogueEntry, machine: Machine, device: RecordedDevice): Candidate[] {
  const contexts = CONTEXT_PARAMETER in entry.parameters ? (["interrupt", "task"] as const) : [undefined];
  return contexts.flatMap((context) => candidate(entry, machine, device, context) ?? []);
}

function candidate(
  entry: CatalogueEntry,
  machine: Machine,
  device: RecordedDevice,
  normalMoves: "task" | "interrupt" | undefined,
): Candidate | null {
  const as: string[] = [];
  const given: Record<string, ParameterValue> = {};
  if (normalMoves !== undefined) {
    given[CONTEXT_PARAMETER] = normalMoves;
    as.push(CONTEXTS[normalMoves]);
  }
  if ("maskable" in entry.parameters && device.maskable) {
    given["maskable"] = true;
    as.push("maskable");
  }
  if ("runs-on" in entry.parameters) given["runs-on"] = "any";
  let strategy = entry.strategy(given);
  if (!isComparable(strategy, machine, device)) return null;
  if (machine.controller === "local-apic" && strategy.cleanup === undefined) {
    // Entries that are not about the cleanup get that of the recorded kernel.
    strategy = { ...strategy, cleanup: machine.cleanup };
    as.push(`cleanup by ${machine.cleanup === "ipi" ? "IPI" : "timer"}`);
  }
  // The number of times that a CPU goes offline is a fact of the recording: the graph gives back what a step used up.
  if (strategy.hotplug !== undefined) {
    strategy = { ...strategy, hotplug: { ...strategy.hotplug, offlines: 1, onlines: 1 } };
  }
  const key = JSON.stringify([entry.id, machine.cpus, as]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const defaults = Object.fromEntries(
    Object.entries(commonParameters).map(([name, parameter]) => [name, parameter.default]),
  ) as unknown as Parameters<typeof interruptSystem>[2];
  const system = interruptSystem(entry.id, strategy, {
    ...defaults,
    cpus: Math.max(2, machine.cpus),
    vectors: VECTORS,
    devices: 1,
    raises: "unbounded",
    moves: "unbounded",
    // A driver's handler looks at its device: the difference between a lost message and a lost event.
    coverage: "service",
  });
  const context = strategy.context.kind.endsWith("task") ? "task" : "interrupt";
  const found: Candidate = { entry: entry.id, as, context, system };
  if (made.size >= MAX_KEPT_SYSTEMS) made.clear();
  made.set(key, found);
  return found;
}
