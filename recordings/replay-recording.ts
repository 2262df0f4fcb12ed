import { ModelError } from "../checker/index.ts";
import { Counts } from "./parse/lines.ts";
import type { RecordedDevice } from "./observe/observation.ts";
import type { SurveyedMachine } from "./observe/survey.ts";
import { Flaws } from "./flaws.ts";
import type { GuestSums } from "./moves/guest-moves.ts";
import { guestSums, guestWrites } from "./moves/guest-side.ts";
import { openSource, type OnProgress, type RecordingFiles } from "./moves/source.ts";
import { Summary } from "./moves/summary.ts";
import { candidates, candidatesOf, isContext, type Candidate } from "./replay/entries.ts";
import { Pass } from "./pass.ts";
import { mostCpus } from "./replay/event.ts";
import { Replay } from "./replay/replay.ts";
import type { ReplayResult } from "./replay/result.ts";
import type { DrawnMove, RecordingReport, ReplayedDevice, Verdict } from "./report.ts";

/** Options for `replayRecording`. */
export interface RecordingOptions extends RecordingFiles {
  /** An entry's id, or "auto" for all that can be compared. Default "auto". */
  readonly entry?: string;
  /** A move to draw. */
  readonly migration?: number;
  /** Moves to draw besides. */
  readonly drawn?: readonly number[];
  readonly onProgress?: OnProgress;
}

/**
 * Reads a recording, reports its contents, and replays it against the model.
 *
 * @throws ModelError when a file is not what it should be, or there is no such entry or move
 */
export async function replayRecording(options: RecordingOptions): Promise<RecordingReport> {
  const { migration, drawn = [], onProgress = () => {} } = options;
  const flaws = new Flaws();
  const guestUnused = new Counts();
  const sums = await surveyGuest(options, guestUnused, flaws);
  if (options.qemu === undefined && options.merged === undefined) {
    if (sums === null) throw new ModelError("replay: give a file with --qemu, --merged or --guest");
    return guestOnly(sums, guestUnused, flaws);
  }

  const complain = flaws.on(options.merged === undefined ? "qemu" : "recording");
  const source = await openSource(options, complain, onProgress);
  const { machine } = source;
  const wanted = new Set(migration === undefined ? drawn : [...drawn, migration]);
  const compared = comparisons(machine, options.entry ?? "auto", sums).map((each): Comparison => ({
    ...each,
    replays: each.candidates.map((candidate) => new Replay(candidate, machine, each.device.key, wanted)),
  }));
  const pass = new Pass(
    machine,
    compared.flatMap(({ replays }) => replays),
    {
      sums,
      writes: options.guest === undefined || (sums?.moves ?? 0) === 0 ? null : guestWrites(options.guest),
      // A merged file has the guest's lines too, in order.
      isMerged: options.merged !== undefined && sums === null,
    },
    complain,
  );
  await pass.read(source.items());

  const { summary, moves } = pass;
  if (migration !== undefined && migration > summary.moves) {
    throw new ModelError(`replay: --migration is ${migration}: the recording has ${summary.moves} migrations`);
  }
  const replayed = compared.map((each) => replayedDevice(each, summary));
  const charts = chartsOf(compared);
  const guest = pass.guestSums();
  return {
    machine,
    qemu: { lines: source.lines, ...moves.sums, unused: source.unused.entries() },
    guest: guest === null ? null : { ...guest, unused: guestUnused.entries() },
    paired: pass.paired,
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

/** Sums over the guest's trace, where it is in a file of its own. */
async function surveyGuest(
  { guest, onProgress = () => {} }: RecordingOptions,
  unused: Counts,
  flaws: Flaws,
): Promise<GuestSums | null> {
  if (guest === undefined) return null;
  let lines = 0;
  return guestSums(guest, unused, flaws.on("guest"), (more) => onProgress("survey", (lines += more)));
}

/** A device with the entries that it is replayed against. */
interface Comparison {
  readonly device: RecordedDevice;
  readonly candidates: readonly Candidate[];
  /** One for each candidate, in the same order. */
  readonly replays: readonly Replay[];
}

/** One entry in the context of the recorded kernel, or in each of its contexts where the recording does not show that. */
function inContext(found: readonly Candidate[], guest: GuestSums | null): readonly Candidate[] {
  const same = found.filter(({ context }) => context === guest?.context);
  return found.length > 1 && same.length > 0 ? same : found;
}

/** The results, one for each entry: in the context that fits best, where several were tried. */
function bestOf(all: readonly ReplayResult[]): number[] {
  const indices = [...all.keys()];
  return indices.filter((index) =>
    indices.every((other) => {
      if (other === index || all[other]!.entry !== all[index]!.entry) return true;
      const better = all[index]!.contradictions - all[other]!.contradictions;
      return better < 0 || (better === 0 && index < other);
    }),
  );
}

function replayedDevice({ device, candidates: all, replays }: Comparison, summary: Summary): ReplayedDevice {
  const found = replays.map((replay) => replay.result());
  const best = bestOf(found);
  // Where several contexts fit as well, the recording does not say which it is.
  const results = best.map((index) => {
    const result = found[index]!;
    const isTied = found.some(
      ({ entry, as, contradictions }) =>
        entry === result.entry && as !== result.as && contradictions === result.contradictions,
    );
    return isTied ? { ...result, as: result.as.filter((setting) => !isContext(setting)) } : result;
  });
  const candidates = best.map((index) => all[index]!);
  const begun = results.some(({ moves }) => moves > 0);
  const explains = results.some(({ contradictions, moves }) => contradictions === 0 && moves > 0);
  return {
    device,
    moves: summary.movesOf.get(device.key) ?? 0,
    results,
    candidates,
    verdict: !begun ? "inconclusive" : explains ? "fits" : "contradiction",
  };
}

/** Devices and the entries that they are replayed against. */
function comparisons(
  machine: SurveyedMachine,
  entry: string,
  guest: GuestSums | null,
): { device: RecordedDevice; candidates: readonly Candidate[] }[] {
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
      return [{ device, candidates: inContext(candidatesOf(entry, machine, device), guest) }];
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
function chartsOf(compared: readonly Comparison[]): RecordingReport["charts"] {
  const charts = new Map<number, DrawnMove>();
  for (const { replays, candidates } of compared) {
    for (const [index, replay] of replays.entries()) {
      if (replay.result().contradictions > 0) continue;
      const candidate = candidates[index]!;
      for (const [move, drawn] of replay.charts) if (!charts.has(move)) charts.set(move, { candidate, ...drawn });
    }
  }
  return charts;
}

function verdictOf(devices: readonly Verdict[], flaws: number): Verdict {
  if (flaws > 0 || devices.includes("contradiction")) return "contradiction";
  return devices.includes("fits") ? "fits" : "inconclusive";
}

function guestOnly(guest: GuestSums, unused: Counts, flaws: Flaws): RecordingReport {
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
