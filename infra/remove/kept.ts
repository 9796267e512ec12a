/**
 * What a stage whose data is protected keeps when its stack is destroyed, as commands of the AWS CLI that delete it. They
 * are for a person to read and run: what nobody can get back, no program of ours deletes.
 */
import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListSecretsCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { APP, stackName, stageTags, userPoolName, vendedLogPrefix } from '../names.ts';

export type Clients = { readonly dynamodb: DynamoDBClient; readonly secrets: SecretsManagerClient };

const findTables = async (dynamodb: DynamoDBClient, stage: string): Promise<string[]> => {
  const tables: string[] = [];
  let ExclusiveStartTableName: string | undefined;
  do {
    const page = await dynamodb.send(
      new ListTablesCommand(ExclusiveStartTableName === undefined ? {} : { ExclusiveStartTableName }),
    );
    tables.push(...(page.TableNames ?? []).filter((name) => name.startsWith(`${stackName(stage)}-`)));
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName);
  return tables;
};

/** By its tags: CloudFormation does not name a secret after its stack. */
const findSecrets = async (secrets: SecretsManagerClient, stage: string): Promise<string[]> => {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await secrets.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'tag-value', Values: [APP] }],
        ...(NextToken && { NextToken }),
      }),
    );
    for (const { ARN, Tags = [] } of page.SecretList ?? []) {
      const isOurs = Object.entries(stageTags(stage)).every(([key, value]) =>
        Tags.some((tag) => tag.Key === key && tag.Value === value),
      );
      if (ARN !== undefined && isOurs) found.push(ARN);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
};

const tableCommands = (name: string): string[] => [
  `aws dynamodb update-table --table-name ${name} --no-deletion-protection-enabled`,
  `aws dynamodb wait table-exists --table-name ${name}`,
  `aws dynamodb delete-table --table-name ${name}`,
];

/** Found by the commands themselves, so that no further client is needed. */
const listedCommands = (stage: string): string[] => [
  ...[`${stackName(stage)}-`, vendedLogPrefix(stage)].map(
    (prefix) =>
      `aws logs describe-log-groups --log-group-name-prefix ${prefix} --query 'logGroups[].[logGroupName]' --output text | while read -r group; do aws logs delete-log-group --log-group-name "$group"; done`,
  ),
  `aws cognito-idp list-user-pools --max-results 60 --query "UserPools[?Name=='${userPoolName(stage)}'].[Id]" --output text | while read -r pool; do aws cognito-idp update-user-pool --user-pool-id "$pool" --deletion-protection INACTIVE && aws cognito-idp delete-user-pool --user-pool-id "$pool"; done`,
];

export type Kept = { readonly tables: string[]; readonly secrets: string[]; readonly commands: string[] };

/** Looks for what is kept of a stage. */
export const findKept = async ({ dynamodb, secrets }: Clients, stage: string): Promise<Kept> => {
  const tables = await findTables(dynamodb, stage);
  const arns = await findSecrets(secrets, stage);
  const commands = [
    ...tables.flatMap(tableCommands),
    ...arns.map((arn) => `aws secretsmanager delete-secret --secret-id ${arn} --recovery-window-in-days 30`),
    ...listedCommands(stage),
  ];
  return { tables, secrets: arns, commands };
};
