/**
 * Signs programs and packages for Windows (Authenticode), where whoever builds has a certificate: a file, or a key in a token
 * or a cloud's vault, behind a PKCS#11 module. Without one nothing is signed, and Windows says that the publisher is unknown.
 */
import { renameSync } from 'node:fs';
import { UsageError } from '../../lib/command-line.ts';
import { PRODUCT } from './project.ts';
import { runTool } from './tool.ts';

const text = { type: 'string' } as const;

export const SIGN_OPTIONS = {
  'sign-certificate': text,
  'sign-key': text,
  'sign-pkcs11-module': text,
  'sign-pkcs11-engine': text,
  'sign-password-file': text,
  'sign-timestamp': text,
} as const;

export type SignValues = { readonly [K in keyof typeof SIGN_OPTIONS]?: string | undefined };

export const SIGN_USAGE = `  --sign-certificate PEM --sign-key KEY
      Signs with osslsigncode: the certificate with its chain, and its key as a file.
      With --sign-pkcs11-module LIBRARY both may be PKCS#11 URIs ("pkcs11:token=…;object=…"), and
      --sign-pkcs11-engine names OpenSSL's engine for it where it is not found by itself.
      --sign-password-file FILE has the key's password or the token's PIN, --sign-timestamp URL
      the service that attests when it was signed, so that the signature outlives the certificate.
`;

export type Signer = (path: string) => void;

const isUri = (value: string): boolean => value.startsWith('pkcs11:');

/** @returns what signs a file in place; `undefined` when nothing is to be signed @throws UsageError */
export const signerFrom = (values: SignValues): Signer | undefined => {
  const { 'sign-certificate': certificate, 'sign-key': key, 'sign-pkcs11-module': module } = values;
  if (!Object.values(values).some((value) => value !== undefined)) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new UsageError('signing needs --sign-certificate and --sign-key');
  }
  if (module === undefined && (isUri(certificate) || isUri(key))) {
    throw new UsageError('a PKCS#11 URI needs --sign-pkcs11-module');
  }
  const optional = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);
  const options = [
    ...optional('-pkcs11engine', values['sign-pkcs11-engine']),
    ...optional('-pkcs11module', module),
    isUri(certificate) ? '-pkcs11cert' : '-certs',
    certificate,
    '-key',
    key,
    ...optional('-readpass', values['sign-password-file']),
    ...optional('-ts', values['sign-timestamp']),
  ];
  return (path) => {
    const signed = `${path}.signed`;
    runTool('osslsigncode', ['sign', ...options, '-h', 'sha256', '-n', PRODUCT, '-in', path, '-out', signed]);
    renameSync(signed, path);
  };
};
