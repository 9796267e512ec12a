/** The metrics that are the system's own, beside those that AWS's services count. */
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS, type MetricDefinition, type MetricName, NAMESPACE } from '../lib/metrics/model.ts';

/** Answers with the status 429, counted in the access log. */
export const REFUSED = 'RequestsRefused';

/** @param of the value of the metric's dimension, where it has one */
export const ourMetric = (
  stage: string,
  metricName: MetricName | typeof REFUSED,
  options: MetricOptions,
  of?: string,
): Metric => {
  const { dimension }: Partial<MetricDefinition> = metricName === REFUSED ? {} : METRICS[metricName];
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { stage, ...(dimension !== undefined && of !== undefined && { [dimension]: of }) },
    ...options,
  });
};
