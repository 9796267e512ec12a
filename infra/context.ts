/**
 * The CDK context, for a synthesis without the CLI, which would read `cdk.json` and add the rest. What the CLI or
 * `CDK_CONTEXT_JSON` says comes before it.
 */
import cdkJson from '../cdk.json' with { type: 'json' };

export const CONTEXT: Readonly<Record<string, unknown>> = {
  ...cdkJson.context,
  // The local runner names functions by their constructs' paths, and the tests find resources by them.
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
};
