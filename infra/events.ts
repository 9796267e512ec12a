/** The event bus, and the rules that bring its events to functions. */
import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventType } from '../lib/events/model.ts';
import { APP, type Config } from './config.ts';
import type { NodeFunction } from './function.ts';

export class Events extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: `${APP}-${config.stage}`,
      description: `What happens in ${APP}, ${config.stage}`,
    });
  }

  grantPublish(fn: NodeFunction): void {
    this.bus.grantPutEventsTo(fn);
  }

  /** Brings events of these types to a function; what cannot be delivered within a day goes to the queue. */
  deliver(fn: NodeFunction, detailTypes: readonly EventType[], failures: IQueue): void {
    new Rule(fn, 'Events', {
      eventBus: this.bus,
      eventPattern: { source: [APP], detailType: [...detailTypes] },
      targets: [
        new LambdaTarget(fn.lambda, { deadLetterQueue: failures, retryAttempts: 185, maxEventAge: Duration.hours(24) }),
      ],
    });
  }
}
