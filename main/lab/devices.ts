/** @file The devices of this machine, best first. Asked in the inference process: a bad driver takes only that along. */

import type { Work } from '../../preload/contract/progress';
import { fetchCudaLibrary, type CudaLibrary } from '../runtime/cuda-library';
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

/** What `devices --install` can fetch. */
export const installable = ['cuda'] as const;

/** Fetches the device's library, then tries the device. @throws LabError 'cuda-not-offered', 'cuda-not-fetched', 'cancelled' */
export async function installDevice(lab: Lab, id: (typeof installable)[number], work: Work, fetchLibrary: (work: Work) => Promise<CudaLibrary> = fetchCudaLibrary): Promise<CudaLibrary & { device: DeviceInfo }> {
  const library = await fetchLibrary(work);
  const device = (await listDevices(lab, work)).find((one) => one.id === id);
  if (!device) throw new Error(`internal: ${id} is not among the devices`);
  return { ...library, device };
}
