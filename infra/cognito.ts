/**
 * A user pool for the admins, where the organisation has no issuer of its own: accounts are made by an administrator,
 * sign in with a password and a second factor, and have the roles of their groups. Programs sign in for them with the
 * authorization code flow and PKCE, and hold no secret.
 */
import { CfnOutput, Duration } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPoolClient,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { CONSOLE_PATH, SIGNED_IN_PATH } from '../lib/api/console.ts';
import { ROLES, type Role } from '../lib/api/operation.ts';
import type { CognitoConfig } from './cognito-config.ts';
import type { Config } from './config.ts';
import { userPoolName } from './names.ts';
import { keepWith } from './removal.ts';

const DESCRIPTIONS: Record<Role, string> = {
  viewer: 'Reads',
  helpdesk: 'Answers requests for help, acknowledges alerts',
  operator: 'Orders and cancels restarts, manages groups',
  admin: 'Enrols and retires devices, manages connectors, reads the audit',
};

export class AdminPool extends Construct {
  readonly issuer: string;
  readonly clientId: string;
  /** Where a browser finds the issuer's discovery document, and its token endpoint. */
  readonly endpoints: readonly string[];
  readonly signOutUrl: string;

  constructor(scope: Construct, id: string, settings: CognitoConfig, config: Config, apiUrl: string) {
    super(scope, id);
    const pool = this.createPool(config);
    for (const [rank, role] of ROLES.entries()) {
      pool.addGroup(role, { groupName: role, description: DESCRIPTIONS[role], precedence: ROLES.length - rank });
    }
    const client = this.createClient(pool, settings, apiUrl);
    const domain = pool.addDomain('Domain', { cognitoDomain: { domainPrefix: settings.domainPrefix } });
    this.issuer = pool.userPoolProviderUrl;
    this.clientId = client.userPoolClientId;
    this.endpoints = [pool.userPoolProviderUrl, domain.baseUrl()];
    this.signOutUrl = `${domain.baseUrl()}/logout`;
    new CfnOutput(this, 'UserPoolId', { value: pool.userPoolId, description: 'Where admins\u2019 accounts are made' });
    new CfnOutput(this, 'ClientId', { value: this.clientId, description: 'The OAuth client that admins sign in with' });
    new CfnOutput(this, 'SignInUrl', {
      value: domain.baseUrl(),
      description: 'Has /oauth2/authorize and /oauth2/token',
    });
  }

  private createPool(config: Config): UserPool {
    return new UserPool(this, 'Pool', {
      userPoolName: userPoolName(config.stage),
      selfSignUpEnabled: false,
      // The name that an account was given shows in what its owner did; an address would be replaced by a number.
      signInAliases: { username: true },
      signInCaseSensitive: false,
      standardAttributes: { email: { required: true, mutable: true } },
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // An app and not the telephone: a number can be taken over.
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
        passwordHistorySize: 5,
      },
      // Refuses leaked passwords and odd sign-ins. It costs by the account, and admins are few.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: config.refuseDeletion,
      removalPolicy: keepWith(config),
    });
  }

  private createClient(userPool: UserPool, settings: CognitoConfig, apiUrl: string): UserPoolClient {
    const client = new UserPoolClient(this, 'Client', {
      userPool,
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [...settings.callbackUrls, `${apiUrl}${SIGNED_IN_PATH}`],
        logoutUrls: [...settings.logoutUrls, `${apiUrl}${CONSOLE_PATH}`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(settings.accessTokenMinutes),
      idTokenValidity: Duration.minutes(settings.accessTokenMinutes),
      refreshTokenValidity: Duration.minutes(settings.refreshTokenMinutes),
    });
    // Said, since Cognito would else allow signing in past its page too; that one needs none of these flows.
    const resource = client.node.defaultChild as CfnUserPoolClient;
    resource.explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH'];
    return client;
  }
}
