import { readdirSync } from "node:fs";
import { join } from "node:path";
import { bugs } from "../../catalogue/bugs.ts";
import { findings } from "../../catalogue/findings/index.ts";
import { link, textOf, writePage, type SideBarItem } from "./documents.ts";
import { block, frontMatter, plain } from "./markdown.ts";
import { REPOSITORY } from "./places.ts";

interface FindingPage {
  readonly name: string;
  readonly subject: string;
  readonly text: string;
}

function pages(): FindingPage[] {
  return readdirSync(join(REPOSITORY, "findings"))
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => {
      const text = textOf(`findings/${file}`);
      const [, subject = file] = /^Subject: ((?:.+\n?)(?: .+\n)*)/.exec(text) ?? [];
      return { name: file.slice(0, -".txt".length), subject: subject.replaceAll(/\n ?/g, " ").trim(), text };
    });
}

/** Writes a page for each report of findings/. */
export function writeFindings(): void {
  for (const { name, subject, text } of pages()) {
    const here = `findings/${name}.md`;
    const bug = findings.find((finding) => finding.name === name)?.bug;
    const entry = bugs.find(({ id }) => id === bug)?.before?.entry;
    const links = [
      ...(entry === undefined ? [] : [`The model: [${entry}](${link(here, `catalogue/${entry}.md`)}).`]),
      ...(bug === undefined
        ? []
        : [`The corpus of bugs: [${bug}](${link(here, "catalogue/bugs.md", `#${bug.toLowerCase()}`)}).`]),
      `The text as a mail: \`findings/${name}.txt\`.`,
    ];
    writePage(
      here,
      `${frontMatter({ title: subject, outline: false })}# ${plain(subject)}\n\n${links.join(" ")}\n\n${block("text", text)}\n`,
    );
  }
  const list = pages().map(({ name, subject }) => `- [${plain(subject)}](./${name}.md)`);
  writePage(
    "findings/index.md",
    `# Findings\n\nFaults in code in use that the model predicts, each as a report to a kernel list: what was modelled, what it rests on, and what would refute it.\n\n${list.join("\n")}\n`,
  );
}

/** The side bar of the findings. */
export function findingSideBar(): SideBarItem[] {
  return [
    {
      text: "Findings",
      items: [
        { text: "All findings", link: "/findings/" },
        ...pages().map(({ name }) => ({ text: name, link: `/findings/${name}` })),
      ],
    },
  ];
}
