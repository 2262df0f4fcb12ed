/** What cannot be turned into terms, with the reason. The function is then called instead; this is never a verdict. */
export class NotRead extends Error {
  override readonly name = "NotRead";
}

/** What would take more work than is done for one function. */
export class TooMuchWork extends NotRead {
  constructor() {
    super("it exceeds the size limit of one function");
  }
}
