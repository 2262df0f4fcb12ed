/** A function that cannot be turned into terms, with the reason. It is then called instead; this is never a verdict. */
export class NotRead extends Error {
  override readonly name = "NotRead";
}

/** A function that would take more work than one function is given. */
export class TooMuchWork extends NotRead {
  constructor() {
    super("it does more work than is read of one function");
  }
}
