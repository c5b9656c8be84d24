/** @file What tells a graphics processor from a driver that imitates one, and where the imitation stands among the devices. */

import { expect, test } from 'vitest';
import { chooseDevice, ranked, type Device } from './devices';
import { hasGraphicsHardware } from './graphics-hardware';

const machine = (folders: Record<string, string[]>) => (folder: string) => folders[folder] ?? [];

test.each<[string, boolean, NodeJS.Platform, Record<string, string[]>]>([
  ['a container', false, 'linux', { '/dev': ['null', 'zero', 'shm'] }],
  ['a screen without rendering', false, 'linux', { '/dev': ['dri', 'nvidiactl'], '/dev/dri': ['card0', 'by-path'] }],
  ['a render node', true, 'linux', { '/dev': ['dri'], '/dev/dri': ['card0', 'renderD128'] }],
  ['NVIDIA in a container', true, 'linux', { '/dev': ['nvidiactl', 'nvidia0'] }],
  ['Windows below', true, 'linux', { '/dev': ['dxg'] }],
  ['Windows', true, 'win32', {}],
  ['macOS', true, 'darwin', {}],
])('%s: %s', (_name, expected, platform, folders) => {
  expect(hasGraphicsHardware(platform, machine(folders))).toBe(expected);
});

test('an imitated graphics processor is the last choice, and can still be asked for', () => {
  const devices: Device[] = [
    { id: 'cuda', usable: false, reason: 'no library' },
    { id: 'webgpu', usable: true, reason: 'ONNX Runtime' },
    { id: 'cpu', usable: true, reason: 'ONNX Runtime' },
  ];
  expect(chooseDevice(ranked(devices, true))).toBe('webgpu');
  const imitated = ranked(devices, false);
  expect(imitated.map(({ id }) => id)).toEqual(['cuda', 'cpu', 'webgpu']);
  expect(imitated[2].reason).toContain('software driver');
  expect(chooseDevice(imitated)).toBe('cpu');
  expect(chooseDevice(imitated, 'webgpu')).toBe('webgpu');
});
