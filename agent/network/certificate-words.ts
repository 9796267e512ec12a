/** What is wrong with the certificate that a host shows, in words: which one, who issued it, and what this PC's clock says. */
import type { DetailedPeerCertificate } from 'node:tls';

/** OpenSSL's words for "nobody that is trusted has issued it". */
const UNKNOWN_ISSUER: ReadonlySet<unknown> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException | undefined)?.code;

export const isUnknownIssuer = (error: unknown): boolean => UNKNOWN_ISSUER.has(codeOf(error));

type Name = DetailedPeerCertificate['subject'];

/** Its common name, else whose it is. */
const nameIn = ({ CN, O }: Name): string => `"${[CN ?? O ?? 'without a name'].flat()[0]}"`;

const chainOf = (certificate: DetailedPeerCertificate): DetailedPeerCertificate[] => {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = certificate;
  // The last one has issued itself, where the whole chain was sent.
  while (next && chain.length < 10 && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
};

const day = (date: string): string => new Date(date).toISOString().slice(0, 10);

/** Of a certificate whose time is over or has not come: it may be the clock that is wrong. */
const wrongTime = (certificate: DetailedPeerCertificate, now: number): string | undefined => {
  const named = `${nameIn(certificate.subject)}, issued by ${nameIn(certificate.issuer)},`;
  const clock = `this PC's clock says ${new Date(now).toISOString().slice(0, 16)}Z, which may be what is wrong`;
  if (now > Date.parse(certificate.valid_to)) return `${named} expired on ${day(certificate.valid_to)}; ${clock}`;
  if (now < Date.parse(certificate.valid_from)) return `${named} begins on ${day(certificate.valid_from)}; ${clock}`;
  return undefined;
};

const complaint = (error: unknown, host: string, leaf: DetailedPeerCertificate, now: number): string => {
  const shows = `${host} shows a certificate`;
  if (codeOf(error) === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return `${shows} that it issued itself, ${nameIn(leaf.subject)}, and this PC does not trust it`;
  }
  if (isUnknownIssuer(error)) {
    const root = chainOf(leaf).at(-1) ?? leaf;
    return (
      `${shows} that ${nameIn(leaf.issuer)} issued, and this PC does not trust ${nameIn(root.issuer)}. ` +
      'Where a company looks into its traffic, its CA belongs into the system, or is given with --ca-file'
    );
  }
  if (codeOf(error) === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${shows} for other hosts (${leaf.subjectaltname ?? nameIn(leaf.subject)}), issued by ${nameIn(leaf.issuer)}`;
  }
  const late = chainOf(leaf).flatMap((certificate) => wrongTime(certificate, now) ?? [])[0];
  if (late) return `${shows} that is not valid now: ${late}`;
  return `${shows} that is not accepted, ${nameIn(leaf.subject)}, issued by ${nameIn(leaf.issuer)}`;
};

/**
 * @param error that TLS ended with
 * @param leaf the certificate that the host showed; absent where it did not come that far
 * @param now this PC's clock, in milliseconds
 */
export const tlsWords = (
  error: unknown,
  host: string,
  leaf: DetailedPeerCertificate | undefined,
  now: number,
): string => (leaf ? complaint(error, host, leaf, now) : `No TLS with ${host}`);
