#!/usr/bin/env node
// Kept outside the build, so that it is executable from the start and can speak up where the build is missing.
import { optimizeLater } from "./later-optimization.js";
import { isBuilt, program } from "./program.js";

/** A text of a model's on one line, in printable ASCII; what is left of a program that failed must not act on a terminal. */
const plain = (text) =>
  String(text)
    .replace(/\s+/g, " ")
    .replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`irqproof needs Node 20.19 or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 2;
} else if (!isBuilt()) {
  process.stderr.write("irqproof is not built here; run npm run build first\n");
  process.exitCode = 2;
} else {
  // A reader that has seen enough, such as head, closes the pipe: that is no mistake.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (error.code === "EPIPE") return;
      // A full disk, for instance: what was found out did not get through, so no verdict's status may follow.
      if (stream === process.stdout) process.stderr.write(`irqproof: cannot write the output: ${error.message}\n`);
      process.exit(2);
    });
  }
  // What a model's function has started, such as a timer, must not end this with a verdict's status.
  process.on("uncaughtException", (error) => {
    process.stderr.write(`irqproof: something failed that nobody waited for: ${plain(error?.message ?? error)}\n`);
    process.exit(2);
  });
  const { main } = program().exports;
  optimizeLater();
  process.exitCode = await main(process.argv.slice(2), process);
}
