export { type Supervision } from "./supervisor.ts";
export { runsUserFile } from "./user-file.ts";
export { runSupervised } from "./watch.ts";
