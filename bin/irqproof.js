#!/usr/bin/env node
// Kept outside the build, so that it is executable from the start and can speak up where the build is missing.
import { optimizeLater } from "./later-optimization.js";
import { isBuilt, program } from "./program.js";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`irqproof needs Node 20.19 or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 2;
} else if (!isBuilt()) {
  process.stderr.write("irqproof is not built here; run npm run build first\n");
  process.exitCode = 2;
} else {
  const args = process.argv.slice(2);
  // A reader that has seen enough, such as head, closes the pipe: that is no mistake. Neither is a terminal that is gone.
  let isGone = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      isGone ||= error.code === "EIO" && stream.isTTY;
      if (error.code === "EPIPE" || isGone) return;
      // A full disk, for instance: what was found out did not get through, so no verdict's status may follow.
      if (stream === process.stdout) process.stderr.write(`irqproof: cannot write the output: ${error.message}\n`);
      process.exit(2);
    });
  }
  // Node aborts where it cannot give a terminal back its settings.
  process.on("exit", () => isGone && process.kill(process.pid, "SIGHUP"));
  // Node would end with 1, which is the status of a violation.
  process.on("uncaughtException", (error) => {
    process.stderr.write(`internal error: ${error?.stack ?? error}\nThis is a fault in irqproof: please report it.\n`);
    process.exit(70);
  });
  process.exitCode = (await supervised(args)) ?? (await unsupervised(args));
}

function unsupervised(args) {
  const { main } = program();
  optimizeLater();
  return main(args, process);
}

/** Runs a call that loads a file of the user's in a thread; undefined for any other, which need not wait for one. */
async function supervised(args) {
  if (!args.some((arg) => /[./\\]/.test(arg))) return undefined;
  const { runsUserFile, runSupervised } = await import("../dist/program/supervisor.js");
  if (!runsUserFile(args)) return undefined;
  const script = new URL("thread.js", import.meta.url);
  return runSupervised(args, { script, stdout: process.stdout, stderr: process.stderr });
}
