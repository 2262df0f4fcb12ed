import type { ReadonlySystemState } from "../../model/state/system-state.ts";
import type { Lemmas } from "../../model/strategy.ts";

/**
 * Lemmas for proofs for any number of CPUs, vectors and devices: an inductive invariant by hand. A proof does not believe
 * them; see docs/any-size.md.
 */

type Cpu = ReadonlySystemState["cpu"][number];
type Descriptor = ReadonlySystemState["irq"][number];
type Frame = Cpu["stack"][number];

/** Stages that move the interrupt, or may begin to, with its descriptor locked. */
const isMoving = ({ stage }: Frame): boolean => stage === "complete" || stage === "completed" || stage === "move";
const isHandling = ({ stage }: Frame): boolean => stage === "handler" || stage === "finish";

/** Whether a CPU runs the interrupt of a device. */
const runs = ({ stack }: Cpu, device: number): boolean => stack.length > 0 && stack[0]!.slot === device;
const moves = ({ stack }: Cpu, device: number): boolean =>
  stack.length > 0 && stack[0]!.slot === device && isMoving(stack[0]!);
const handles = ({ stack }: Cpu, device: number): boolean =>
  stack.length > 0 && stack[0]!.slot === device && isHandling(stack[0]!);

/** Whether a CPU has dispatched the vector, and found no interrupt at it. */
const isStrayAt = ({ stack }: Cpu, vector: number): boolean =>
  stack.length > 0 && stack[0]!.stage === "entry" && stack[0]!.vector === vector && typeof stack[0]!.slot !== "number";

const ofCpus = (holds: (cpu: Cpu) => boolean) => (state: ReadonlySystemState) => state.cpu.every((cpu) => holds(cpu));

type OfDevice = (irq: Descriptor, device: number, state: ReadonlySystemState) => boolean;

const ofDevices = (holds: OfDevice) => (state: ReadonlySystemState) =>
  state.irq.every((irq, device) => holds(irq, device, state));

type OfCpuAndDevice = (cpu: Cpu, number: number, irq: Descriptor, device: number) => boolean;

const ofCpusAndDevices = (holds: OfCpuAndDevice) => (state: ReadonlySystemState) =>
  state.irq.every((irq, device) => state.cpu.every((cpu, number) => holds(cpu, number, irq, device)));

/** At most one CPU is in such a frame of an interrupt. */
const atMostOne = (is: (cpu: Cpu, device: number) => boolean) => (state: ReadonlySystemState) =>
  state.irq.every((_, device) =>
    state.cpu.every((one, number) =>
      state.cpu.every((other, otherNumber) => !(is(one, device) && is(other, device)) || number === otherNumber),
    ),
  );

