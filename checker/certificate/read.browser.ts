import { ModelError } from "../errors.ts";
import type { Certificate } from "./read.ts";

export type { Certificate };

/** As in `read.ts`. @throws ModelError always: a page has no files */
export function openCertificate(file: string): Promise<Certificate> {
  return Promise.reject(new ModelError(`the certificate ${file} cannot be read: a browser has no files`));
}
