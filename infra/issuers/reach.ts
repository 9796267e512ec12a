/** Which hosts AWS's services cannot reach, as far as their names tell. */
import { BlockList, isIP } from 'node:net';

/** Of one machine or of a network that is not the internet. */
const PRIVATE = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(address, bits, 'ipv4');
}
for (const [address, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(address, bits, 'ipv6');
}

/** Names that the internet's DNS does not have. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|private|corp|home|lan|home\.arpa)\.?$/;

/** @param hostname of a URL */
export const isPrivateHost = (hostname: string): boolean => {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  if (family !== 0) return PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4');
  return !hostname.includes('.') || PRIVATE_NAME.test(hostname);
};

/** @param hostname of a URL */
export const whyUnreachable = (hostname: string): string | undefined =>
  isPrivateHost(hostname)
    ? 'is in a private network: API Gateway fetches the discovery document and the keys from the internet, so publish those two addresses there under a public name'
    : undefined;
