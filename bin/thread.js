// The thread of a command that loads a file of the user's.
import { program } from "./program.js";

await program().exports.runInThread();
