/** Which proxy leads to the server: by options, by what is kept, by the environment; and which hosts are excepted. */
import { describe, expect, it } from 'vitest';
import { isExcepted } from '../../../../agent/network/no-proxy.ts';
import { proxyFor, type Sources } from '../../../../agent/network/settings.ts';

const API = 'https://api.example.com';
const PATH = '/var/lib/remote-assist/network.json';
const chosen = ({ given, kept, env }: Partial<Omit<Sources, 'kept'>> & { kept?: object }, url = API) =>
  proxyFor(new URL(url), { given: given ?? {}, kept: { ...kept, path: PATH }, env: env ?? {} })?.shown;

describe('the proxy', () => {
  it('is none where nothing names one', () => {
    expect(chosen({})).toBeUndefined();
    expect(chosen({ env: { HTTPS_PROXY: ' ', HTTP_PROXY: 'http://other:1' } })).toBeUndefined();
  });

  it.each([
    [{ HTTPS_PROXY: 'http://a:1' }, 'http://a:1'],
    [{ https_proxy: 'http://b:1', HTTPS_PROXY: 'http://a:1' }, 'http://b:1'],
    [{ https_proxy: '', HTTPS_PROXY: 'http://a:1' }, 'http://a:1'],
    [{ ALL_PROXY: 'http://c:1' }, 'http://c:1'],
    [{ all_proxy: 'c:1', HTTPS_PROXY: 'http://a:1' }, 'http://a:1'],
  ])('comes from the environment %j', (env, expected) => {
    expect(chosen({ env })).toBe(expected);
  });

  it('is that of http where the server has no TLS', () => {
    const env = { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:1' };
    expect(chosen({ env }, 'http://api.example.com')).toBe('http://b:1');
  });

  it('is what is kept for this agent, before what is set for the whole machine, and what is given before both', () => {
    const env = { HTTPS_PROXY: 'http://env:1' };
    const kept = { proxy: 'http://kept:1' };
    expect(chosen({ env, kept })).toBe('http://kept:1');
    expect(chosen({ env, kept, given: { proxy: 'http://given:1' } })).toBe('http://given:1');
    expect(chosen({ env, kept, given: { proxy: 'none' } })).toBeUndefined();
    expect(chosen({ env, kept: { proxy: 'none' } })).toBeUndefined();
  });

  it('is none for hosts that are excepted, each source’s exceptions being its own', () => {
    const env = { HTTPS_PROXY: 'http://env:1', NO_PROXY: 'api.example.com' };
    const kept = { proxy: 'http://kept:1' };
    expect(chosen({ env })).toBeUndefined();
    expect(chosen({ env: { ...env, no_proxy: 'other.example' } })).toBe('http://env:1');
    expect(chosen({ env, kept })).toBe('http://kept:1');
    expect(chosen({ kept: { ...kept, noProxy: '.example.com' } })).toBeUndefined();
    expect(chosen({ env, kept, given: { noProxy: '*' } })).toBeUndefined();
    expect(chosen({ env, given: { proxy: 'http://given:1' } })).toBe('http://given:1');
  });

  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://127.1.2.3',
    'https://[::1]:3000',
    'http://a.localhost',
  ])('of the environment is not for this machine itself: %s', (url) => {
    const env = { HTTPS_PROXY: 'http://env:1', HTTP_PROXY: 'http://env:1' };
    expect(chosen({ env }, url)).toBeUndefined();
    expect(chosen({ given: { proxy: 'http://given:1' } }, url)).toBe('http://given:1');
  });

  it('that cannot be used names where it comes from', () => {
    expect(() => chosen({ env: { https_proxy: 'socks5://x' } })).toThrow('that https_proxy names');
    expect(() => chosen({ kept: { proxy: 'socks5://x' } })).toThrow(`that ${PATH} names`);
    expect(() => chosen({ given: { proxy: '' } })).toThrow('that --proxy names');
  });
});

describe('an exception', () => {
  const excepted = (noProxy: string, hostname: string, port = 443) => isExcepted(noProxy, { hostname, port });

  it.each([
    ['*', 'api.example.com'],
    ['example.com', 'example.com'],
    ['example.com', 'api.example.com'],
    ['.example.com', 'api.example.com'],
    ['*.example.com', 'api.example.com'],
    ['EXAMPLE.com', 'Api.Example.COM'],
    ['example.com.', 'example.com'],
    ['example.com', 'example.com.'],
    ['a.example, example.com', 'example.com'],
    ['a.example example.com', 'example.com'],
    ['example.com:443', 'example.com'],
    ['*:443', 'example.com'],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.0/24', '192.0.2.77'],
    ['10.0.0.0/8,::1', '10.255.0.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8:1::5'],
  ])('%j is for %s', (noProxy, hostname) => {
    expect(excepted(noProxy, hostname)).toBe(true);
  });

  it.each([
    ['', 'example.com'],
    [' , ', 'example.com'],
    ['example.com', 'notexample.com'],
    ['example.com', 'example.com.evil.org'],
    ['.example.com', 'example.com'],
    ['*.example.com', 'example.com'],
    ['api.example.com', 'example.com'],
    ['example.com:8443', 'example.com'],
    ['.', 'example.com'],
    ['192.0.2.1', '192.0.2.11'],
    ['192.0.2.0/24', '192.0.3.1'],
    ['192.0.2.0/24', 'example.com'],
    ['192.0.2.0/33', '192.0.2.1'],
    ['192.0.2.0/', '192.0.2.1'],
    ['/24', '192.0.2.1'],
    ['2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::2'],
    ['2001:db8::/32', '192.0.2.1'],
  ])('%j is not for %s', (noProxy, hostname) => {
    expect(excepted(noProxy, hostname)).toBe(false);
  });
});
