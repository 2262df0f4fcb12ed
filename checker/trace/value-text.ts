/** A value as a trace shows it: words without quotes, records and sequences on one line. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return /^[\w-]+$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (isRecord(value)) {
    const fields = Object.entries(value).map(([name, part]) => `${name}: ${valueText(part)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  return String(value);
}

/** Whether a value of a state is one of a record type. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
