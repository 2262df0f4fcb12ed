/** Typographic characters that people write in labels and sentences, with their ASCII forms. */
const ASCII_FORMS: ReadonlyMap<string, string> = new Map([
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

/**
 * Characters that act on a terminal, reorder what surrounds them or cannot be seen: control characters, ESC among them,
 * format characters such as the bidirectional marks, line and paragraph separators, lone surrogates, private code points
 * and noncharacters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/gu;

/** Text without any of them, and without other blanks than spaces: the common case, recognised at once. */
const PLAIN = /^[ -~]*$/;

/**
 * A text that a model, a file or a recording provides, as one line for a terminal, a report or a file: each blank is a
 * space, and each unprintable character is written as its code point, such as `\u{1b}`. Nothing in it can start a line
 * or a control sequence.
 */
export function oneLine(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/\s/g, " ").replace(UNPRINTABLE, codePoint);
}

/** The same in printable ASCII, for a mail: what has no plain form is written as its code point, such as `\u{3bb}`. */
export function ascii(text: string): string {
  if (PLAIN.test(text)) return text;
  return oneLine(text).replace(/[^ -~]/gu, (character) => ASCII_FORMS.get(character) ?? codePoint(character));
}

/**
 * A value as JSON, line by line. Unprintable characters, which only strings contain, are written as JSON's own escapes:
 * a reader gets back the same value, and a terminal is safe.
 */
export function jsonLines(value: unknown): string[] {
  const text = JSON.stringify(value, null, 2);
  return text.split("\n").map((line) => (PLAIN.test(line) ? line : line.replace(UNPRINTABLE, codeUnits)));
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

function codeUnits(character: string): string {
  let escaped = "";
  for (let at = 0; at < character.length; at++) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
