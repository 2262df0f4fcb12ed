import { ModelError } from "../errors.ts";
import type { CertificateHeader } from "./header.ts";

/** As in `write.ts`. @throws ModelError always: a page has no files */
export function writeCertificate(file: string): Promise<CertificateHeader> {
  return Promise.reject(new ModelError(`the certificate ${file} cannot be written: a browser has no files`));
}
