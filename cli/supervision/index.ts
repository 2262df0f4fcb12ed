export { type Supervision } from "./supervisor.ts";
export { runsUserFile } from "../arguments/user-file.ts";
export { runSupervised } from "./watch.ts";
