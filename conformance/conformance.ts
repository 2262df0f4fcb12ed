import { ModelError } from "../checker/index.ts";
import { Counts } from "./log/lines.ts";
import type { RecordedDevice } from "./machine/observation.ts";
import { isOn } from "./machine/spans.ts";
import type { SurveyedMachine } from "./machine/survey.ts";
import { Accepts } from "./recording/accepts.ts";
import { GuestFlow } from "./recording/guest-flow.ts";
import { GuestMoves, type GuestSums, type GuestWrite } from "./recording/guest-moves.ts";
import { guestSums, guestWrites } from "./recording/guest-side.ts";
import type { Move } from "./recording/move.ts";
import { Moves } from "./recording/moves.ts";
import { disagreement, Pairing } from "./recording/pairing.ts";
import { Rewrites } from "./recording/rewrites.ts";
import { openSource, type OnProgress, type RecordingFiles, type SourceItem } from "./recording/source.ts";
import { Summary } from "./recording/summary.ts";
import { candidateOf, candidates, type Candidate } from "./replay/entries.ts";
import { mostCpus } from "./replay/event.ts";
import { Replay } from "./replay/replay.ts";
import type { ConformanceReport, DrawnMove, Flaw, ReplayedDevice, Verdict } from "./report.ts";

/** Options for `conformance`. */
export interface ConformanceOptions extends RecordingFiles {
  /** An entry's id, or "auto" for all that can be compared. Default "auto". */
  readonly entry?: string;
  /** A move to draw. */
  readonly migration?: number;
  /** Moves to draw besides. */
  readonly drawn?: readonly number[];
  readonly onProgress?: OnProgress;
}

/** At most this many flaws are reported individually; the rest are only counted. */
const MAX_REPORTED_FLAWS = 20;

/**
 * Reads a recording, reports its contents, and replays it against the model.
 *
 * @throws ModelError when a file is not what it should be, or there is no such entry or move
 */
export async function conformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { guest: guestFile, migration, drawn = [], onProgress = () => {} } = options;
  const wanted = new Set(migration === undefined ? drawn : [...drawn, migration]);
  const flaws = new Flaws();
  const guestUnused = new Counts();
  let guestLines = 0;
  let guest =
    guestFile === undefined
      ? null
      : await guestSums(guestFile, guestUnused, flaws.on("guest"), (more) => {
          onProgress("survey", (guestLines += more));
        });
  if (options.qemu === undefined && options.merged === undefined) {
    if (guest === null) throw new ModelError("replay: --qemu, --merged or --guest has to name a file");
    return guestOnly(guest, guestUnused, flaws);
  }

  const complain = flaws.on(options.merged === undefined ? "qemu" : "recording");
  const source = await openSource(options, complain, onProgress);
  const { machine } = source;
  const compared = comparisons(machine, options.entry ?? "auto", guest).map(({ device, ...each }) => ({
    device,
    ...each,
    replays: each.candidates.map((candidate) => new Replay(candidate, machine, device.key, wanted)),
  }));
  const replays = compared.flatMap((each) => each.replays);

  // A merged file has the guest's lines too, in order.
  const ownGuest = options.merged === undefined || guest !== null ? null : new MergedGuest(complain);
  const summary = new Summary((move) => {
    const retriggers = ((guest ?? ownGuest?.moves.sums)?.retriggers ?? 0) > 0;
    const what = disagreement(move, { retriggers, ipis: machine.logs.ipis });
    if (what !== null) complain(move.line, what);
  });
  let finished: Move[] = [];
  const moves = new Moves(machine, (move) => finished.push(move), complain);
  const file = guestFile === undefined || (guest?.moves ?? 0) === 0 ? null : guestWrites(guestFile);
  const pairing = file === null && ownGuest === null ? null : new Pairing(file?.next ?? null, complain);
  if (ownGuest !== null) ownGuest.onWrite = (write) => pairing!.write(write);

  let ends = 0;
  const rewrites = new Rewrites(
    machine,
    (step) => {
      if (step.kind === "rewrite") {
        const areLogged = machine.logs.ends && isOn(machine.spans.writes, step.rewrite.line);
        pairing?.push({ ...step.rewrite, ends: areLogged ? ends : null });
      }
      if (step.kind === "eoi") ends++;
      const owner = moves.push(step);
      for (const replay of replays) replay.push(step, owner, moves.numbered);
    },
    complain,
  );
  const sides = new Map<number, GuestWrite>();
  const settle = async (isEnd: boolean): Promise<void> => {
    for (const [line, write] of (await pairing?.pair(isEnd)) ?? []) sides.set(line, write);
    const open = isEnd ? Infinity : (pairing?.openFrom ?? Infinity);
    const ready = finished.filter(({ endLine }) => endLine < open);
    finished = finished.filter(({ endLine }) => endLine >= open);
    for (const move of ready) {
      move.guest = sides.get(move.endLine)?.move ?? null;
      summary.add(move);
    }
    // Rewrites that changed nothing are no moves: their other side is not needed.
    if (finished.length === 0) sides.clear();
  };
  const accepts = new Accepts(machine.cpus, complain);
  let seconds = -Infinity;
  const push = (item: SourceItem): void => {
    if (item.kind === "guest") {
      ownGuest?.push(item.guest);
      return;
    }
    if (item.kind !== "gap" && item.seconds < seconds) {
      complain(item.line, "the time runs backwards: lines have changed places, or the host's clock was set back");
    }
    seconds = item.kind === "gap" ? -Infinity : item.seconds;
    accepts.push(item);
    rewrites.push(item);
  };
  for await (const batch of source.items()) {
    for (const item of batch) {
      push(item);
      if (item.kind !== "gap") continue;
      ownGuest?.gap();
      await settle(true);
      summary.flush();
      pairing?.gap();
    }
    await settle(false);
  }
  rewrites.end();
  moves.flush();
  ownGuest?.gap();
  await settle(true);
  summary.flush();
  await file?.close();
  if (ownGuest !== null && ownGuest.moves.sums.lines > 0) guest = ownGuest.moves.result();
  if (migration !== undefined && migration > summary.moves) {
    throw new ModelError(`replay: --migration is ${migration}: the recording has ${summary.moves} migrations`);
  }

  const replayed = compared.map((each): ReplayedDevice => {
    const results = each.replays.map((replay) => replay.result());
    const begun = results.some((result) => result.moves > 0);
    const explains = results.some(({ contradictions, moves: count }) => contradictions === 0 && count > 0);
    return {
      device: each.device,
      moves: summary.movesOf.get(each.device.key) ?? 0,
      results,
      candidates: each.candidates,
      verdict: !begun ? "inconclusive" : explains ? "fits" : "contradiction",
    };
  });
  const charts = chartsOf(
    compared.flatMap((each) => each.replays.map((replay, index) => [replay, each.candidates[index]!])),
  );
  return {
    machine,
    qemu: { lines: source.lines, ...moves.sums, unused: source.unused.entries() },
    guest: guest === null ? null : { ...guest, unused: guestUnused.entries() },
    paired: pairing?.paired ?? 0,
    moves: summary.moves,
    strategies: summary.strategies(),
    sums: summary.sums(moves.sums.cleanups),
    interesting: summary.interesting(moves.stalls),
    interestingCount: summary.interestingCount,
    stalls: moves.stalls,
    flaws: flaws.all,
    flawCount: flaws.count,
    replayed,
    chart: (migration === undefined ? undefined : charts.get(migration)) ?? null,
    charts,
    verdict: verdictOf(
      replayed.map(({ verdict }) => verdict),
      flaws.count,
    ),
  };
}

