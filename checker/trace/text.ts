/** How wide a counterexample may be, so that it survives being quoted in a plain-text mail. */
export const MAIL_WIDTH = 72;

/** Characters that people write in labels and sentences, and what plain ASCII has for them. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ["\u2192", "->"],
  ["\u2190", "<-"],
  ["\u21d2", "=>"],
  ["\u2264", "<="],
  ["\u2265", ">="],
  ["\u2260", "!="],
  ["\u2013", "-"],
  ["\u2014", "-"],
  ["\u2026", "..."],
  ["\u00d7", "x"],
  ["\u00a0", " "],
  ["\u2018", "'"],
  ["\u2019", "'"],
  ["\u201c", '"'],
  ["\u201d", '"'],
]);

/** The text in printable ASCII, on one line. What has no plain form is written as its code point: `\u{3bb}`. */
export function ascii(text: string): string {
  let plain = "";
  for (const character of text) {
    if (character >= " " && character <= "~") plain += character;
    else if (/\s/.test(character)) plain += " ";
    else plain += PLAIN.get(character) ?? `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  }
  return plain;
}

/**
 * Breaks a text at its spaces into lines of at most `width` characters; a longer word is cut. Runs of spaces become
 * one. An empty text has no lines.
 */
export function wrap(text: string, width: number): string[] {
  const most = Math.max(1, width);
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ")) {
    if (word === "") continue;
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = "";
    }
    // Here the line is empty, or the word fits behind it.
    while (word.length > most) {
      lines.push(word.slice(0, most));
      word = word.slice(most);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}

/**
 * Puts items side by side, separated by commas, in lines of at most `width` characters. An item is broken only when
 * it is longer than a line.
 */
export function pack(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const item of items) {
    const joined = line === "" ? item : `${line}, ${item}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const broken = wrap(item, width);
    line = broken.pop() ?? "";
    lines.push(...broken);
  }
  if (line !== "") lines.push(line);
  return lines;
}
