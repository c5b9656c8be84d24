/** @file The devices that engine tests run on. Use: `describe.each(engineDevices())('on %s', (device) => ...)`; the end of the run counts tests by that 'on cpu', 'on webgpu'. */

import { skipUnlessCi } from './skips';
import { softwareDriver } from './vulkan';

export type TestDevice = 'cpu' | 'webgpu';

/** cpu always; webgpu with a software Vulkan driver (its environment is set in vitest.config.ts) or with GENOISE_TEST_WEBGPU=1 on a real GPU.
 *  Without it a test is registered that says so: skipped here, failed on CI. Call it once in a file, while tests are collected. */
export function engineDevices(): TestDevice[] {
  if (softwareDriver() || process.env['GENOISE_TEST_WEBGPU'] === '1') return ['cpu', 'webgpu'];
  skipUnlessCi('engine on webgpu', "no software Vulkan driver: install Debian's chromium, or set GENOISE_TEST_WEBGPU=1 on a machine with a GPU");
  return ['cpu'];
}
