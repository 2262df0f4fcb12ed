/** Steps of a move whose register writes are posted: they reach the device later, in order, or by a read back. */
export { postAddress, postData, readBack } from "../hardware/posted-writes.ts";
