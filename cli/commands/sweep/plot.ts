/** A bar of a plot. */
export interface Bar {
  readonly label: string;
  /** Above 0. */
  readonly value: number;
  /** Text after the bar. */
  readonly text: string;
}

/**
 * Bars of `#` on a logarithmic scale: each mark of the scale, at the top, is ten times the one before. For growth over
 * many orders of magnitude, where equal steps mean equal factors.
 *
 * @param width of the widest line; the bars fill the space between labels and texts
 */
export function logPlot(bars: readonly Bar[], width: number): string[] {
  if (bars.length === 0) return [];
  const labels = Math.max(...bars.map(({ label }) => label.length));
  const texts = Math.max(...bars.map(({ text }) => text.length));
  const room = Math.max(10, width - labels - texts - 4);
  const least = Math.floor(Math.log10(Math.min(...bars.map(({ value }) => value))));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...bars.map(({ value }) => value)))));
  const place = (value: number): number => Math.round(((Math.log10(value) - least) / (most - least)) * room);
  return [
    `${" ".repeat(labels + 2)}${scale(least, most, room, room + 2 + texts)}`.trimEnd(),
    ...bars.map(({ label, value, text }) => {
      // Even the smallest value is visible.
      const bar = "#".repeat(Math.max(1, place(value)));
      return `${label.padEnd(labels)}  ${bar.padEnd(room)}  ${text.padStart(texts)}`;
    }),
  ];
}

/** `1e2   1e3   1e4`, each mark where a bar of its value ends, as many as fit. */
function scale(least: number, most: number, room: number, width: number): string {
  let line = "";
  for (let power = least; power <= most; power++) {
    const mark = `1e${power}`;
    const at = Math.round(((power - least) / (most - least)) * room);
    if (line !== "" && at < line.length + 1) continue;
    if (at + mark.length > width) break;
    line = line.padEnd(at) + mark;
  }
  return line;
}
