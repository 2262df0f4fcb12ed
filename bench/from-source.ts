/** The command line from its sources, where there is no build: for the benchmark's own test. */
import { main } from "../cli/main.ts";

process.exitCode = await main(process.argv.slice(2), process);
