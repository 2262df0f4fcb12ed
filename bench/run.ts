/**
 * `npm run bench`: this project's engines and the checkers found on the machine, on the same model. Each search is a
 * process of its own; counts must agree before a ratio is printed. Writes bench/results/latest.md and latest.json.
 *
 * Options: `--runs N` (default 3), `--sizes 2,3,2;2,3,3` (CPUs, vectors, devices).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { own, rumur, spin, tlc, type Contestant, type Sample, type Size } from "./contestants.ts";

/** The reference engine and slow peers are left out of sizes past this many states. */
const REFERENCE_MOST = 200_000;

interface Result {
  readonly size: string;
  readonly name: string;
  readonly settings: string;
  readonly samples: readonly Sample[];
}

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    sizes: { type: "string", default: "2,4,1;2,3,2;2,3,3" },
  },
});
const runs = Number(values.runs);
const sizes = values.sizes.split(";").map((text): Size => {
  const [cpus = 2, vectors = 2, devices = 1] = text.split(",").map(Number);
  return { cpus, vectors, devices };
});
const contestants: readonly Contestant[] = [
  own("reference", 1),
  own("compiled", 1),
  own("compiled", 2),
  spin,
  rumur,
  tlc,
];

const results: Result[] = [];
const notes: string[] = [];
for (const contestant of contestants) {
  const missing = await contestant.missing();
  if (missing !== undefined) notes.push(missing);
}
for (const size of sizes) {
  const text = `${size.cpus},${size.vectors},${size.devices}`;
  let known: Sample | undefined;
  const prepared: {
    readonly contestant: Contestant;
    readonly once: () => Promise<Sample>;
    readonly samples: Sample[];
  }[] = [];
  for (const contestant of contestants) {
    if ((await contestant.missing()) !== undefined) continue;
    prepared.push({ contestant, once: await contestant.prepare(size), samples: [] });
  }
  // In turns, so that what else the machine does meets all of them alike.
  for (let number = 0; number < runs; number++) {
    for (const { contestant, once, samples } of prepared.toSorted(
      (a, b) => order(a.contestant) - order(b.contestant),
    )) {
      if (contestant.name.includes("reference") && (known?.distinct ?? 0) > REFERENCE_MOST) continue;
      const sample = await once();
      known ??= sample;
      // SPIN prints counts past a million transitions with seven digits.
      const same = sample.distinct === known.distinct && Math.abs(sample.transitions / known.transitions - 1) < 1e-4;
      if (!same) {
        throw new Error(
          `${contestant.name} at ${text} counts ${sample.distinct} states and ${sample.transitions} transitions, not ${known.distinct} and ${known.transitions}`,
        );
      }
      samples.push(sample);
      process.stderr.write(
        `${text} ${contestant.name}: ${(sample.distinct / sample.seconds / 1000).toFixed(0)} thousand states/s\n`,
      );
    }
  }
  for (const { contestant, samples } of prepared) {
    if (samples.length === 0) continue;
    results.push({ size: text, name: contestant.name, settings: contestant.settings, samples });
  }
}

const markdown = table();
process.stdout.write(markdown);
const directory = fileURLToPath(new URL("results", import.meta.url));
await mkdir(directory, { recursive: true });
await writeFile(`${directory}/latest.md`, markdown);
await writeFile(
  `${directory}/latest.json`,
  `${JSON.stringify({ machine: machine(), results, notes }, undefined, 2)}\n`,
);

/** The reference engine last: whether it runs depends on how many states there are. */
function order({ name }: Contestant): number {
  return name.includes("reference") ? 1 : 0;
}

/** Thousand states a second: median, least, most. */
function rate(samples: readonly Sample[]): [median: number, least: number, most: number] {
  const rates = samples.map(({ distinct, seconds }) => distinct / seconds / 1000).sort((a, b) => a - b);
  return [rates[Math.floor(rates.length / 2)] as number, rates[0] as number, rates.at(-1) as number];
}

function machine(): string {
  return `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.versions.node}`;
}

function table(): string {
  const lines = [
    `The common migration model on ${machine()}; medians of ${runs} runs, each a process of its own.`,
    "",
    "| size | checker | distinct states | transitions | thousand states/s (least, most) | thousand transitions/s | bytes/state, whole process | start to end, s | states/s against SPIN |",
    "|---|---|---|---|---|---|---|---|---|",
  ];
  for (const { size, name, samples } of results) {
    const [first] = samples as [Sample];
    const [median, least, most] = rate(samples);
    const bytes = Math.max(...samples.map((sample) => sample.bytes)) / first.distinct;
    const whole = samples.map((sample) => sample.process).sort((a, b) => a - b)[
      Math.floor(samples.length / 2)
    ] as number;
    const peer = results.find((result) => result.size === size && result.name === spin.name);
    const ratio = peer === undefined ? "" : (median / rate(peer.samples)[0]).toFixed(2);
    const transitions = (median * first.transitions) / first.distinct;
    lines.push(
      `| ${size} | ${name} | ${first.distinct} | ${first.transitions} | ${median.toFixed(0)} (${least.toFixed(0)}, ${most.toFixed(0)}) | ${transitions.toFixed(0)} | ${bytes.toFixed(1)} | ${whole.toFixed(2)} | ${ratio} |`,
    );
  }
  const settings = new Map(results.map((result) => [result.name, result.settings]));
  lines.push("", ...[...settings].map(([name, text]) => `- ${name}: ${text}`), ...notes.map((note) => `- ${note}`), "");
  return lines.join("\n");
}
