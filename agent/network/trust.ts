/**
 * The certificates that are trusted: Node's own, those of `NODE_EXTRA_CA_CERTS`, those of `--ca-file`, and the system's, among
 * which a company puts its own. The system's are read where the others do not do: they take 4 MB that few PCs need.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { Refusal, reasonOf } from '../refusal.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a file, as PEM. One that Windows has exported is often DER.
 * @param source what names the file, for words
 * @throws Refusal when it cannot be read, or has none
 */
export const readCertificates = (path: string, source: string): string[] => {
  try {
    const bytes = readFileSync(path);
    const found = bytes.toString('latin1').match(PEM) ?? [bytes];
    return found.map((certificate) => new X509Certificate(certificate).toString());
  } catch (error) {
    const system = (error as NodeJS.ErrnoException).syscall !== undefined;
    const why = system ? `cannot be read: ${reasonOf(error)}` : 'has no certificate in PEM or DER form in it';
    throw new Refusal(`${path}, which ${source} names, ${why}.`);
  }
};

/** Node before 22.15 does not say; there its own are known, and the system's are not. */
const certificatesOf = (type: 'default' | 'system'): readonly string[] => {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates(type);
  return type === 'default' ? tls.rootCertificates : [];
};

export class Trust {
  readonly #extra: readonly string[];
  #context: tls.SecureContext | undefined;
  #widened = false;

  /** @param extra trusted beside Node's own, as PEM */
  constructor(extra: readonly string[] = []) {
    this.#extra = extra;
  }

  get context(): tls.SecureContext {
    this.#context ??= tls.createSecureContext(this.#extra.length === 0 ? {} : { ca: this.#known() });
    return this.#context;
  }

  /** Trusts the system's certificates too. @returns whether any came to those that were trusted */
  widen(): boolean {
    if (this.#widened) return false;
    this.#widened = true;
    const known = this.#known();
    const all = [...new Set([...known, ...certificatesOf('system')])];
    if (all.length === known.length) return false;
    this.#context = tls.createSecureContext({ ca: all });
    return true;
  }

  #known(): string[] {
    return [...new Set([...certificatesOf('default'), ...this.#extra])];
  }
}
