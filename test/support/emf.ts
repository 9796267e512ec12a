/**
 * CloudWatch's embedded metric format, as its specification has it: what CloudWatch Logs takes metrics from, and what it
 * silently passes by. Written from the specification, and from nothing of this project.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import * as z from 'zod';

const DAY_MS = 86_400_000;

const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits'],
];

const Metadata = z.object({
  Timestamp: z.int(),
  CloudWatchMetrics: z
    .array(
      z.object({
        Namespace: z.string().regex(/^(?!AWS\/)[\w./#:-]{1,255}$/),
        Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
        Metrics: z
          .array(
            z.object({
              Name: z.string().min(1).max(1024),
              Unit: z.enum(UNITS).optional(),
              StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
            }),
          )
          .min(1)
          .max(100),
      }),
    )
    .min(1),
});

const Dimension = z.string().min(1).max(1024);
const Value = z.number().refine((value) => Math.abs(value) < 2 ** 360);
const Values = z.union([Value, z.array(Value).min(1).max(100)]);

export type Datum = { name: string; unit: string | undefined; values: number[]; dimensions: Record<string, string> };

/**
 * @param line of a log
 * @param writtenAt when CloudWatch Logs got it
 * @returns what CloudWatch makes of it; nothing for a line that has no metrics
 * @throws Error for one that says that it has some, and breaks the specification
 */
export const metricsIn = (line: string, writtenAt: number = Date.now()): Datum[] => {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  if (Buffer.byteLength(line) > 1_000_000) throw new Error('a line with metrics has a megabyte at most');
  const document = z.record(z.string(), z.unknown()).parse(JSON.parse(line));
  const { CloudWatchMetrics, Timestamp } = Metadata.parse(document['_aws']);
  if (Timestamp < writtenAt - 14 * DAY_MS) throw new Error('CloudWatch takes nothing older than two weeks');
  if (Timestamp > writtenAt + DAY_MS / 12) throw new Error('CloudWatch takes nothing more than two hours ahead');
  return CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, Dimension.parse(document[name])]));
      return Metrics.map(({ Name, Unit }) => ({
        name: Name,
        unit: Unit,
        values: [Values.parse(document[Name])].flat(),
        dimensions,
      }));
    }),
  );
};
