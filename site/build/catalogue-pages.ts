import type { Bug } from "../../catalogue/bugs.ts";
import { bugs } from "../../catalogue/bugs.ts";
import type { Architecture } from "../../catalogue/index.ts";
import { properties as described } from "../../properties/index.ts";
import { MAIN_PROPERTY } from "../../explorer/main-run.ts";
import { SEVERITY_ORDER, type PropertyView, type Severity } from "../../explorer/wire.ts";
import type { CheckedEntry, ShownRun } from "./checked-entries.ts";
import { link, sourcePage, sourceText, writePage, type SideBarItem } from "./documents.ts";
import { entrySources, type EntrySource } from "./entry-source.ts";
import { block, code, frontMatter, plain, sentence, table } from "./markdown.ts";

/** Draws a run: made by the bundle of site/catalogue/diagram.tsx. */
export type DiagramHtml = (
  overview: CheckedEntry["overview"],
  steps: ShownRun["steps"],
  loopFrom: number | undefined,
) => string;

const ARCHITECTURES: Readonly<Record<Architecture, string>> = {
  x86: "x86",
  riscv: "RISC-V",
  loongarch: "LoongArch",
  arm: "Arm",
};

/** As docs/reference.md explains them. */
const SEVERITIES: Readonly<Record<Severity, string>> = {
  loss: "Loss: an event is lost for good, or a device is stuck",
  danger: "Danger: something is where it must not be",
  rule: "Rule: a rule that keeps a scheme safe is broken",
  liveness: "Liveness: something is postponed forever",
  bookkeeping: "Bookkeeping: records of the kernel disagree or leak",
};

/** Writes a page for each entry, the indices, and the corpus of bugs. */
export function writeCatalogue(entries: readonly CheckedEntry[], diagramHtml: DiagramHtml): void {
  const sources = entrySources();
  const shown = new Set<string>();
  for (const checked of entries) {
    const { id } = checked.entry;
    const source = sources.get(id);
    if (source === undefined) throw new Error(`the source of entry ${id} was not found`);
    for (const path of [source.file, ...source.schemes.map(({ file }) => file)]) shown.add(path);
    writePage(`catalogue/${id}.md`, entryPage(checked, source, diagramHtml));
  }
  for (const path of shown) writePage(sourcePage(path), sourceText(path));
  writePage("catalogue/index.md", byArchitecture(entries));
  writePage("catalogue/by-verdict.md", byVerdict(entries));
  writePage("catalogue/bugs.md", bugPage());
}

function entryPage(checked: CheckedEntry, source: EntrySource, diagramHtml: DiagramHtml): string {
  const { entry, run, assumptions } = checked;
  const here = `catalogue/${entry.id}.md`;
  const { suspicion, doubt } = entry;
  return [
    frontMatter({ title: entry.id, description: entry.title, aside: false, pageClass: "wide" }),
    `# ${entry.id}\n`,
    `<p class="lead">${plain(entry.title)}</p>\n`,
    `${verdictLine(checked)}\n`,
    `${plain(sentence(entry.why))}\n`,
    ...(suspicion === undefined
      ? []
      : [
          `::: warning An unconfirmed suspicion about code in use\nModelled: ${plain(suspicion.modelled)}.\nBasis: ${plain(suspicion.restsOn)}.\nRefuted by: ${plain(suspicion.refutedBy)}.\n:::\n`,
        ]),
    ...(doubt === undefined ? [] : [`::: info Doubt\n${plain(sentence(doubt))}\n:::\n`]),
    facts(checked, source, here),
    ...(run === undefined
      ? ["The device raises no event during a move, so there is no run to show.\n"]
      : [`## ${plain(run.title)}\n`, diagramHtml(checked.overview, run.steps, run.loopFrom), "", runText(run)]),
    "## Verdicts\n",
    verdictTable(checked),
    "\n## Parameters\n",
    parameterTable(checked),
    ...bugSection(checked, here),
    "\n## Assumptions\n",
    `A verdict that holds rests on these. ${code("confirmed")}: read in code or a specification.\n`,
    table(
      ["Id", "Assumption", "Status", "In this model"],
      assumptions.map(({ id, says, status, source: from, here: modelled }) => [
        id,
        plain(sentence(says)),
        `${plain(status)}${from === undefined ? "" : `: ${plain(from)}`}`,
        modelled === undefined ? "" : plain(modelled),
      ]),
    ),
    "\n## Source\n",
    `The entry, in [${source.file}](${link(here, sourcePage(source.file))}):\n`,
    block("ts", source.text),
    ...source.schemes.flatMap(({ file, text }) => [
      `\nThe scheme, in [${file}](${link(here, sourcePage(file))}):\n`,
      block("ts", text),
    ]),
    "",
  ].join("\n");
}

