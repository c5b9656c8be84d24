/** @file Which Genoise, ONNX Runtime and Node these are: a run says what made it. */

import { createRequire } from 'node:module';
import { version } from '../../package.json';

export const genoiseVersion: string = version;

export function versions(): { genoise: string; onnxruntime: string; node: string } {
  const engine = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { genoise: genoiseVersion, onnxruntime: engine.version, node: process.versions.node };
}
