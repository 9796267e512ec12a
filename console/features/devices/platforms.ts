/** What systems call themselves: names of their own, the same in each language. */
import type { Platform } from '../../../lib/api/devices.ts';

export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  windows: 'Windows',
  linux: 'Linux',
  macos: 'macOS',
};
