/** What cannot be turned into terms, with the reason. The function is then called instead; this is never a verdict. */
export class NotRead extends Error {
  override readonly name = "NotRead";
}
