import { type DeepReadonly, type ValueOf, array, boolean, range, type record, sequence } from "../../checker/index.ts";
import { isRouted } from "../controller.ts";
import type { System, Target } from "../system.ts";
import { aplicType, initialAplic } from "./aplic.ts";
import { cpuType, initialCpu } from "./cpu.ts";
import { allocationDue, descriptorType, initialDescriptor } from "./descriptor.ts";
import { deviceType, initialDevice } from "./device.ts";
import { enableBitsType, initialEnableBits } from "./enable-bit.ts";
import { guestType, initialGuest } from "./guest.ts";
import { hotplugType, initialHotplug } from "./hotplug.ts";
import { imsicType, initialImsic } from "./imsic.ts";
import { initialPostedMsi, postedMsiType } from "./posted-msi.ts";
import { initialPosted, postedType } from "./posted-writes.ts";
import { initialRemapping, remappingType } from "./remapping.ts";
import { initialRouting, routingType } from "./routing.ts";
import { initialStartup, startupType } from "./startup.ts";

/** Fields of the state of a system: everything that changes. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function stateFields(system: System) {
  return {
    device: array(system.devices, deviceType(system)),
    /** Messages on their way, a queue of vectors for each device and CPU: order is kept within a queue only. */
    fabric: array(
      system.devices,
      array(system.cpus, sequence(system.fabric === "none" ? 0 : system.inFlight, range(0, system.vectors - 1))),
    ),
    cpu: array(system.cpus, cpuType(system)),
    /** The controller's own table, interrupt i being device i's; null where the message names CPU and vector. */
    routing: routingType(system),
    /** The interrupt files of the harts, with what the driver keeps of them; null where there are none. */
    imsic: imsicType(system),
    /** The sources of an APLIC that turns wires into messages; null where devices send them. */
    aplic: aplicType(system),
    /** Vectors that the remapping unit has posted to each CPU; null where messages go to their vectors. */
    postedMsi: postedMsiType(system),
    /** A virtual CPU, and the modes of the remapping table's entries; null where none posts to one. */
    guest: guestType(system),
    /** The interrupt remapping table, entry i being device i's; null where messages name CPU and vector. */
    remapping: remappingType(system),
    /** The MSI enable bits of the devices; null where none is ever cleared. */
    enableBits: enableBitsType(system),
    /** Register writes on their way to each device; null where a write takes effect at once. */
    posted: postedType(system),
    /** The interrupts that are started and have a vector; null where all do, always. */
    startup: startupType(system),
    /** The interrupt descriptors; interrupt i is device i's. */
    irq: array(system.devices, descriptorType(system)),
    /** `vector_lock`, one for the whole machine. */
    vectorLock: boolean,
    /** The online CPUs, and the stopper that takes one offline; null where all CPUs stay. */
    hotplug: hotplugType(system),
    movesLeft: range(0, system.moves === "unbounded" ? 0 : system.moves),
  };
}

type StateType = ReturnType<typeof record<ReturnType<typeof stateFields>>>;

/** A state of a modelled system, as a recipe's draft. */
export type SystemState = ValueOf<StateType>;

/** A state of a modelled system, as guards and properties see it. */
export type ReadonlySystemState = DeepReadonly<SystemState>;

/** Before anything has moved: every device programmed, every interrupt in the table of its CPU, all CPUs idle. */
export function initialState(system: System): SystemState {
  const targets = Array.from({ length: system.devices }, (_, device) => home(system, device));
  const state: SystemState = {
    device: targets.map((target) => initialDevice(system, target)),
    fabric: targets.map(() => Array.from({ length: system.cpus }, () => [])),
    cpu: Array.from({ length: system.cpus }, (_, cpu) => initialCpu(system, cpu, targets)),
    routing: initialRouting(system, targets),
    imsic: initialImsic(system, targets),
    aplic: initialAplic(system),
    postedMsi: initialPostedMsi(system),
    guest: initialGuest(system),
    remapping: initialRemapping(system, targets),
    enableBits: initialEnableBits(system),
    posted: initialPosted(system),
    startup: initialStartup(system),
    irq: targets.map((target) => initialDescriptor(system, target)),
    vectorLock: false,
    hotplug: initialHotplug(system),
    movesLeft: system.moves === "unbounded" ? 0 : system.moves,
  };
  if (system.startsDisabled) startFirst(system, state);
  return state;
}

/** `request_irq` on CPU0 is about to start interrupt 0 on the last CPU: the strategy's program is due. */
function startFirst(system: System, state: SystemState): void {
  const descriptor = state.irq[0]!;
  descriptor.locked = true;
  descriptor.requested = system.cpus - 1;
  descriptor.migration.step = isRouted(system) ? allocationDue + 1 : allocationDue;
  state.cpu[0]!.interruptsEnabled = false;
}

function home(system: System, device: number): Target {
  // Every CPU has the same number for the interrupt.
  if (isRouted(system)) return { cpu: device % system.cpus, vector: device };
  if (system.sharesMessage) return { cpu: 0, vector: device };
  return system.placement === "spread"
    ? { cpu: device % system.cpus, vector: Math.floor(device / system.cpus) }
    : { cpu: Math.floor(device / system.vectors), vector: device % system.vectors };
}

/** A state, or the draft of one. */
export type AnyState = ReadonlySystemState | SystemState;
