/** @file Finds the software Vulkan driver that Debian's chromium brings, so that the engine's GPU path is tested on machines without a GPU. */

import { chmodSync, existsSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

const drivers = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib64/chromium-browser/vk_swiftshader_icd.json'];

/** The driver's description file, or undefined where no chromium of the distribution is installed. */
export function softwareDriver(): string | undefined {
  return process.env['VK_DRIVER_FILES'] ?? drivers.find((path) => existsSync(path));
}

/** What Dawn needs to find the driver; empty without one. It must stand when the testing process starts.
 *  XDG_RUNTIME_DIR must name a folder that exists, of mode 700, or Dawn finds no adapter. */
export function vulkanEnvironment(): Record<string, string> {
  const driver = softwareDriver();
  if (!driver) return {};
  const own = ownFolder();
  const environment = { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? '' };
  if (!isPrivateFolder(environment.XDG_RUNTIME_DIR)) environment.XDG_RUNTIME_DIR = own;
  const loader = join(dirname(driver), 'libvulkan.so.1');
  return existsSync(loader) ? { ...environment, LD_LIBRARY_PATH: libraryPath(own, loader) } : environment;
}

/** Chromium's Vulkan loader alone, by a link: its folder holds other libraries that nobody should pick up. The system's own loader, if any, is passed over. */
function libraryPath(own: string, loader: string): string {
  const link = join(own, 'libvulkan.so.1');
  if (!existsSync(link) || readlinkSync(link) !== loader) {
    rmSync(link, { force: true });
    symlinkSync(loader, link);
  }
  return [own, ...(process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((path) => path && path !== own)].join(':');
}

function ownFolder(): string {
  const folder = join(tmpdir(), `genoise-vulkan-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

function isPrivateFolder(path: string): boolean {
  return path !== '' && existsSync(path) && (statSync(path).mode & 0o77) === 0;
}
