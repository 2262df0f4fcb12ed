/** Signals sent by a user, a closing terminal or a service manager to end a program. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Registers a listener for an early end of a command; the result unregisters it. */
export type OnInterrupt = (listener: () => void) => () => void;

/** The first signal calls the listener; a second one ends the program. */
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
