/** @file Whether the machine has a graphics processor, or only a driver that imitates one on the processor. */

import { readdirSync } from 'node:fs';

/** Device files of graphics processors on Linux: the kernel's own, NVIDIA's, AMD's for computing, and Windows' under WSL. */
const deviceFile = /^(nvidia\d+|kfd|dxg)$/;
const renderNode = /^renderD\d+$/;

/** On Linux, where software drivers (llvmpipe, SwiftShader) are common: whether a device file of a graphics processor stands. Elsewhere true. */
export function hasGraphicsHardware(platform: NodeJS.Platform = process.platform, list: (folder: string) => string[] = namesIn): boolean {
  if (platform !== 'linux') return true;
  return list('/dev').some((name) => deviceFile.test(name)) || list('/dev/dri').some((name) => renderNode.test(name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
