/** The step of a program that starts an interrupt. */
export { startIrq } from "../kernel/startup-actions.ts";
