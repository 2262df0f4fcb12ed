// The thread of a command that loads a file of the user's.
import { optimizeLater } from "./later-optimization.js";
import { program } from "./program.js";

const { runInThread } = program().exports;
optimizeLater();
await runInThread();
