import type { Cleanup, MachineId, System } from "./system.ts";

/** Facts of a kind of interrupt controller; its actions are in machine.ts. */
export interface Controller {
  /** Name of one of its interrupts in charts: `vector A`, `SPI 0`. */
  readonly interrupt: (number: number, letter: string) => string;
  /** Register in which requests are pending, and the kernel's table of the interrupts of a CPU. */
  readonly registers: { readonly request: string; readonly table: string };
  /** Stages of the flow of an interrupt on a CPU, between its dispatch and its return. */
  readonly stages: readonly string[];
  /** Its own table names the CPU of an interrupt, and the device's message is constant. */
  readonly routes: boolean;
  /** Address and data of a message change in one write, so that no device sends a mixture. */
  readonly changesMessageAtOnce?: true;
  /** Pending bits belong to a CPU and have no switch: the table's entry is a CPU, and never disabled (ITS). */
  readonly pendsAtCpu?: true;
  /** An interrupt may be routed to no CPU while it moves. */
  readonly routesToNone?: true;
  /** All its interrupts share a parent, whose handler passes each on to its CPU. */
  readonly demultiplexes?: true;
  /** A move disables the interrupt at the controller, and must enable it again. */
  readonly disablesToMove?: true;
  /** A CPU claims an interrupt, which needs no end of interrupt. */
  readonly isClaimed?: true;
  /** A CPU that is offline claims nothing, even with its interrupts on. */
  readonly claimsOnlyOnline?: true;
  /** The record of the old target stays until its cleanup has ended, and an offline CPU begins none. */
  readonly keepsFirstTarget?: true;
  /** A check that finds a request has it sent again by an IPI, which the step declares. */
  readonly retriggersByIpi?: true;
  /** The kernel looks an unassigned vector up again under `vector_lock` (ce0b5eedcb75). */
  readonly rechecksStrays?: true;
  /** Way in which old vectors are given back; absent where a strategy chooses. */
  readonly cleanup?: Cleanup;
  /** The interrupt that completes a move may begin the next one. */
  readonly movesAtCompletion?: true;
  /** Parts of a strategy that only this controller, or few, can have. */
  readonly takes?: readonly ("plic" | "imsic" | "aplic" | "level" | "activeState" | "postedMsi" | "redirect")[];
}

const vector = (_: number, letter: string): string => `vector ${letter}`;
const routedStages = ["entry", "handler", "finish"];
const claimedStages = ["entry", "move", "handler", "finish"];
const localApicRegisters = { request: "IRR", table: "vector_irq" };

const controllers: Readonly<Record<MachineId, Controller>> = {
  "local-apic": {
    interrupt: vector,
    registers: localApicRegisters,
    stages: ["entry", "complete", "move", "handler", "finish"],
    routes: false,
    retriggersByIpi: true,
    rechecksStrays: true,
    movesAtCompletion: true,
    takes: ["postedMsi"],
  },
  "gic-distributor": {
    interrupt: (number) => `SPI ${number}`,
    registers: localApicRegisters,
    stages: routedStages,
    routes: true,
    disablesToMove: true,
    takes: ["activeState"],
  },
  "gic-its": {
    interrupt: (number) => `LPI ${number}`,
    registers: localApicRegisters,
    stages: routedStages,
    routes: true,
    pendsAtCpu: true,
  },
  plic: {
    interrupt: (number) => `source ${number}`,
    registers: localApicRegisters,
    stages: routedStages,
    routes: true,
    routesToNone: true,
    takes: ["plic", "level"],
  },
  imsic: {
    interrupt: (_, letter) => `identity ${letter}`,
    registers: { request: "eip", table: "vec.irq" },
    stages: claimedStages,
    routes: false,
    isClaimed: true,
    takes: ["imsic", "aplic"],
  },
  avec: {
    interrupt: vector,
    registers: { request: "ISR", table: "irq_map" },
    stages: claimedStages,
    routes: false,
    changesMessageAtOnce: true,
    isClaimed: true,
    claimsOnlyOnline: true,
    cleanup: "clear-vector-ipi",
    keepsFirstTarget: true,
  },
  demultiplexer: {
    interrupt: (number) => `MSI ${number}`,
    registers: localApicRegisters,
    stages: routedStages,
    routes: true,
    demultiplexes: true,
    isClaimed: true,
    claimsOnlyOnline: true,
    takes: ["redirect"],
  },
};

/** The controller of a system. */
export function controllerOf({ machine }: Pick<System, "machine">): Controller {
  return controllers[machine];
}

/** Whether the device's message is constant and the controller's own table has its target. */
export function isRouted(system: Pick<System, "machine">): boolean {
  return controllerOf(system).routes;
}
