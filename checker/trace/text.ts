import { oneLine } from "../plain-text.ts";

/** Width of a counterexample, narrow enough to be quoted in a plain-text mail. */
export const MAIL_WIDTH = 72;

/** A whole number with commas between the thousands: `1,234,567`. */
export function count(value: number): string {
  // Not toLocaleString: its first call loads a locale, which takes a tenth of the time of a small check.
  if (Number.isNaN(value)) return "?";
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/**
 * Breaks a text at its spaces into lines of at most `width` characters; a longer word is cut. Runs of spaces become
 * one. An empty text has no lines. Unprintable characters are escaped, see `oneLine`.
 */
export function wrap(text: string, width: number): string[] {
  const most = Math.max(1, width);
  const lines: string[] = [];
  let line = "";
  for (let word of oneLine(text).split(" ")) {
    if (word === "") continue;
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = "";
    }
    // Here the line is empty, or the word fits behind it.
    while (word.length > most) {
      const cut = beforePair(word, most);
      lines.push(word.slice(0, cut));
      word = word.slice(cut);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** The place itself, or the one before it where a surrogate pair would be cut. */
function beforePair(text: string, place: number): number {
  return place > 1 && /[\ud800-\udbff]/.test(text[place - 1] as string) ? place - 1 : place;
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
