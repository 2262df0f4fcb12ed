import type { ReadonlySystemState } from "../../model/state/system-state.ts";
import type { Lemmas } from "../../model/strategy.ts";

/**
 * Lemmas for proofs for any number of CPUs, vectors and devices: inductive invariants, written by hand. A proof uses a lemma
 * only if it proves it; see docs/any-size.md.
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

/** The address in the device is the old target's at these steps of a move, and the target's otherwise. */
const isOldAddressAt = (steps: readonly number[]) =>
  ofDevices(({ cpu, previous, migration }, device, state) =>
    steps.includes(migration.step)
      ? previous !== null && state.device[device]!.address === previous.cpu
      : state.device[device]!.address === cpu,
  );

/** The same of the data. */
const isOldDataAt = (steps: readonly number[]) =>
  ofDevices(({ vector, previous, migration }, device, state) =>
    steps.includes(migration.step)
      ? previous !== null && state.device[device]!.data === previous.vector
      : state.device[device]!.data === vector,
  );

/** Lemmas about vector tables, descriptors and frames. */
const flowLemmas: Lemmas = {
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
  "a move locks the descriptor": ofCpusAndDevices((cpu, _, { locked }, device) => !moves(cpu, device) || locked),
  "at most one CPU moves an interrupt": atMostOne(moves),
  "an interrupt that is moved, and not handled elsewhere, is not in progress": ofCpusAndDevices(
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
  "an interrupt with a handler is in progress": ofCpusAndDevices(
    (cpu, _, { inProgress }, device) => !handles(cpu, device) || inProgress,
  ),
  "at most one CPU handles an interrupt": atMostOne(handles),
  "an interrupt in progress has a handler on some CPU": ofDevices(
    ({ inProgress }, device, { cpu }) => !inProgress || cpu.some((one) => handles(one, device)),
  ),
};

/** Lemmas of schemes that move an interrupt while it is handled, on the CPU that it arrived at. */
const interruptContextLemmas: Lemmas = {
  ...flowLemmas,
  "interrupts are enabled exactly on the CPUs that run no handler": ofCpus(
    ({ interruptsEnabled, stack }) => interruptsEnabled === (stack.length === 0),
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
  "a move runs in the frame of its interrupt": ofDevices(
    ({ migration }, device, { cpu }) =>
      migration.step === 0 || (runs(cpu[migration.cpu]!, device) && cpu[migration.cpu]!.stack[0]!.stage === "move"),
  ),
  "a frame in stage move belongs to a running move": ofCpusAndDevices(
    (cpu, number, { migration }, device) =>
      !(runs(cpu, device) && cpu.stack[0]!.stage === "move") || (migration.step !== 0 && migration.cpu === number),
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

/**
 * Lemmas of schemes that move an interrupt in a task, with interrupts off.
 *
 * @param allocation the step that allocates the vector
 * @param unmask the step that follows a refused allocation, if any does
 */
function taskContextLemmas(allocation: number, unmask?: number): Lemmas {
  const isBefore = (step: number): boolean => step !== 0 && step <= allocation;
  return {
    ...flowLemmas,
    "interrupts are enabled only on CPUs that run no handler": ofCpus(
      ({ interruptsEnabled, stack }) => !interruptsEnabled || stack.length === 0,
    ),
    "interrupts are enabled only on CPUs that run no move": ofCpusAndDevices(
      ({ interruptsEnabled }, number, { migration }) =>
        !interruptsEnabled || migration.step === 0 || migration.cpu !== number,
    ),
    "the CPU of a move runs no handler": ofDevices(
      ({ migration }, _, { cpu }) => migration.step === 0 || cpu[migration.cpu]!.stack.length === 0,
    ),
    "moves run on different CPUs": ({ irq }) =>
      irq.every(({ migration }, one) =>
        irq.every(
          ({ migration: other }, another) =>
            migration.step === 0 || other.step === 0 || migration.cpu !== other.cpu || one === another,
        ),
      ),
    "a move holds the descriptor's lock": ofDevices(({ locked, migration }) => migration.step === 0 || locked),
    "a request holds the descriptor's lock": ofDevices(({ locked, requested }) => requested === null || locked),
    "a frame with the descriptor's lock excludes a move": ofCpusAndDevices(
      (cpu, _, { migration }, device) => !moves(cpu, device) || migration.step === 0,
    ),
    "no frame is in stage move": ofCpus(({ stack }) => stack.length === 0 || stack[0]!.stage !== "move"),
    "a request is a move before its allocation": ofDevices(
      ({ requested, migration }) => (requested !== null) === isBefore(migration.step),
    ),
    "a move begins without an old target, for another CPU": ofDevices(
      ({ cpu, previous, requested, migration }) =>
        !isBefore(migration.step) || (previous === null && requested !== null && requested !== cpu),
    ),
    "a move has an old target after the allocation, unless it was refused": ofDevices(
      ({ previous, moveInProgress, migration }) =>
        migration.step <= allocation || migration.step === unmask || (moveInProgress && previous !== null),
    ),
    "an uncovered event is pending, requested or dispatched as a stray": ofDevices(
      ({ cpu: target, vector, previous, pending, inProgress }, device, { cpu, device: devices }) =>
        !devices[device]!.uncovered ||
        (pending && inProgress) ||
        devices[device]!.pending ||
        cpu[target]!.irr[vector]! ||
        isStrayAt(cpu[target]!, vector) ||
        (previous !== null &&
          (cpu[previous.cpu]!.irr[previous.vector]! || isStrayAt(cpu[previous.cpu]!, previous.vector))),
    ),
  };
}

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
  "writes of words that do not change are skipped, and flushes": ofDevices(
    ({ migration: { step } }) => step !== 3 && step !== 5 && step !== 7 && step !== 8,
  ),
  "the address is the old one until its write": isOldAddressAt([MARK, DATA_TO_NEW, ADDRESS_TO_NEW]),
  "the data is the old one until its write": isOldDataAt([MARK, DATA_TO_NEW]),
  "marks, the write of the data and the check are for another vector": ofDevices(
    ({ vector, previous, migration: { step } }) =>
      !forOtherVector.has(step) || (previous !== null && previous.vector !== vector),
  ),
  "the check has found a request exactly before the retrigger": ofDevices(
    ({ migration: { sawPending, step } }) => sawPending === (step === RETRIGGER),
  ),
};

/** Lemmas of a move to the vector with the same number: the address is all that changes. */
export const sameVectorLemmas: Lemmas = {
  ...taskContextLemmas(1),
  "the vector stays": ofDevices(({ vector, previous }) => previous === null || previous.vector === vector),
  "the data is the vector": ofDevices(({ vector }, device, state) => state.device[device]!.data === vector),
  "the write of the data is skipped, and the flush": ofDevices(({ migration: { step } }) => step <= 2),
  "the address is the old one until its write": isOldAddressAt([2]),
};

/** Steps of a move of a masked device. */
const MASK = 2;
const ALLOCATE = 3;
const WRITE_ADDRESS = 4;
const WRITE_DATA = 5;
const UNMASK = 7;

/** Lemmas of a move that masks the device: what is in it at each step. */
export const maskedLemmas: Lemmas = {
  ...taskContextLemmas(ALLOCATE, UNMASK),
  "a device is masked in a move after its mask": ofDevices(
    ({ migration: { step } }, device, state) => step < ALLOCATE || state.device[device]!.masked,
  ),
  "a device is masked while its interrupt is pending": ofDevices(
    ({ pending }, device, state) => !pending || state.device[device]!.masked,
  ),
  "a device is masked only then": ofDevices(
    ({ pending, migration: { step } }, device, state) => !state.device[device]!.masked || step >= ALLOCATE || pending,
  ),
  "wasMasked is set in moves of a device that was masked before": ofDevices(
    ({ pending, migration: { step, wasMasked } }) => wasMasked === (step !== 0 && pending),
  ),
  "a move of a device that was masked before skips its mask and unmask": ofDevices(
    ({ migration: { step, wasMasked } }) => !wasMasked || (step !== MASK && step !== UNMASK),
  ),
  "an interrupt is pending only while a handler is in progress": ofDevices(
    ({ pending, inProgress }) => !pending || inProgress,
  ),
  "an event is pending only in a masked device": ofDevices(
    (_, device, state) => !state.device[device]!.pending || state.device[device]!.masked,
  ),
  "a move begins with its mask": ofDevices(({ migration: { step } }) => step !== 1),
  "the address is the old one until its write": isOldAddressAt([WRITE_ADDRESS]),
  "the data is the old one until its write": isOldDataAt([WRITE_ADDRESS, WRITE_DATA]),
};

type Device = ReadonlySystemState["device"][number];

/** Whether the function works with a copy of the entry that names the old target. */
const cachesOldTarget = ({ cachedEntry }: Device, { previous }: Descriptor): boolean =>
  cachedEntry !== null &&
  previous !== null &&
  cachedEntry.cpu === previous.cpu &&
  cachedEntry.vector === previous.vector;

/** The same for an entry of MSI-X, which the function may have cached before it is masked. */
export const maskedEntryLemmas: Lemmas = {
  ...maskedLemmas,
  "a cached entry is the target, or while masked the old target": ofDevices((irq, index, { device }) => {
    const { masked, cachedEntry } = device[index]!;
    return (
      cachedEntry === null ||
      (cachedEntry.cpu === irq.cpu && cachedEntry.vector === irq.vector) ||
      (masked && cachesOldTarget(device[index]!, irq))
    );
  }),
  "nothing has arrived at the new target while the old one is cached": ofDevices((irq, index, { device, cpu }) => {
    if (!cachesOldTarget(device[index]!, irq)) return true;
    const target = cpu[irq.cpu]!;
    return device[index]!.masked && irq.moveInProgress && !target.irr[irq.vector]! && !runs(target, index);
  }),
  "a request is at an assigned vector": ofCpus(({ irr, table }) =>
    table.every((slot, vector) => !irr[vector]! || typeof slot === "number"),
  ),
  "a frame has an interrupt": ofCpus(({ stack }) => stack.length === 0 || typeof stack[0]!.slot === "number"),
};
