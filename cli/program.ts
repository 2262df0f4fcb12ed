/** The door of the program for bin/: a command in this thread, and one in a thread of its own. */
export { main } from "./main.ts";
export { runInThread } from "./supervision/thread.ts";
export { searchThread } from "./commands/explore/thread.ts";
