/**
 * `NO_PROXY`: the hosts that are reached directly. Separated by commas or spaces, each may be
 *
 * - `*`: every host
 * - `example.com`, `.example.com` or `*.example.com`: that host and those below it; of the last two, those below it alone
 * - an address, `192.0.2.1` or `[2001:db8::1]`, or a range of them, `10.0.0.0/8`; names are not looked up for that
 *
 * each of them, ranges aside, with `:port` where it is for that port alone.
 */
import { BlockList, isIP } from 'node:net';
import type { Endpoint } from './no-answer.ts';

type Rule = { host: string; port: number | undefined };

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const ruleOf = (text: string): Rule => {
  const [, bracketed, named, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  // An IPv6 address without brackets has colons of its own, and no port.
  const host = bracketed ?? named ?? text;
  return { host: host.replace(/\.$/, '').toLowerCase(), port: port === undefined ? undefined : Number(port) };
};

const isInRange = (address: string, range: string): boolean => {
  const [network = '', bits = ''] = range.split('/');
  const longest = isIP(network) === 6 ? 128 : 32;
  if (isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > longest) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return list.check(address, familyOf(address));
};

const isSameAddress = (one: string, other: string): boolean => {
  if (isIP(one) === 0 || isIP(one) !== isIP(other)) return false;
  const list = new BlockList();
  list.addAddress(one, familyOf(one));
  return list.check(other, familyOf(other));
};

const matches = (rule: Rule, { hostname, port }: Endpoint): boolean => {
  const { host } = rule;
  if (rule.port !== undefined && rule.port !== port) return false;
  if (host === '*') return true;
  const name = hostname.replace(/\.$/, '').toLowerCase();
  if (host.includes('/')) return isInRange(name, host);
  if (isIP(name) !== 0) return isSameAddress(name, host);
  const below = host.replace(/^\*?\./, '');
  if (below === '') return false;
  return name.endsWith(`.${below}`) || (below === host && name === host);
};

/** Whether a host is to be reached without the proxy. */
export const isExcepted = (noProxy: string, endpoint: Endpoint): boolean =>
  noProxy
    .split(/[\s,]+/)
    .filter((text) => text !== '')
    .some((text) => matches(ruleOf(text), endpoint));
