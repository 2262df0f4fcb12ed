import { count, wrap } from "../../checker/trace/text.ts";
import { WIDTH } from "./terminal.ts";

export { count } from "../../checker/trace/text.ts";

/** A count with its noun: `1 step`, `2 steps`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A time for people: two decimals below ten seconds, minutes from two minutes on. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The same in at most six characters, for a column of a table: seconds only. */
export function shortDuration(seconds: number): string {
  return `${seconds.toFixed(seconds < 9.995 ? 2 : seconds < 99.95 ? 1 : 0)} s`;
}

/** A number of bytes with a binary unit: `1.5 GiB`. */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let rest = value;
  for (; rest >= 1024 && unit < units.length - 1; unit++) rest /= 1024;
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** A large number in four characters or so, for a progress line: `1.2M`. */
export function rough(value: number): string {
  for (const [unit, size] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const) {
    if (value >= size) return `${(value / size).toFixed(value >= 100 * size ? 0 : 1)}${unit}`;
  }
  return String(Math.round(value));
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A paragraph in lines that are indented by two columns. */
export function indented(text: string, paint: (line: string) => string = (line) => line): string[] {
  return wrap(text, WIDTH - 2).map((line) => paint(`  ${line}`));
}

/** A paragraph with a hanging indent. */
export function paragraph(text: string, indent = 0): string[] {
  const [first = "", ...more] = wrap(text, WIDTH - indent - 2);
  return [" ".repeat(indent) + first, ...more.map((line) => " ".repeat(indent + 2) + line)];
}