/** Lemmas of schemes that move an interrupt while it is handled, on the CPU that it arrived at. */
export const interruptContextLemmas: Lemmas = {
  "interrupts are enabled exactly on the CPUs that run no handler": ofCpus(
    ({ interruptsEnabled, stack }) => interruptsEnabled === (stack.length === 0),
  ),
  "no frame is in cleanup": ofCpus(({ stack }) => stack.length === 0 || stack[0]!.stage !== "cleanup"),
  "an old target is on another CPU": ofDevices(({ cpu, previous }) => previous === null || previous.cpu !== cpu),
  "an old target is in progress or on the cleanup list, not both": ofDevices(
    ({ previous, moveInProgress, onCleanupList }) =>
      (previous !== null) === (moveInProgress || onCleanupList) && !(moveInProgress && onCleanupList),
  ),
  "a target is in its table": ofDevices(
    ({ cpu: target, vector }, device, { cpu }) => cpu[target]!.table[vector] === device,
  ),
  "an old target is in its table": ofDevices(
    ({ previous }, device, { cpu }) => previous === null || cpu[previous.cpu]!.table[previous.vector] === device,
  ),
  "a slot in a table is a target or an old target": ofCpusAndDevices(
    ({ table }, number, { cpu, vector, previous }, device) =>
      table.every(
        (slot, index) =>
          slot !== device ||
          (cpu === number && vector === index) ||
          (previous !== null && previous.cpu === number && previous.vector === index),
      ),
  ),
  "a move begins on the target's CPU, for another CPU": ofDevices(
    ({ cpu, previous, requested, migration }) =>
      migration.step !== 1 || (previous === null && migration.cpu === cpu && requested !== null && requested !== cpu),
  ),
  "a move runs on the old target's CPU": ofDevices(
    ({ previous, moveInProgress, migration }) =>
      migration.step === 0 ||
      migration.step === 1 ||
      (moveInProgress && previous !== null && previous.cpu === migration.cpu),
  ),
  "a move has its frame": ofDevices(
    ({ migration }, device, { cpu }) =>
      migration.step === 0 || (runs(cpu[migration.cpu]!, device) && cpu[migration.cpu]!.stack[0]!.stage === "move"),
  ),
  "a frame that moves has its move": ofCpusAndDevices(
    (cpu, number, { migration }, device) =>
      !(runs(cpu, device) && cpu.stack[0]!.stage === "move") || (migration.step !== 0 && migration.cpu === number),
  ),
  "a move locks the descriptor": ofCpusAndDevices((cpu, _, { locked }, device) => !moves(cpu, device) || locked),
  "an interrupt is moved on one CPU at most": atMostOne(moves),
  "a move in no handler's way has none elsewhere": ofCpusAndDevices(
    (cpu, _, { inProgress }, device) => !(moves(cpu, device) && !cpu.stack[0]!.handledElsewhere) || !inProgress,
  ),
  "an interrupt runs on its target or its old target": ofCpusAndDevices(
    (cpu, number, { cpu: target, previous }, device) =>
      !runs(cpu, device) || number === target || (previous !== null && previous.cpu === number),
  ),
  "a move is completed on the target": ofCpusAndDevices(
    (cpu, number, { cpu: target, moveInProgress }, device) =>
      !(runs(cpu, device) && cpu.stack[0]!.stage === "complete") || (number === target && moveInProgress),
  ),
  "a handler is in progress": ofCpusAndDevices((cpu, _, { inProgress }, device) => !handles(cpu, device) || inProgress),
  "an interrupt is handled on one CPU at most": atMostOne(handles),
  "what is in progress has a handler": ofDevices(
    ({ inProgress }, device, { cpu }) => !inProgress || cpu.some((one) => handles(one, device)),
  ),
  "an uncovered event is pending, requested or dispatched as a stray": ofDevices(
    ({ cpu: target, vector, previous, pending, inProgress, migration }, device, { cpu, device: devices }) =>
      !devices[device]!.uncovered ||
      (pending && inProgress) ||
      cpu[target]!.irr[vector]! ||
      isStrayAt(cpu[target]!, vector) ||
      (previous !== null &&
        (cpu[previous.cpu]!.irr[previous.vector]! ||
          isStrayAt(cpu[previous.cpu]!, previous.vector) ||
          (migration.step !== 0 &&
            migration.step !== 1 &&
            previous.vector !== vector &&
            cpu[migration.cpu]!.irr[vector]!))),
  ),
};

/** Steps of the two-step update; step 1 is the allocation. */
const MARK = 2;
const DATA_TO_NEW = 4;
const ADDRESS_TO_NEW = 6;
const UNLOCK = 9;
const READ_IRR = 10;
const RETRIGGER = 11;

/** Steps of the two-step update that are taken only where the vector changes. */
const forOtherVector: ReadonlySet<number> = new Set([MARK, DATA_TO_NEW, UNLOCK, READ_IRR, RETRIGGER]);

/** Lemmas of the two-step update: what is in the device at each step. */
export const twoStepLemmas: Lemmas = {
  ...interruptContextLemmas,
  "writes of words that do not change are left out, and flushes": ofDevices(
    ({ migration: { step } }) => step !== 3 && step !== 5 && step !== 7 && step !== 8,
  ),
  "the address is the old one until its write": ofDevices(({ cpu, previous, migration: { step } }, device, state) =>
    step === MARK || step === DATA_TO_NEW || step === ADDRESS_TO_NEW
      ? previous !== null && state.device[device]!.address === previous.cpu
      : state.device[device]!.address === cpu,
  ),
  "the data is the old one until its write": ofDevices(({ vector, previous, migration: { step } }, device, state) =>
    step === MARK || step === DATA_TO_NEW
      ? previous !== null && state.device[device]!.data === previous.vector
      : state.device[device]!.data === vector,
  ),
  "marks, the write of the data and the check are for another vector": ofDevices(
    ({ vector, previous, migration: { step } }) =>
      !forOtherVector.has(step) || (previous !== null && previous.vector !== vector),
  ),
  "the check has found a request exactly before the retrigger": ofDevices(
    ({ migration: { sawPending, step } }) => sawPending === (step === RETRIGGER),
  ),
};