function verdictLine({ checked, entry }: CheckedEntry): string {
  const main = checked.properties.find(({ id }) => id === MAIN_PROPERTY)!;
  const states = checked.states === undefined ? "" : ` ${checked.states.distinct.toLocaleString("en")}`;
  const also = checked.properties.filter(({ id, verdict }) => id !== MAIN_PROPERTY && verdict === "violated").length;
  const more = also === 0 ? "" : ` ${also} other ${also === 1 ? "property is" : "properties are"} violated.`;
  const text =
    main.verdict === "violated"
      ? `<span class="verdict violated"><span aria-hidden="true">\u2716</span> An interrupt can be lost.</span>`
      : `<span class="verdict holds"><span aria-hidden="true">\u2713</span> No interrupt is lost in any of the${states} reachable states.</span>`;
  const expected = entry.expected()[MAIN_PROPERTY];
  if (expected !== main.verdict) throw new Error(`${entry.id}: ${main.verdict}, and ${expected} is expected`);
  return `<p>${text}${more}</p>`;
}

function facts({ entry, checked }: CheckedEntry, { file }: EntrySource, here: string): string {
  const states = checked.states!;
  const rows: [string, string][] = [
    ["Origin", entry.source.map(plain).join("; ")],
    ["Beside the others", `the [strategy table](${link(here, "docs/model.md", "#the-strategy-table")})`],
    ["Architecture", ARCHITECTURES[entry.architecture]],
    [
      "State space",
      `${[states.distinct, states.transitions].map((number) => number.toLocaleString("en")).join(" states, ")} transitions, depth ${states.depth}`,
    ],
    ["Model", code(checked.hash)],
    ["Check it", code(`npx irqproof check ${entry.id}`)],
    ["Explore it", `${code(`npx irqproof explore ${entry.id}`)}, or in the ${playground(here, entry.id)}`],
    ["Written in", `[${file}](${link(here, sourcePage(file))})`],
  ];
  return `${rows.map(([name, value]) => `- **${name}**: ${value}`).join("\n")}\n`;
}

/** A link out of the pages of VitePress, which must load the page anew. */
function playground(from: string, id: string): string {
  return `[playground](${link(from, "playground/index.html", `#file=${id}.entry.ts`)}){target="_self"}`;
}

function runText({ chart }: ShownRun): string {
  return `<details><summary>The run as text, for a mail</summary>\n\n${block("text", chart)}\n\n</details>\n`;
}

const VERDICTS = {
  violated: "\u2716 violated",
  holds: "\u2713 holds",
  inconclusive: "inconclusive",
  error: "error",
  open: "",
} as const;

function verdictTable({ checked }: CheckedEntry): string {
  const learns = new Map(described.map((entry) => [entry.id as string, entry.learns]));
  const rank = ({ verdict, severity }: PropertyView): number =>
    (verdict === "violated" ? 0 : SEVERITY_ORDER.length) + SEVERITY_ORDER.indexOf(severity);
  return table(
    ["Verdict", "Severity", "Property", "Meaning"],
    checked.properties
      .toSorted((one, other) => rank(one) - rank(other))
      .map(({ id, verdict, severity, title, run, remark }) => [
        `<span class="verdict ${verdict}">${VERDICTS[verdict]}</span>`,
        severity,
        code(id),
        [
          plain(sentence(title)),
          ...(learns.has(id) && verdict === "violated"
            ? [`It shows ${plain(sentence(learns.get(id)!).replace(/^./, (first) => first.toLowerCase()))}`]
            : []),
          ...(run?.because === undefined ? [] : [`<b>Here:</b> ${plain(sentence(run.because))}`]),
          ...(remark === undefined ? [] : [plain(sentence(remark))]),
        ].join(" "),
      ]),
  );
}

function parameterTable({ entry }: CheckedEntry): string {
  return table(
    ["Parameter", "Default", "Values", "Meaning"],
    Object.entries(entry.parameters).map(([name, { default: normal, allowed, means }]) => [
      code(name),
      code(String(normal)),
      plain(allowed),
      plain(sentence(means)),
    ]),
  );
}

function bugSection({ entry, bugs: rows, findings }: CheckedEntry, here: string): string[] {
  if (rows.length === 0) return [];
  return [
    "\n## Known bugs\n",
    `Rows of the [corpus of bugs](${link(here, "catalogue/bugs.md")}) that this entry shows or repairs.\n`,
    table(
      ["Beside the others", `the [strategy table](${link(here, "docs/model.md", "#the-strategy-table")})`],
      rows.map((bug) => [
        `[${bug.id}](${link(here, "catalogue/bugs.md", `#${bug.id.toLowerCase()}`)})`,
        bug.before?.entry === entry.id ? "has it" : "repairs it",
        `${plain(sentence(bug.title))} ${plain(sentence(bug.cause))}`,
        bug.fix === undefined ? "no repair" : plain(bug.fix),
      ]),
    ),
    ...findings.map(({ name, subject }) => `\nFinding: [${plain(subject)}](${link(here, `findings/${name}.md`)}).`),
  ];
}

/** A sign with the verdict on the main property, and the number of the others that are violated. */
function signOf({ checked }: CheckedEntry): string {
  const main = checked.properties.find(({ id }) => id === MAIN_PROPERTY)!;
  const also = checked.properties.filter(({ id, verdict }) => id !== MAIN_PROPERTY && verdict === "violated").length;
  const text = main.verdict === "violated" ? "\u2716 lost" : "\u2713 never lost";
  return `<span class="verdict ${main.verdict}">${text}</span>${also === 0 ? "" : `, ${also} ${also === 1 ? "other" : "others"} violated`}`;
}

