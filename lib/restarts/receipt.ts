/**
 * Receipts: what a poll hands out with a task and the acknowledgement brings back. They name the delivery (the task's
 * version) and the message to delete. A receipt is no credential: what it says is checked against the task.
 */
import type { Delivery } from './ports.ts';

export const formatReceipt = ({ version, handle }: Pick<Delivery, 'version' | 'handle'>): string =>
  `${version}.${Buffer.from(handle).toString('base64url')}`;

/** @returns `undefined` for what no poll gave out */
export const parseReceipt = (receipt: string): { version: number; handle: string } | undefined => {
  const [, version, handle] = /^(\d{1,9})\.([\w-]*)$/.exec(receipt) ?? [];
  if (version === undefined || handle === undefined) return undefined;
  return { version: Number(version), handle: Buffer.from(handle, 'base64url').toString() };
};