/** Devices and the entries that they are replayed against. */
function comparisons(
  machine: SurveyedMachine,
  entry: string,
  guest: GuestSums | null,
): { device: RecordedDevice; candidates: Candidate[] }[] {
  const sorted = machine.devices.toSorted((a, b) => b.changes - a.changes || b.writes - a.writes);
  // A recording that begins with the only move of its device shows no change.
  const devices = sorted.some(({ changes }) => changes > 0)
    ? sorted.filter(({ changes }) => changes > 0)
    : sorted.slice(0, 1);
  if (machine.cpus > mostCpus) return devices.map((device) => ({ device, candidates: [] }));
  if (entry === "auto") {
    return devices.map((device) => ({
      device,
      candidates: candidates(machine, device).filter(
        ({ context }) => guest?.context == null || context === guest.context,
      ),
    }));
  }
  let refusal: unknown;
  const found = devices.flatMap((device) => {
    try {
      return [{ device, candidates: [candidateOf(entry, machine, device)] }];
    } catch (error) {
      refusal = error;
      return [];
    }
  });
  // An entry for maskable devices does not apply to the others; but it must apply to one of them.
  if (found.length === 0 && refusal !== undefined) throw refusal;
  return found;
}

/** The runs of the first entry that explains each move. */
function chartsOf(replays: readonly (readonly [Replay, Candidate])[]): ConformanceReport["charts"] {
  const charts = new Map<number, DrawnMove>();
  for (const [replay, candidate] of replays) {
    if (replay.result().contradictions > 0) continue;
    for (const [move, drawn] of replay.charts) if (!charts.has(move)) charts.set(move, { candidate, ...drawn });
  }
  return charts;
}

function verdictOf(devices: readonly Verdict[], flaws: number): Verdict {
  if (flaws > 0 || devices.includes("contradiction")) return "contradiction";
  return devices.includes("fits") ? "fits" : "inconclusive";
}

function guestOnly(guest: GuestSums, unused: Counts, flaws: Flaws): ConformanceReport {
  return {
    machine: null,
    qemu: null,
    guest: { ...guest, unused: unused.entries() },
    paired: 0,
    moves: guest.moves,
    strategies: [],
    sums: new Summary().sums(0),
    interesting: [],
    interestingCount: 0,
    stalls: [],
    flaws: flaws.all,
    flawCount: flaws.count,
    replayed: [],
    chart: null,
    charts: new Map(),
    verdict: verdictOf([], flaws.count),
  };
}

/** The guest's lines in a merged file. */
class MergedGuest {
  onWrite: (write: GuestWrite) => void = () => {};
  readonly moves = new GuestMoves((write) => this.onWrite(write));
  readonly #flow: GuestFlow;

  constructor(complain: (line: number, what: string) => void) {
    this.#flow = new GuestFlow(complain);
  }

  push(line: Parameters<GuestMoves["push"]>[0]): void {
    this.moves.push(line);
    this.#flow.push(line);
  }

  gap(): void {
    this.moves.flush();
    this.#flow.gap();
  }
}

/** Keeps the first flaws and counts all. */
class Flaws {
  readonly all: Flaw[] = [];
  count = 0;

  on(side: Flaw["side"]): (line: number, what: string) => void {
    return (line, what) => {
      this.count++;
      if (this.all.length < MAX_REPORTED_FLAWS) this.all.push({ side, line, what });
    };
  }
}
