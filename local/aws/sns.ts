/** SNS, as far as publishing: recorded for `/__local/notifications`, and delivered to the topic's subscriptions. */
import type { Notifications, Published } from '../events/notifications.ts';
import type { TopicModel } from '../resources/model.ts';
import { type AwsHandler, type AwsReply, xmlError } from './call.ts';

type Fields = Published['attributes'];

const attributesOf = (form: URLSearchParams, prefix: string): Fields => {
  const attributes: Fields = {};
  for (let index = 1; form.has(`${prefix}MessageAttributes.entry.${index}.Name`); index++) {
    const entry = `${prefix}MessageAttributes.entry.${index}`;
    attributes[form.get(`${entry}.Name`) ?? ''] = {
      Type: form.get(`${entry}.Value.DataType`) ?? 'String',
      Value: form.get(`${entry}.Value.StringValue`) ?? form.get(`${entry}.Value.BinaryValue`) ?? '',
    };
  }
  return attributes;
};

const messageOf = (form: URLSearchParams, topicArn: string, prefix = ''): Published | undefined => {
  const message = form.get(`${prefix}Message`);
  const subject = form.get(`${prefix}Subject`);
  if (!message) return undefined;
  return { topicArn, message, attributes: attributesOf(form, prefix), ...(subject !== null && { subject }) };
};

const xml = (action: string, result: string): AwsReply => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body:
    `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result>` +
    `<ResponseMetadata><RequestId>${crypto.randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
});

const INVALID = 'Invalid parameter: ';

export const snsHandler =
  (topics: readonly TopicModel[], notifications: Notifications): AwsHandler =>
  async ({ action, body }) => {
    const form = new URLSearchParams(body);
    const topicArn = form.get('TopicArn') ?? form.get('TargetArn') ?? '';
    if (!/^Publish(Batch)?$/.test(action))
      return xmlError('InvalidAction', `The local stack does not know sns:${action}.`);
    if (!topics.some(({ arn }) => arn === topicArn)) return xmlError('NotFound', 'Topic does not exist', 404);
    if (action === 'Publish') {
      const message = messageOf(form, topicArn);
      if (!message) return xmlError('InvalidParameter', `${INVALID}Empty message`);
      if (Buffer.byteLength(message.message) > 262_144)
        return xmlError('InvalidParameter', `${INVALID}Message too long`);
      return xml('Publish', `<MessageId>${notifications.publish(message)}</MessageId>`);
    }
    let successful = '';
    for (let index = 1; form.has(`PublishBatchRequestEntries.member.${index}.Id`); index++) {
      const prefix = `PublishBatchRequestEntries.member.${index}.`;
      const message = messageOf(form, topicArn, prefix);
      if (!message) return xmlError('InvalidParameter', `${INVALID}Empty message`);
      successful += `<member><Id>${form.get(`${prefix}Id`)}</Id><MessageId>${notifications.publish(message)}</MessageId></member>`;
    }
    if (successful === '') return xmlError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
    return xml('PublishBatch', `<Successful>${successful}</Successful><Failed></Failed>`);
  };