function row(checked: CheckedEntry): string[] {
  const { id, title, suspicion } = checked.entry;
  const mark = suspicion === undefined ? "" : " (a suspicion)";
  return [`[${id}](./${id}.md)`, signOf(checked), `${plain(title)}${mark}`];
}

/** Head of a page that is a wide table. */
const WIDE = frontMatter({ aside: false, pageClass: "wide" });

const HEADINGS = ["Entry", "Interrupts", "Scheme"] as const;

function byArchitecture(entries: readonly CheckedEntry[]): string {
  const sections = Object.entries(ARCHITECTURES).flatMap(([architecture, name]) => [
    `\n## ${name}\n`,
    table(HEADINGS, entries.filter(({ entry }) => entry.architecture === architecture).map(row)),
  ]);
  return `${WIDE}# Catalogue\n\n${entries.length} ways to move an interrupt, each checked at its default parameters: all states, all properties. A page has the verdicts, the run that decides, the parameters, the assumptions and the source. The same entries [by verdict](./by-verdict.md); the [corpus of bugs](./bugs.md) that they show or repair.\n${sections.join("\n")}\n`;
}

/** The worst severity of a violation of an entry; undefined where every property holds. */
function worst({ checked }: CheckedEntry): Severity | undefined {
  return SEVERITY_ORDER.find((severity) =>
    checked.properties.some((property) => property.verdict === "violated" && property.severity === severity),
  );
}

function byVerdict(entries: readonly CheckedEntry[]): string {
  const groups: [string, CheckedEntry[]][] = [
    ...SEVERITY_ORDER.map((severity): [string, CheckedEntry[]] => [
      SEVERITIES[severity],
      entries.filter((one) => worst(one) === severity),
    ]),
    ["All properties hold", entries.filter((one) => worst(one) === undefined)],
  ];
  const sections = groups.flatMap(([name, members]) =>
    members.length === 0 ? [] : [`\n## ${name}\n`, table(HEADINGS, members.map(row))],
  );
  return `${WIDE}# Catalogue by verdict\n\nThe entries by the worst [severity](../docs/reference.md#severity) of a violated property. The same entries [by architecture](./index.md).\n${sections.join("\n")}\n`;
}

function bugPage(): string {
  const sections = bugs.map((bug) =>
    [`\n## ${bug.id}: ${plain(bug.title)} {#${bug.id.toLowerCase()}}\n`, bugText(bug)].join("\n"),
  );
  return `${frontMatter({ title: "Corpus of bugs", outline: 2 })}# Corpus of bugs\n\nKnown and suspected bugs in how kernels move interrupts. Where the model shows one, the property is violated by the entry before the repair and holds after it.\n${sections.join("\n")}\n`;
}

function bugText(bug: Bug): string {
  const { cause, introduced, fix, source, state, doubt, before, after, inexpressible } = bug;
  const side = (given: NonNullable<typeof before>): string => {
    const parameters = Object.entries(given.parameters ?? {}).map(([name, value]) => code(`--${name} ${value}`));
    return `[${given.entry}](./${given.entry}.md)${parameters.length === 0 ? "" : ` with ${parameters.join(", ")}`}, ${code(given.property)}`;
  };
  const lines: [string, string | undefined][] = [
    ["State", state],
    ["Introduced by", introduced === undefined ? undefined : plain(introduced)],
    ["Repaired by", fix === undefined ? "no repair is known" : plain(fix)],
    ["Before", before === undefined ? undefined : side(before)],
    ["After", after === undefined ? undefined : side(after)],
    ["Not modelled", inexpressible === undefined ? undefined : plain(sentence(inexpressible))],
    ["Sources", source.map(plain).join("; ")],
    ["Doubt", doubt === undefined ? undefined : plain(sentence(doubt))],
  ];
  const list = lines.flatMap(([name, text]) => (text === undefined ? [] : [`- **${name}**: ${text}`]));
  return `${plain(sentence(cause))}\n\n${list.join("\n")}`;
}

/** The side bar of the catalogue. */
export function catalogueSideBar(entries: readonly CheckedEntry[]): SideBarItem[] {
  const item = ({ entry, checked }: CheckedEntry): SideBarItem => {
    const lost = checked.properties.find(({ id }) => id === MAIN_PROPERTY)!.verdict === "violated";
    return { text: `${lost ? "\u2716" : "\u2713"} ${entry.id}`, link: `/catalogue/${entry.id}` };
  };
  return [
    {
      text: "Catalogue",
      items: [
        { text: "By architecture", link: "/catalogue/" },
        { text: "By verdict", link: "/catalogue/by-verdict" },
        { text: "Corpus of bugs", link: "/catalogue/bugs" },
      ],
    },
    ...Object.entries(ARCHITECTURES).map(([architecture, name]) => ({
      text: name,
      items: entries.filter(({ entry }) => entry.architecture === architecture).map(item),
    })),
  ];
}
