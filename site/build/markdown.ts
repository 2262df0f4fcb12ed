/** A text as Markdown that shows exactly it: neither Markdown, nor HTML, nor a template of Vue. */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~&$^:]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A text as code in a line. VitePress leaves it alone. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const gap = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${gap}${text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|")}${gap}${fence}`;
}

/** A block of code. */
export function block(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/^\s*(`{3,})/gm)].map(([, ticks]) => ticks!.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

/** A table; the cells are Markdown. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("\n", " ")).join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Values that VitePress reads at the head of a page. */
export function frontMatter(values: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `---\n${lines.join("\n")}\n---\n\n`;
}

/** A clause as a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** The lines of a page outside its blocks of code, changed; those inside as they are. */
export function outsideCode(page: string, change: (text: string) => string): string {
  const parts = page.split(/^((?:`{3,}|~{3,})[^\n]*\n[\s\S]*?^(?:`{3,}|~{3,})[ \t]*$)/m);
  return parts.map((part, index) => (index % 2 === 0 ? change(part) : part)).join("");
}
