/** The signals by which a user, a terminal that is closed, or a service manager ends a program. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Registers what is to be done when a command shall end early; what is returned takes it back. */
export type OnInterrupt = (listener: () => void) => () => void;

/** The first signal calls the listener; a second one ends the program as if there were no listener. */
export const onSignal: OnInterrupt = (listener) => {
  let isFirst = true;
  const heard = (signal: NodeJS.Signals): void => {
    if (isFirst) {
      isFirst = false;
      return listener();
    }
    release();
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, heard);
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return release;
};
