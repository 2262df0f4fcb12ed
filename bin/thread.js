// The thread of a command that loads a file of the user's.
import { optimizeLater } from "./later-optimization.js";
import { program } from "./program.js";

const { runInThread } = program();
optimizeLater();
// Not awaited: a model that waits for ever is reported by the main thread, and Node would warn of this line.
void runInThread();
