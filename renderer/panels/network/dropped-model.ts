/** @file ONNX files that were dropped or chosen: sent to the lab, and sent once more when it no longer has them. */

import { LabError } from '../../../preload/contract/errors';
import { largestNetworkFile } from '../../../preload/contract/network';
import { lab } from '../../link/lab';

/** By the SHA-256 of their bytes, while the page lives. */
const kept = new Map<string, File>();

export const isModelName = (name: string): boolean => name.toLowerCase().endsWith('.onnx');

/** @throws LabError 'network-file-too-large', 'onnx-unreadable', 'onnx-external', 'onnx-operation-unknown' */
export async function sendModel(file: File): Promise<{ hash: string; name: string }> {
  if (file.size > largestNetworkFile) throw new LabError('network-file-too-large', { bytes: file.size, limit: largestNetworkFile });
  const { file: hash } = await lab.network.open({ bytes: new Uint8Array(await file.arrayBuffer()) });
  kept.set(hash, file);
  return { hash, name: file.name };
}

/** Asks; where the lab has let go of a file that the page still has, sends it and asks again. */
export async function withModel<T>(hash: string | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (caught) {
    const file = hash === undefined ? undefined : kept.get(hash);
    if (!(caught instanceof LabError && caught.code === 'network-file-gone') || !file) throw caught;
    await sendModel(file);
    return ask();
  }
}
