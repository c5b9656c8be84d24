/** @file The devices of this machine, best first. Asked in the inference process: a bad driver takes only that along. */

import type { Work } from '../../preload/contract/progress';
import type { Lab } from './lab';

export interface DeviceInfo {
  id: string;
  usable: boolean;
  /** Why it is or isn't usable, as the driver or library says it. */
  reason: string;
}

export function listDevices(lab: Lab, work: Work): Promise<DeviceInfo[]> {
  return lab.call<DeviceInfo[]>('inference', 'devices', {}, work);
}
