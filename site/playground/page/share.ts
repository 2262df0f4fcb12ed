/** Content of an address: a file of the list, or a text of one's own, with parameters and a run of it. */
export interface Shared {
  /** The file of the list that is open, or that the text began as. */
  readonly file: string;
  /** The text, where it is not that of the list. */
  readonly text?: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The run that is shown, as the explorer's own address has it: path and chosen step. */
  readonly run?: string;
}

/** A longer text is no model; an address must not make the page unpack it. */
const MAX_TEXT_BYTES = 1_000_000;

/** The fragment of an address, which no server gets to see. */
export async function fragmentOf({ file, text, parameters, run }: Shared): Promise<string> {
  const fields = new URLSearchParams({ file });
  for (const [name, value] of Object.entries(parameters)) fields.set(`p.${name}`, value);
  if (run !== undefined) fields.set("run", run);
  if (text !== undefined) fields.set("text", await packed(text));
  return `#${fields}`;
}

/** Content of a fragment; undefined where it is of another kind, or damaged. */
export async function sharedOf(fragment: string): Promise<Shared | undefined> {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const file = fields.get("file");
  if (file === null) return undefined;
  const parameters = Object.fromEntries(
    [...fields].flatMap(([name, value]) => (name.startsWith("p.") ? [[name.slice(2), value]] : [])),
  ) as Record<string, string>;
  const run = fields.get("run");
  const text = fields.get("text");
  const common = { file, parameters, ...(run === null ? {} : { run }) };
  if (text === null) return common;
  try {
    return { ...common, text: await unpacked(text) };
  } catch {
    return undefined;
  }
}

async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @throws an error where it is damaged, or longer than a model can be */
async function unpacked(text: string): Promise<string> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let length = 0;
  let whole = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole + decoder.decode();
    length += value.length;
    if (length > MAX_TEXT_BYTES) throw new Error("the text is too long");
    whole += decoder.decode(value, { stream: true });
  }
}
