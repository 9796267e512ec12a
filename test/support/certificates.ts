/**
 * Certificates for tests: a company's CA and what it issues, also such as are expired, made on the spot with Node's own keys.
 * X.509 (RFC 5280) in DER, with just the fields that TLS looks at.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length > 127 ? [...(length > 255 ? [length >> 8] : []), length & 0xff] : [];
  const size = long.length > 0 ? [0x80 | long.length, ...long] : [length];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
const octets = (content: Uint8Array) => der(0x04, content);
const TRUE = der(0x01, Buffer.from([0xff]));

/** The arcs of an object identifier, the first two as one. */
const oid = (...arcs: readonly number[]) =>
  der(
    0x06,
    Buffer.from(
      arcs.flatMap((arc) =>
        (arc > 16_383 ? [(arc >> 14) | 0x80] : []).concat(arc > 127 ? [((arc >> 7) & 0x7f) | 0x80] : [], arc & 0x7f),
      ),
    ),
  );

const ECDSA_SHA256 = sequence(oid(42, 840, 10045, 4, 3, 2));
const COMMON_NAME = oid(85, 4, 3);
const KEY_USAGE = oid(85, 29, 15);
const ALTERNATIVE_NAMES = oid(85, 29, 17);
const BASIC_CONSTRAINTS = oid(85, 29, 19);
const KEY_ID = oid(85, 29, 14);
const ISSUERS_KEY_ID = oid(85, 29, 35);

const nameOf = (common: string) => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(common)))));

/** A GeneralizedTime: `20260131120000Z`. */
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

const alternativeName = (host: string): Buffer =>
  isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));

const pem = (kind: string, content: Uint8Array): string =>
  `-----BEGIN ${kind}-----\n${Buffer.from(content)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END ${kind}-----\n`;

const publicDer = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const keyIdOf = (key: KeyObject): Buffer => createHash('sha1').update(publicDer(key)).digest();

export type Issued = {
  readonly subject: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly der: Buffer;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
};

type Wanted = {
  subject: string;
  /** Itself, unless another is given. */
  issuer?: Issued;
  /** Names and IPv4 addresses; without any it is a CA. */
  hosts?: readonly string[];
  from?: Date;
  to?: Date;
};

const YEAR_MS = 365 * 24 * 3_600_000;

export const issue = ({ subject, issuer, hosts, from, to }: Wanted): Issued => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signing = issuer?.keys ?? keys;
  const validity = sequence(time(from ?? new Date(Date.now() - YEAR_MS)), time(to ?? new Date(Date.now() + YEAR_MS)));
  const serial = der(0x02, Buffer.from([1]), randomBytes(8));
  const purpose = hosts
    ? [sequence(ALTERNATIVE_NAMES, octets(sequence(...hosts.map(alternativeName))))]
    : [
        sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE))),
        sequence(KEY_USAGE, TRUE, octets(der(0x03, Buffer.from([2, 0x04])))),
      ];
  const keyIds = [
    sequence(KEY_ID, octets(octets(keyIdOf(keys.publicKey)))),
    sequence(ISSUERS_KEY_ID, octets(sequence(der(0x80, keyIdOf(signing.publicKey))))),
  ];
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    ECDSA_SHA256,
    nameOf(issuer?.subject ?? subject),
    validity,
    nameOf(subject),
    publicDer(keys.publicKey),
    der(0xa3, sequence(...purpose, ...keyIds)),
  );
  const whole = sequence(content, ECDSA_SHA256, bits(sign('sha256', content, signing.privateKey)));
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { subject, cert: pem('CERTIFICATE', whole), key, der: whole, keys };
};
