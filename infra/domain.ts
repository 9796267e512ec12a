/**
 * A host name of the organisation's own for the API: TLS 1.2 at least, the whole name for this API alone, and its DNS
 * record where the stage names a hosted zone of Route 53.
 */
import { CfnOutput } from 'aws-cdk-lib';
import { DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Config } from './config.ts';

export class ApiDomain extends Construct {
  readonly domainName: DomainName;

  constructor(scope: Construct, id: string, settings: NonNullable<Config['domain']>) {
    super(scope, id);
    this.domainName = new DomainName(this, 'Name', {
      domainName: settings.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    if (settings.hostedZoneId) this.addRecord(settings.name, settings.hostedZoneId);
    new CfnOutput(this, 'Target', {
      value: this.domainName.regionalDomainName,
      description: `Where the DNS record of ${settings.name} must point`,
    });
  }

  private addRecord(name: string, hostedZoneId: string): void {
    new CfnRecordSet(this, 'Record', {
      hostedZoneId,
      name: `${name}.`,
      type: 'A',
      aliasTarget: {
        dnsName: this.domainName.regionalDomainName,
        hostedZoneId: this.domainName.regionalHostedZoneId,
      },
    });
  }
}
