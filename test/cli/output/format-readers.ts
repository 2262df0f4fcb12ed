/** Strict readers of the formats for machines: what is not as the format wants it throws or is reported. */

/** A result line of KTAP with its subtests. */
export interface KtapResult {
  readonly ok: boolean;
  readonly name: string;
  readonly directive: string | undefined;
  readonly subtests: readonly KtapResult[];
}

/** Reads KTAP, version 1: version line, plan, numbered results; subtests two blanks to the right, before their test. */
export function parseKtap(text: string): { readonly results: KtapResult[]; readonly diagnostics: string[] } {
  const lines = text.replace(/\n$/, "").split("\n");
  let at = 0;
  const diagnostics: string[] = [];
  const results = block("");
  if (at !== lines.length) throw new Error(`KTAP: line ${at + 1} is behind the plan: ${lines[at]}`);
  return { results, diagnostics };

  function block(indent: string): KtapResult[] {
    const line = (): string | undefined => {
      const whole = lines[at];
      return whole?.startsWith(indent) === true ? whole.slice(indent.length) : undefined;
    };
    const comments = (): void => {
      for (let next = line(); next?.startsWith("#") === true; next = line()) {
        if (!/^#( |$)/.test(next)) throw new Error(`KTAP: line ${at + 1} is no diagnostic: ${next}`);
        diagnostics.push(next.slice(2));
        at++;
      }
    };
    if (line() !== "KTAP version 1") throw new Error(`KTAP: line ${at + 1} is not the version: ${lines[at]}`);
    at++;
    const plan = /^1\.\.(\d+)$/.exec(line() ?? "");
    if (plan === null) throw new Error(`KTAP: line ${at + 1} is not the plan: ${lines[at]}`);
    at++;
    const results: KtapResult[] = [];
    for (let number = 1; number <= Number(plan[1]); number++) {
      comments();
      const subtests = line()?.startsWith("  KTAP") === true ? block(`${indent}  `) : [];
      comments();
      const match = /^(ok|not ok) (\d+) ([^#]*[^# ])(?: # (.+))?$/.exec(line() ?? "");
      if (match === null) throw new Error(`KTAP: line ${at + 1} is no result: ${lines[at]}`);
      if (Number(match[2]) !== number)
        throw new Error(`KTAP: line ${at + 1} has the number ${match[2]}, not ${number}`);
      if (match[4] !== undefined && !/^(SKIP|TODO|XFAIL|TIMEOUT|ERROR)( |$)/.test(match[4])) {
        throw new Error(`KTAP: line ${at + 1} has no directive of the format: ${match[4]}`);
      }
      at++;
      results.push({ ok: match[1] === "ok", name: match[3]!, directive: match[4], subtests });
    }
    comments();
    return results;
  }
}

/** An element of XML, in the order of the start tags. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly in it. */
  text: string;
}

/** Reads XML without comments, processing instructions and CDATA; throws on what is not well-formed. */
export function elementsOf(xml: string): Element[] {
  const declaration = `<?xml version="1.0" encoding="UTF-8"?>\n`;
  if (!xml.startsWith(declaration)) throw new Error("XML: no declaration");
  if (/(?![\t\n])\p{Cc}/u.test(xml)) throw new Error("XML: a control character");
  const elements: Element[] = [];
  const open: Element[] = [];
  let at = declaration.length;
  for (const match of xml.matchAll(/<(\/?)([\w.-]+)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/g)) {
    if (match.index < declaration.length) continue;
    if (match.index !== at) throw new Error(`XML: not understood at ${at}: ${xml.slice(at, at + 40)}`);
    at += match[0].length;
    const [, closes, name = "", attributes = "", empty, text] = match;
    if (text !== undefined) {
      const parent = open.at(-1);
      if (parent !== undefined) parent.text += unescaped(text);
      else if (text.trim() !== "") throw new Error(`XML: text outside the root: ${text}`);
    } else if (closes === "/") {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`XML: </${name}> closes ${last?.name ?? "nothing"}`);
    } else {
      if (open.length === 0 && elements.length > 0) throw new Error(`XML: ${name} is a second root`);
      const pairs = [...attributes.matchAll(/([\w.-]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key!, unescaped(value!)] as const,
      );
      const values = Object.fromEntries(pairs);
      if (Object.keys(values).length !== pairs.length) throw new Error(`XML: ${name} has an attribute twice`);
      const element = { name, attributes: values, text: "" };
      elements.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  if (at !== xml.length || open.length > 0) throw new Error("XML: the end is missing");
  return elements;
}

function unescaped(text: string): string {
  const known: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  if (/&(?!(amp|lt|gt|quot);)/.test(text)) throw new Error(`XML: an unknown entity in ${text}`);
  return text.replace(/&(\w+);/g, (_, name: string) => known[name]!);
}

/** Required and optional members of objects of SARIF 2.1.0; only those that irqproof writes. */
interface Rule {
  readonly must?: readonly string[];
  readonly may?: Readonly<Record<string, string | readonly unknown[]>>;
}

/**
 * An extract of the schema of SARIF 2.1.0, whose objects have no properties but those named. A value is an object's
 * name, the same in brackets for an array of them, or the values that are possible; "any" is any value.
 */
const SARIF: Readonly<Record<string, Rule>> = {
  log: { must: ["version", "runs"], may: { $schema: "string", version: ["2.1.0"], runs: "[run]" } },
  run: {
    must: ["tool"],
    may: {
      tool: "tool",
      invocations: "[invocation]",
      columnKind: ["utf16CodeUnits", "unicodeCodePoints"],
      results: "[result]",
      properties: "any",
    },
  },
  tool: { must: ["driver"], may: { driver: "driver" } },
  driver: { must: ["name"], may: { name: "string", version: "string", rules: "[rule]" } },
  rule: {
    must: ["id"],
    may: { id: "string", shortDescription: "message", defaultConfiguration: "configuration", properties: "any" },
  },
  configuration: { must: [], may: { level: ["none", "note", "warning", "error"] } },
  invocation: { must: ["executionSuccessful"], may: { executionSuccessful: "boolean", exitCode: "integer" } },
  result: {
    must: ["message"],
    may: {
      ruleId: "string",
      ruleIndex: "integer",
      kind: ["notApplicable", "pass", "fail", "review", "open", "informational"],
      level: ["none", "note", "warning", "error"],
      message: "message",
      locations: "[location]",
      partialFingerprints: "any",
      codeFlows: "[codeFlow]",
    },
  },
  message: { must: ["text"], may: { text: "string" } },
  location: {
    may: { physicalLocation: "physicalLocation", logicalLocations: "[logicalLocation]", message: "message" },
  },
  physicalLocation: { must: ["artifactLocation"], may: { artifactLocation: "artifactLocation", region: "region" } },
  artifactLocation: { may: { uri: "uri" } },
  region: { may: { startLine: "integer", startColumn: "integer" } },
  logicalLocation: { may: { name: "string" } },
  codeFlow: { must: ["threadFlows"], may: { threadFlows: "[threadFlow]" } },
  threadFlow: { must: ["locations"], may: { locations: "[threadFlowLocation]", properties: "any" } },
  threadFlowLocation: { may: { executionOrder: "integer", location: "location", state: "{message}" } },
};

/** Errors in a SARIF log; none when all is right. */
export function sarifMistakes(value: unknown, type = "log", where = "log"): string[] {
  const wrong = [`${where} is ${JSON.stringify(value)}`];
  switch (type) {
    case "any":
      return [];
    case "string":
      return typeof value === "string" && value !== "" ? [] : wrong;
    case "boolean":
      return typeof value === "boolean" ? [] : wrong;
    case "integer":
      return Number.isInteger(value) ? [] : wrong;
    case "uri":
      return typeof value === "string" && URL.canParse(value, "file:///") && !/[\s\\]/.test(value) ? [] : wrong;
  }
  if (typeof value !== "object" || value === null) return wrong;
  const entries = Object.entries(value);
  if (type.startsWith("[")) {
    if (!Array.isArray(value)) return wrong;
    return value.flatMap((one, index) => sarifMistakes(one, type.slice(1, -1), `${where}[${index}]`));
  }
  if (type.startsWith("{"))
    return entries.flatMap(([name, one]) => sarifMistakes(one, type.slice(1, -1), `${where}.${name}`));
  const { must = [], may = {} } = SARIF[type]!;
  const lacking = must.filter((name) => !Object.hasOwn(value, name)).map((name) => `${where} lacks ${name}`);
  const mistakes = entries.flatMap(([name, one]) => {
    const wanted = may[name];
    if (wanted === undefined) return [`${where} has ${name}`];
    if (typeof wanted === "string") return sarifMistakes(one, wanted, `${where}.${name}`);
    return wanted.includes(one) ? [] : [`${where}.${name} is ${JSON.stringify(one)}`];
  });
  return [...lacking, ...mistakes];
}
