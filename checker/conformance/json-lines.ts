import { createReadStream } from "node:fs";
import { messageOf, ModelError } from "../errors.ts";

/**
 * The values of a file of JSON lines, one at a time. There is one for each line, so the number of an event is that of its
 * line. Memory does not grow with the file, only with its longest line.
 *
 * @throws ModelError where the file cannot be read, or a line is not a JSON value
 */
export async function* readJsonLines(file: string): AsyncGenerator<unknown, void, void> {
  let number = 0;
  for await (const line of linesOf(file)) yield valueOf(line, file, ++number);
}

async function* linesOf(file: string): AsyncGenerator<string, void, void> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, "utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    throw new ModelError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (rest !== "") yield rest;
}

function valueOf(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ModelError(`${file}:${number}: not a line of JSON: ${messageOf(error)}`, { cause: error });
  }
}
