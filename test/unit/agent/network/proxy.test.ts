/** A proxy as administrators write it: understood, or refused in words that hold no password. */
import { describe, expect, it } from 'vitest';
import { parseProxy } from '../../../../agent/network/proxy.ts';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const words = (text: string): string => {
  try {
    parseProxy(text, 'HTTPS_PROXY');
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail(`${text} was understood`);
};

describe('a proxy', () => {
  it.each([
    ['http://proxy.example.com:8080', 'proxy.example.com', 8080, false],
    ['http://proxy.example.com:8080/', 'proxy.example.com', 8080, false],
    [' http://proxy.example.com ', 'proxy.example.com', 80, false],
    ['https://proxy.example.com', 'proxy.example.com', 443, true],
    ['HTTP://PROXY.example.com:3128', 'proxy.example.com', 3128, false],
    ['http://[2001:db8::1]:8080', '2001:db8::1', 8080, false],
    ['proxy.example.com:8080', 'proxy.example.com', 8080, false],
    ['proxy', 'proxy', 80, false],
    ['192.0.2.1:3128', '192.0.2.1', 3128, false],
    ['[2001:db8::1]:3128', '2001:db8::1', 3128, false],
  ])('%j is understood', (text, hostname, port, secure) => {
    expect(parseProxy(text, '--proxy')).toMatchObject({ hostname, port, secure, authorization: undefined });
  });

  it.each([
    ['http://ann:secret@proxy:8080', 'ann:secret'],
    ['ann:secret@proxy:8080', 'ann:secret'],
    ['http://CORP%5Cann:p%40s%3As@proxy:8080', 'CORP\\ann:p@s:s'],
    ['http://ann:p@ss@proxy:8080', 'ann:p@ss'],
    ['http://ann@proxy:8080', 'ann:'],
    ['http://%C3%A4nn:gr%C3%BC%C3%9Fe@proxy:8080', 'änn:grüße'],
    ['http://änn:grüße@proxy:8080', 'änn:grüße'],
    ['http://ann:100%25@proxy:8080', 'ann:100%'],
  ])('%j has a user and a password', (text, pair) => {
    const { authorization, shown } = parseProxy(text, '--proxy');
    expect(authorization).toBe(basic(pair));
    expect(shown).toBe('http://proxy:8080');
  });

  it.each([
    ['socks5://ann:secret@proxy:1080', 'is of the kind socks5'],
    ['ftp://proxy', 'is of the kind ftp'],
    ['http://CORP\\ann:secret@proxy:8080', 'cannot be understood'],
    ['http://ann:sec ret@proxy:8080', 'cannot be understood'],
    ['http://', 'cannot be understood'],
    ['', 'cannot be understood'],
    ['proxy:port', 'cannot be understood'],
    ['http://ann:secret/1@proxy:8080', ''],
    ['http://ann:secret#1@proxy:8080', ''],
    ['http://ann:secret?1@proxy:8080', ''],
    ['http://proxy:8080/path', 'has something behind its port'],
    ['http://ann:100%@proxy:8080', 'has a % in its user or password that begins no escape'],
  ])('%j is refused in words', (text, why) => {
    const told = words(text);
    expect(told).toContain(`The proxy that HTTPS_PROXY names ${why}`);
    expect(told).toContain('Write it as http://HOST:PORT');
    expect(told).not.toMatch(/secret|\bann\b/);
  });
});
