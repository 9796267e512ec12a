/** What a stage configures of a host name of its own. */
import { z } from 'zod';

/** The certificate is for the name, and API Gateway takes it only where the stack is. */
export const Domain = z.strictObject({
  name: z
    .string()
    .regex(
      /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'must be a host name in lower-case letters, such as assist.example.com: no https://, no path and no *',
    )
    .refine((name) => !/(^|\.)(amazonaws\.com|amazonaws\.com\.cn)$/.test(name), 'is AWS’s own: leave domain out'),
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/,
      'must be the ARN of a certificate in AWS Certificate Manager (arn:aws:acm:…:certificate/…), in the stack’s region',
    ),
  /** Of Route 53, in the stack's account: the stack then makes the name's record there. */
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone of Route 53, such as Z0123456789ABCDEFGHIJ')
    .optional(),
  /** Whether the API is reached by API Gateway's own name too: for as long as there are agents that know no other. */
  keepDefaultEndpoint: z.boolean().default(false),
});

/** Where the stack will be, as far as CDK knows it; without credentials it does not. */
export type Place = { readonly account?: string | undefined; readonly region?: string | undefined };

/** @returns why this certificate is of no use there; `undefined` where nothing is known against it */
export const whyNoCertificate = (certificateArn: string, { account, region }: Place): string | undefined => {
  const [, , , itsRegion, itsAccount] = certificateArn.split(':');
  if (region !== undefined && itsRegion !== region) {
    return `is in ${itsRegion}, and the stack in ${region}: API Gateway takes a certificate of its own region only`;
  }
  if (account !== undefined && itsAccount !== account) {
    return `is of the account ${itsAccount}, and the stack of ${account}: API Gateway takes one of its own account only`;
  }
  return undefined;
};
