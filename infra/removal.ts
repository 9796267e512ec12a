/** What becomes of data when its stack goes, or its resource is replaced. */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Config } from './config.ts';

/**
 * Protected data outlives its stack, with one exception: what a deployment that failed has only just made is empty, and
 * would lie beside the next attempt for ever.
 */
export const keepWith = ({ protectData }: Pick<Config, 'protectData'>): RemovalPolicy =>
  protectData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
