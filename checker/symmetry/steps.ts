/** Work in small steps. After each, the caller may let the event loop run, or leave the rest of it. */
export type Steps<T> = Generator<void, T, void>;
