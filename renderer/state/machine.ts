/** @file The machine as the lab sees it: its devices, its memory. */

import { create } from 'zustand';
import { errorFromJson, errorToJson, type LabError } from '../../preload/contract/errors';
import type { DeviceInfo, MachineState } from '../../preload/contract/domains/app';
import { lab } from '../link/lab';

interface Machine {
  /** Best first; undefined until they have been asked. */
  devices: DeviceInfo[] | undefined;
  failed: LabError | undefined;
  state: MachineState | undefined;
}

export const useMachine = create<Machine>(() => ({ devices: undefined, failed: undefined, state: undefined }));

/** Devices are looked for once the page stands: a driver may take its time. */
const settleMs = 1_500;

/** Starts listening; called once, when the page starts. */
export function watchMachine(): void {
  lab.app.machine({}, (state) => useMachine.setState({ state }));
  window.setTimeout(() => void askDevices(), settleMs);
}

/** Looks for devices again: a driver may have come. */
export async function askDevices(): Promise<void> {
  try {
    useMachine.setState({ devices: await lab.app.devices({}), failed: undefined });
  } catch (caught) {
    useMachine.setState({ failed: errorFromJson(errorToJson(caught)) });
  }
}

/** The device that work goes to: the one that was set if it is usable, else the best usable one. */
export function deviceInUse(devices: readonly DeviceInfo[], set: string | undefined): { device: DeviceInfo; instead?: DeviceInfo } | undefined {
  const wanted = devices.find(({ id }) => id === set);
  if (wanted?.usable) return { device: wanted };
  const best = devices.find(({ usable }) => usable);
  return best && { device: best, ...(wanted && { instead: wanted }) };
}
