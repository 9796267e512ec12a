/**
 * Metrics, as lines of the log in CloudWatch's embedded metric format, which CloudWatch Logs takes them from: no call, and
 * no library, which would cost every cold start 8 ms.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { METRICS, type Measurement, type MetricDefinition, NAMESPACE } from '../metrics/model.ts';
import { log } from './log.ts';

/** The most values that one metric may have in one line. */
const MOST_VALUES = 100;

/** What has the same dimensions goes into one line. */
const setOf = ({ metric, of }: Measurement): string => {
  const { dimension }: MetricDefinition = METRICS[metric];
  return JSON.stringify(dimension === undefined ? {} : { [dimension]: of });
};

const writeLine = (stage: string, dimensions: Record<string, string>, measurements: readonly Measurement[]): void => {
  const values = Map.groupBy(measurements, ({ metric }) => metric);
  const members = [...values].map(([metric, all]) => [metric, all.map(({ value }) => value)] as const);
  log.info('metrics', {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['stage', ...Object.keys(dimensions)]],
          Metrics: [...values.keys()].map((Name) => ({ Name, Unit: METRICS[Name].unit })),
        },
      ],
    },
    stage,
    ...dimensions,
    ...Object.fromEntries(members.map(([metric, all]) => [metric, all.length === 1 ? all[0] : all])),
  });
};

/** @returns what writes measurements down: nothing for none */
export const metricsOf =
  (stage: string) =>
  (measurements: readonly Measurement[]): void => {
    for (let at = 0; at < measurements.length; at += MOST_VALUES) {
      const sets = Map.groupBy(measurements.slice(at, at + MOST_VALUES), setOf);
      for (const [dimensions, alike] of sets) writeLine(stage, JSON.parse(dimensions), alike);
    }
  };
